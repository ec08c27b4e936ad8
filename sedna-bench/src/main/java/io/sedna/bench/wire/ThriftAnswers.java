// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.netty.buffer.ByteBuf;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.nio.charset.StandardCharsets;

/**
 * Walks answers of Thrift's binary protocol where they lie, field by field, so that any order and
 * any new field will do. A frame is looked at when all of it is there.
 */
final class ThriftAnswers {
  private static final int LENGTH_BYTES = Integer.BYTES;

  /** Longer frames are garbage. */
  private static final int MAX_FRAME_BYTES = 256 << 20;

  /** Result structs have the outcome in field 0 and the exception in field 1. */
  private static final int OUTCOME = 0;

  private static final int ERROR_MESSAGE = 4;
  private static final int ERROR_NAME = 2;
  private static final int STATUS_OK = 0;

  private final RecordFormat format;

  ThriftAnswers(RecordFormat format) {
    this.format = format;
  }

  /** What is known of the values of one answer. */
  private enum Item {
    VALUE,
    MISS,
    ERROR
  }

  int decode(ByteBuf in, Outstanding requests, Tally tally) {
    int readable = in.readableBytes();
    if (readable < LENGTH_BYTES) {
      return WireCodec.INCOMPLETE;
    }
    int length = in.getInt(in.readerIndex());
    if (length < 0 || length > MAX_FRAME_BYTES) {
      throw violation("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    if (readable - LENGTH_BYTES < length) {
      return WireCodec.INCOMPLETE;
    }
    int end = in.readerIndex() + LENGTH_BYTES + length;
    in.skipBytes(LENGTH_BYTES);
    try {
      int slot = answer(in, requests, tally);
      if (in.readerIndex() > end) {
        throw violation("a frame that ends inside a field");
      }
      in.readerIndex(end);
      return slot;
    } catch (IndexOutOfBoundsException e) {
      throw new SednaException(
          ErrorCode.PROTOCOL_ERROR, "the server sent a frame that ends inside a field", e);
    }
  }

  private int answer(ByteBuf in, Outstanding requests, Tally tally) {
    int version = in.readInt();
    in.skipBytes(length(in));
    int slot = requests.slotOf(in.readInt());
    if (slot < 0) {
      throw violation(
          "an answer with sequence id "
              + in.getInt(in.readerIndex() - Integer.BYTES)
              + ", which no request has that waits");
    }
    if (version != ThriftTemplate.REPLY) {
      tally.failed("message type " + Integer.toHexString(version) + ": " + errorText(in));
      return slot;
    }
    byte type = in.readByte();
    int id = in.readShort();
    if (id != OUTCOME) {
      tally.failed(errorText(in));
    } else if (type == ThriftTemplate.STRUCT) {
      item(in, requests, slot, 0, tally);
    } else if (type == ThriftTemplate.LIST) {
      list(in, requests, slot, tally);
    } else {
      throw violation("an outcome of type " + type);
    }
    return slot;
  }

  private void list(ByteBuf in, Outstanding requests, int slot, Tally tally) {
    byte type = in.readByte();
    int items = in.readInt();
    if (type != ThriftTemplate.STRUCT || items != requests.count(slot)) {
      throw violation(
          "a list of " + items + " of type " + type + " for " + requests.count(slot) + " keys");
    }
    for (int i = 0; i < items; i++) {
      item(in, requests, slot, i, tally);
    }
  }

  private void item(ByteBuf in, Outstanding requests, int slot, int index, Tally tally) {
    if (requests.isWriting(slot)) {
      written(in, tally);
    } else if (read(in, requests.key(slot, index), tally) == Item.MISS) {
      tally.missed(1);
    }
  }

  /** WriteResult: 1 status, 2 timestamp, 3 error. OUTDATED is no failure: somebody wrote later. */
  private static void written(ByteBuf in, Tally tally) {
    boolean failed = false;
    for (byte type = in.readByte(); type != ThriftTemplate.STOP; type = in.readByte()) {
      int id = in.readShort();
      if (id == 3 && type == ThriftTemplate.STRUCT) {
        tally.failed(errorText(in));
        failed = true;
      } else if (id == 1 && type == ThriftTemplate.I32) {
        int status = in.readInt();
        if (status < STATUS_OK || status > 1) {
          tally.failed("write status " + status);
          failed = true;
        }
      } else {
        skip(in, type);
      }
    }
    if (!failed) {
      tally.written(1);
    }
  }

  /** ReadResult: 1 value (VersionedValue: 1 value, …), 2 error. */
  private Item read(ByteBuf in, long key, Tally tally) {
    var item = Item.MISS;
    for (byte type = in.readByte(); type != ThriftTemplate.STOP; type = in.readByte()) {
      int id = in.readShort();
      if (id == 1 && type == ThriftTemplate.STRUCT) {
        versioned(in, key, tally);
        item = Item.VALUE;
      } else if (id == 2 && type == ThriftTemplate.STRUCT) {
        tally.failed(errorText(in));
        item = Item.ERROR;
      } else {
        skip(in, type);
      }
    }
    return item;
  }

  private void versioned(ByteBuf in, long key, Tally tally) {
    for (byte type = in.readByte(); type != ThriftTemplate.STOP; type = in.readByte()) {
      int id = in.readShort();
      if (id == 1 && type == ThriftTemplate.STRING) {
        int bytes = length(in);
        int at = in.readerIndex();
        in.skipBytes(bytes);
        tally.read(format.isValue(in, at, bytes, key), format, key, bytes);
      } else {
        skip(in, type);
      }
    }
  }

  /** The name and the message of a SednaError, or what a TApplicationException says. */
  private static String errorText(ByteBuf in) {
    var text = new StringBuilder();
    for (byte type = in.readByte(); type != ThriftTemplate.STOP; type = in.readByte()) {
      int id = in.readShort();
      if (type == ThriftTemplate.STRING && id <= ERROR_MESSAGE) {
        text.append(text.isEmpty() ? "" : ": ");
        text.append(in.readCharSequence(length(in), StandardCharsets.UTF_8));
      } else if (type == ThriftTemplate.I32 && id == ERROR_NAME) {
        text.append(text.isEmpty() ? "" : ": ").append("exception of type ").append(in.readInt());
      } else {
        skip(in, type);
      }
    }
    return text.toString();
  }

  private static int length(ByteBuf in) {
    int length = in.readInt();
    if (length < 0 || length > in.readableBytes()) {
      throw violation("a field of " + Integer.toUnsignedString(length) + " bytes");
    }
    return length;
  }

  private static void skip(ByteBuf in, byte type) {
    switch (type) {
      case 2, 3 -> in.skipBytes(1);
      case 6 -> in.skipBytes(Short.BYTES);
      case ThriftTemplate.I32 -> in.skipBytes(Integer.BYTES);
      case 4, ThriftTemplate.I64 -> in.skipBytes(Long.BYTES);
      case ThriftTemplate.STRING -> in.skipBytes(length(in));
      case ThriftTemplate.STRUCT -> {
        for (byte t = in.readByte(); t != ThriftTemplate.STOP; t = in.readByte()) {
          in.skipBytes(Short.BYTES);
          skip(in, t);
        }
      }
      default -> throw violation("a field of type " + type);
    }
  }

  private static SednaException violation(String what) {
    return new SednaException(ErrorCode.PROTOCOL_ERROR, "the server sent " + what);
  }
}
