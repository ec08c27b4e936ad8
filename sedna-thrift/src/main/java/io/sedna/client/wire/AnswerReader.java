// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.SednaError;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolException;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TType;

/**
 * Reads answers, each a frame without its length. Unknown fields are skipped, missing ones that the
 * protocol requires are refused, as the generated classes do. Whatever cannot be read is a {@link
 * TException} or an IndexOutOfBoundsException; nothing is allocated for a length that the frame
 * does not hold. Not thread-safe: one for a connection.
 */
@InterfaceAudience.Private
public final class AnswerReader {
  /** Where the method's name begins: behind the version and the name's length. */
  private static final int NAME_OFFSET = 8;

  private static final byte SUCCESS_FIELD = 0;
  private static final byte ERROR_FIELD = 1;
  private static final int WRITE_STATUSES = 4;
  private static final int ALONE = -1;

  private final TProtocol protocol;
  private ByteBuf in = Unpooled.EMPTY_BUFFER;

  // The version that was read last.
  private byte[] value;
  private long timestamp;
  private int source;
  private long expiresAtMs;

  /**
   * @param protocol reads from the frames that {@link #begin} is given, whose transport the caller
   *     sets to them before
   */
  public AnswerReader(TProtocol protocol) {
    this.protocol = protocol;
  }

  /**
   * Goes on with another frame.
   *
   * @return its sequence id, with nothing of it read yet
   * @throws TException no message of the strict binary protocol
   */
  public int begin(ByteBuf frame) throws TException {
    in = frame;
    int start = frame.readerIndex();
    int version = frame.getInt(start);
    if ((version & KeyRequests.VERSION_MASK) != KeyRequests.VERSION_1) {
      throw new TProtocolException(
          TProtocolException.BAD_VERSION,
          "no message of the strict binary protocol: begins with 0x"
              + Integer.toHexString(version));
    }
    int nameBytes = frame.getInt(start + 4);
    checkLength(nameBytes, frame.readableBytes() - NAME_OFFSET - 4);
    return frame.getInt(start + NAME_OFFSET + nameBytes);
  }

  /** The frame through the generated classes. */
  public TProtocol protocol() {
    return protocol;
  }

  /** Bytes of the frame that were not read yet. */
  public int readableBytes() {
    return in.readableBytes();
  }

  /**
   * Reads the answer to readLatest.
   *
   * @return null: the answer was handed on; otherwise why the daemon refused
   */
  public SednaException readLatest(KeyAnswers to) throws TException {
    return read(KeyRequests.READ_LATEST, ALONE, true, to);
  }

  /** As {@link #readLatest}, of writeLatest. */
  public SednaException writeLatest(KeyAnswers to) throws TException {
    return read(KeyRequests.WRITE_LATEST, ALONE, false, to);
  }

  /**
   * Reads the answer to multiGet.
   *
   * @param keys how many were asked for
   * @return null: all answers were handed on; otherwise why the daemon refused the whole, or that
   *     it did not answer as many
   */
  public SednaException multiGet(int keys, KeyAnswers to) throws TException {
    return read(KeyRequests.MULTI_GET, keys, true, to);
  }

  /** As {@link #multiGet}, of multiPut. */
  public SednaException multiPut(int entries, KeyAnswers to) throws TException {
    return read(KeyRequests.MULTI_PUT, entries, false, to);
  }

  /**
   * Reads the answer to a method that gives a list of i32.
   *
   * @param method its name in ASCII
   * @param to is filled; its length is how many are expected
   * @return null: it is filled; otherwise why the daemon refused the whole, or that it did not
   *     answer as many
   */
  public SednaException numbers(byte[] method, int[] to) throws TException {
    if (header(method) == TMessageType.EXCEPTION) {
      return refused(method, TApplicationException.readFrom(protocol));
    }
    SednaException refusal = null;
    boolean answered = false;
    byte type;
    while ((type = in.readByte()) != TType.STOP) {
      short id = in.readShort();
      if (id == SUCCESS_FIELD && type == TType.LIST) {
        refusal = numbers(to);
        answered = true;
      } else if (id == ERROR_FIELD && type == TType.STRUCT) {
        refusal = error();
        answered = true;
      } else {
        TProtocolUtil.skip(protocol, type);
      }
    }
    return answered ? refusal : notAnswered(method);
  }

  private SednaException numbers(int[] to) throws TException {
    byte type = in.readByte();
    int size = in.readInt();
    if (size != to.length || type != TType.I32) {
      return skipped(type, size, to.length);
    }
    for (int i = 0; i < size; i++) {
      to[i] = in.readInt();
    }
    return null;
  }

  /**
   * @param keys {@link #ALONE}: the answer is no list
   */
  private SednaException read(byte[] method, int keys, boolean reads, KeyAnswers to)
      throws TException {
    byte successType = keys == ALONE ? TType.STRUCT : TType.LIST;
    byte messageType = header(method);
    if (messageType == TMessageType.EXCEPTION) {
      return refused(method, TApplicationException.readFrom(protocol));
    }
    SednaException refusal = null;
    boolean answered = false;
    byte type;
    while ((type = in.readByte()) != TType.STOP) {
      short id = in.readShort();
      if (id == SUCCESS_FIELD && type == successType) {
        refusal = success(keys, reads, to);
        answered = true;
      } else if (id == ERROR_FIELD && type == TType.STRUCT) {
        refusal = error();
        answered = true;
      } else {
        TProtocolUtil.skip(protocol, type);
      }
    }
    return answered ? refusal : notAnswered(method);
  }

