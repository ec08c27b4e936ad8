// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** GET and SET, or MGET and MSET, in version 2 of Redis' serialization protocol (RESP). */
final class RedisCodec implements WireCodec {
  private static final byte[] CR_LF = ascii("\r\n");
  private static final byte[] GET = ascii("*2\r\n$3\r\nGET\r\n");
  private static final byte[] SET = ascii("*3\r\n$3\r\nSET\r\n");
  private static final byte[] MGET = ascii("\r\n$4\r\nMGET\r\n");
  private static final byte[] MSET = ascii("\r\n$4\r\nMSET\r\n");
  private static final byte[] OK = ascii("+OK");

  private final RecordFormat format;
  private final boolean batched;
  private final byte[] beforeKey;
  private final byte[] beforeValue;

  /**
   * @param batched several keys in a request
   */
  RedisCodec(RecordFormat format, boolean batched) {
    this.format = format;
    this.batched = batched;
    beforeKey = ascii("$" + format.keyBytes() + "\r\n");
    beforeValue = ascii("\r\n$" + format.valueBytes() + "\r\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void encode(ByteBuf out, Outstanding requests, int slot) {
    boolean writing = requests.isWriting(slot);
    int count = requests.count(slot);
    if (batched) {
      out.writeByte('*');
      writeNumber(out, 1 + (writing ? 2 * count : count));
      out.writeBytes(writing ? MSET : MGET);
    } else {
      out.writeBytes(writing ? SET : GET);
    }
    for (int i = 0; i < count; i++) {
      long key = requests.key(slot, i);
      out.writeBytes(beforeKey);
      format.writeKey(out, key);
      if (writing) {
        out.writeBytes(beforeValue);
        format.writeValue(out, key);
      }
      out.writeBytes(CR_LF);
    }
  }

  private static void writeNumber(ByteBuf out, int number) {
    int unit = 1;
    while (number / unit >= 10) {
      unit *= 10;
    }
    for (; unit > 0; unit /= 10) {
      out.writeByte('0' + number / unit % 10);
    }
  }

  @Override
  public int decode(ByteBuf in, Outstanding requests, Tally tally) {
    int slot = requests.oldest();
    if (slot < 0) {
      throw Lines.violation(in, in.readerIndex(), in.writerIndex(), "what nobody asked for");
    }
    int start = in.readerIndex();
    int end = Lines.end(in, start);
    if (end < 0) {
      return INCOMPLETE;
    }
    int next = end + Lines.LINE_END_BYTES;
    int count = requests.count(slot);
    switch (in.getByte(start)) {
      case '+' -> {
        if (!requests.isWriting(slot) || !Lines.equals(in, start, end, OK)) {
          throw Lines.violation(in, start, end, "an unexpected status");
        }
        tally.written(count);
      }
      case '-' -> tally.failed(Lines.text(in, start + 1, end));
      case '$' -> {
        if (batched) {
          throw Lines.violation(in, start, end, "one value for an array");
        }
        next = endOfBulk(in, start, requests, slot);
        if (next < 0) {
          return INCOMPLETE;
        }
        countBulk(in, start, end, requests.key(slot, 0), tally);
      }
      case '*' -> {
        next = endOfArray(in, start, end, requests, slot);
        if (next < 0) {
          return INCOMPLETE;
        }
        countArray(in, end + Lines.LINE_END_BYTES, requests, slot, tally);
      }
      default -> throw Lines.violation(in, start, end, "an unknown type");
    }
    in.readerIndex(next);
    return slot;
  }

  private static int endOfBulk(ByteBuf in, int at, Outstanding requests, int slot) {
    int end = Lines.end(in, at);
    if (end < 0) {
      return INCOMPLETE;
    }
    if (in.getByte(at) != '$' || requests.isWriting(slot)) {
      throw Lines.violation(in, at, end, "something other than the bulk string asked for");
    }
    int bytes = Lines.number(in, at + 1, end);
    int next = end + Lines.LINE_END_BYTES + (bytes < 0 ? 0 : bytes + Lines.LINE_END_BYTES);
    return next > in.writerIndex() ? INCOMPLETE : next;
  }

  private static int endOfArray(ByteBuf in, int at, int end, Outstanding requests, int slot) {
    int items = Lines.number(in, at + 1, end);
    if (items != requests.count(slot) || requests.isWriting(slot)) {
      throw Lines.violation(in, at, end, "an array for " + requests.count(slot) + " keys");
    }
    int next = end + Lines.LINE_END_BYTES;
    for (int i = 0; i < items && next >= 0; i++) {
      next = endOfBulk(in, next, requests, slot);
    }
    return next;
  }

  private void countArray(ByteBuf in, int from, Outstanding requests, int slot, Tally tally) {
    int at = from;
    for (int i = 0; i < requests.count(slot); i++) {
      int end = Lines.end(in, at);
      countBulk(in, at, end, requests.key(slot, i), tally);
      at = endOfBulk(in, at, requests, slot);
    }
  }

  private void countBulk(ByteBuf in, int at, int end, long key, Tally tally) {
    int bytes = Lines.number(in, at + 1, end);
    if (bytes < 0) {
      tally.missed(1);
    } else {
      boolean right = format.isValue(in, end + Lines.LINE_END_BYTES, bytes, key);
      tally.read(right, format, key, bytes);
    }
  }
}
