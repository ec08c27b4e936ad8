// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sedna.bench.fuzz.FuzzProtocol.Answers;
import java.nio.ByteBuffer;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TType;
import org.apache.thrift.transport.TMemoryInputTransport;

/**
 * Reads frames of answers with Thrift's own code: each must be one message, a reply or an
 * exception, to its last byte. The last may be cut, for connections are cut.
 */
final class ThriftAnswerCheck {
  private static final byte COMPACT = (byte) 0x82;

  private ThriftAnswerCheck() {}

  static Answers look(byte[] answered) {
    if (new String(answered, ISO_8859_1).contains(Canary.SECRET)) {
      return new Answers(0, "it holds a value of a canary");
    }
    int errors = 0;
    var in = ByteBuffer.wrap(answered);
    while (in.remaining() >= Integer.BYTES) {
      int length = in.getInt();
      if (length <= 0) {
        return new Answers(errors, "a frame of " + length + " bytes");
      }
      if (length > in.remaining()) {
        break;
      }
      try {
        errors += isError(answered, in.position(), length) ? 1 : 0;
      } catch (TException | RuntimeException e) {
        return new Answers(
            errors, "the frame at byte " + (in.position() - Integer.BYTES) + " is none: " + e);
      }
      in.position(in.position() + length);
    }
    return new Answers(errors, null);
  }

  /** Whether it is an exception, or the result of a call has another field than its outcome. */
  private static boolean isError(byte[] bytes, int offset, int length) throws TException {
    var transport = new TMemoryInputTransport(bytes, offset, length);
    TProtocol protocol =
        bytes[offset] == COMPACT ? new TCompactProtocol(transport) : new TBinaryProtocol(transport);
    TMessage message = protocol.readMessageBegin();
    if (message.type != TMessageType.REPLY && message.type != TMessageType.EXCEPTION) {
      throw new TException("a message of type " + message.type);
    }
    boolean error = message.type == TMessageType.EXCEPTION;
    protocol.readStructBegin();
    for (TField field = protocol.readFieldBegin();
        field.type != TType.STOP;
        field = protocol.readFieldBegin()) {
      error |= field.id != 0;
      TProtocolUtil.skip(protocol, field.type);
      protocol.readFieldEnd();
    }
    protocol.readStructEnd();
    protocol.readMessageEnd();
    if (transport.getBytesRemainingInBuffer() != 0) {
      throw new TException(transport.getBytesRemainingInBuffer() + " bytes after the message");
    }
    return error;
  }
}