  private static SednaException notAnswered(byte[] method) {
    return new SednaException(
        ErrorCode.PROTOCOL_ERROR,
        new String(method, US_ASCII) + " was answered with neither value nor error");
  }

  private SednaException success(int keys, boolean reads, KeyAnswers to) throws TException {
    if (keys != ALONE) {
      return readList(keys, reads, to);
    }
    if (reads) {
      readResult(0, to);
    } else {
      writeResult(0, to);
    }
    return null;
  }

  private byte header(byte[] method) throws TException {
    byte type = (byte) in.readInt();
    int nameBytes = in.readInt();
    boolean same = nameBytes == method.length;
    for (int i = 0; same && i < nameBytes; i++) {
      same = in.getByte(in.readerIndex() + i) == method[i];
    }
    if ((type != TMessageType.REPLY || !same) && type != TMessageType.EXCEPTION) {
      throw new TApplicationException(
          TApplicationException.INVALID_MESSAGE_TYPE,
          "answer to "
              + new String(method, US_ASCII)
              + " has name="
              + in.toString(in.readerIndex(), nameBytes, US_ASCII)
              + ", type="
              + type);
    }
    in.skipBytes(nameBytes + 4);
    return type;
  }

  /** What a daemon that could not serve a method at all says of it. */
  public static SednaException refused(String method, TApplicationException e) {
    ErrorCode code =
        e.getType() == TApplicationException.UNKNOWN_METHOD
            ? ErrorCode.NOT_SUPPORTED
            : ErrorCode.PROTOCOL_ERROR;
    return new SednaException(
        code, method + " was refused: " + e.getMessage() + " (type " + e.getType() + ")", e);
  }

  private static SednaException refused(byte[] method, TApplicationException e) {
    return refused(new String(method, US_ASCII), e);
  }

  private SednaException readList(int expected, boolean reads, KeyAnswers to) throws TException {
    byte type = in.readByte();
    int size = in.readInt();
    if (size != expected || type != TType.STRUCT) {
      return skipped(type, size, expected);
    }
    for (int i = 0; i < size; i++) {
      if (reads) {
        readResult(i, to);
      } else {
        writeResult(i, to);
      }
    }
    return null;
  }

  /** Reads a list to its end, so that what follows is read as what it is. */
  private SednaException skipped(byte type, int size, int expected) throws TException {
    checkLength(size, in.readableBytes());
    for (int i = 0; i < size; i++) {
      TProtocolUtil.skip(protocol, type);
    }
    return new SednaException(
        ErrorCode.PROTOCOL_ERROR, "daemon answered " + size + " of " + expected + " entries");
  }

  private void readResult(int index, KeyAnswers to) throws TException {
    boolean found = false;
    SednaException failure = null;
    byte type;
    while ((type = in.readByte()) != TType.STOP) {
      short id = in.readShort();
      if (id == 1 && type == TType.STRUCT) {
        version();
        found = true;
      } else if (id == 2 && type == TType.STRUCT) {
        failure = error();
      } else {
        TProtocolUtil.skip(protocol, type);
      }
    }
    if (failure != null) {
      to.failed(index, failure);
    } else if (found) {
      byte[] bytes = value;
      value = null;
      to.value(index, bytes, timestamp, source, expiresAtMs);
    } else {
      to.absent(index);
    }
  }

  private void version() throws TException {
    boolean hasTimestamp = false;
    boolean hasSource = false;
    value = null;
    expiresAtMs = 0;
    byte type;
    while ((type = in.readByte()) != TType.STOP) {
      short id = in.readShort();
      if (id == 1 && type == TType.STRING) {
        value = binary();
      } else if (id == 2 && type == TType.I64) {
        timestamp = in.readLong();
        hasTimestamp = true;
      } else if (id == 3 && type == TType.I32) {
        source = in.readInt();
        hasSource = true;
      } else if (id == 4 && type == TType.I64) {
        expiresAtMs = in.readLong();
      } else {
        TProtocolUtil.skip(protocol, type);
      }
    }
    if (value == null || !hasTimestamp || !hasSource) {
      throw new TProtocolException("a version lacks its value, timestamp or source");
    }
  }

  private void writeResult(int index, KeyAnswers to) throws TException {
    int status = -1;
    long written = 0;
    boolean hasTimestamp = false;
    SednaException failure = null;
    byte type;
    while ((type = in.readByte()) != TType.STOP) {
      short id = in.readShort();
      if (id == 1 && type == TType.I32) {
        status = in.readInt();
      } else if (id == 2 && type == TType.I64) {
        written = in.readLong();
        hasTimestamp = true;
      } else if (id == 3 && type == TType.STRUCT) {
        failure = error();
      } else {
        TProtocolUtil.skip(protocol, type);
      }
    }
    if (status < 0 || status >= WRITE_STATUSES || !hasTimestamp) {
      throw new TProtocolException(
          "the answer to a write lacks a known status or its timestamp: status=" + status);
    }
    if (failure != null) {
      to.failed(index, failure);
    } else {
      to.written(index, status, written);
    }
  }

  private SednaException error() throws TException {
    var error = new SednaError();
    error.read(protocol);
    return Errors.fromThrift(error);
  }

  private byte[] binary() throws TException {
    int length = in.readInt();
    checkLength(length, in.readableBytes());
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  private static void checkLength(int length, int limit) throws TException {
    if (length < 0 || length > limit) {
      throw new TProtocolException(
          TProtocolException.NEGATIVE_SIZE,
          "message ends early: needed=" + length + ", left=" + limit);
    }
  }
}
