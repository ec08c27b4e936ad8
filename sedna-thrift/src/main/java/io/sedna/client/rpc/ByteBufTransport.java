// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TTransport;
import org.apache.thrift.transport.TTransportException;

/**
 * A Thrift transport that reads from and writes to one Netty buffer: no stream, no copy between.
 *
 * <p>It never waits: reading past the end of the buffer fails with END_OF_FILE. So a length field
 * that promises more than the frame holds is refused before anything is allocated for it. It owns
 * no reference to the buffer: the caller releases it. Not thread-safe.
 */
@InterfaceAudience.Private
public final class ByteBufTransport extends TTransport {
  private static final TConfiguration CONFIGURATION = TConfiguration.DEFAULT;

  private ByteBuf buffer;

  public ByteBufTransport(ByteBuf buffer) {
    this.buffer = buffer;
  }

  /** Goes on with another buffer, so that one transport and protocol can serve a connection. */
  public void reset(ByteBuf next) {
    buffer = next;
  }

  /** The strict binary protocol over this buffer: messages without a version are refused. */
  public TBinaryProtocol strictBinaryProtocol() {
    return new TBinaryProtocol(this, true, true);
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void open() {}

  @Override
  public void close() {}

  @Override
  public int read(byte[] target, int offset, int length) throws TTransportException {
    checkReadBytesAvailable(length);
    buffer.readBytes(target, offset, length);
    return length;
  }

  @Override
  public int readAll(byte[] target, int offset, int length) throws TTransportException {
    return read(target, offset, length);
  }

  @Override
  public int read(ByteBuffer target) throws TTransportException {
    int length = target.remaining();
    checkReadBytesAvailable(length);
    buffer.readBytes(target);
    return length;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    buffer.writeBytes(source, offset, length);
  }

  @Override
  public int write(ByteBuffer source) {
    int length = source.remaining();
    buffer.writeBytes(source);
    return length;
  }

  @Override
  public TConfiguration getConfiguration() {
    return CONFIGURATION;
  }

  @Override
  public void updateKnownMessageSize(long size) throws TTransportException {
    checkReadBytesAvailable(size);
  }

  @Override
  public void checkReadBytesAvailable(long bytes) throws TTransportException {
    if (bytes < 0 || bytes > buffer.readableBytes()) {
      throw new TTransportException(
          TTransportException.END_OF_FILE,
          "message ends early: needed=" + bytes + ", left=" + buffer.readableBytes());
    }
  }
}
