// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * get and set of memcached's ASCII protocol ({@code doc/protocol.txt}). A request for several keys
 * is one get of all of them; a write of several keys is as many sets in a row, each answered.
 */
final class MemcachedCodec implements WireCodec {
  private static final byte[] GET = ascii("get");
  private static final byte[] SET = ascii("set ");
  private static final byte[] CR_LF = ascii("\r\n");
  private static final byte[] VALUE = ascii("VALUE ");
  private static final byte[] END = ascii("END");
  private static final byte[] STORED = ascii("STORED");

  private final RecordFormat format;
  private final byte[] afterKey;

  MemcachedCodec(RecordFormat format) {
    this.format = format;
    afterKey = ascii(" 0 0 " + format.valueBytes() + "\r\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void encode(ByteBuf out, Outstanding requests, int slot) {
    int count = requests.count(slot);
    if (requests.isWriting(slot)) {
      for (int i = 0; i < count; i++) {
        long key = requests.key(slot, i);
        out.writeBytes(SET);
        format.writeKey(out, key);
        out.writeBytes(afterKey);
        format.writeValue(out, key);
        out.writeBytes(CR_LF);
      }
    } else {
      out.writeBytes(GET);
      for (int i = 0; i < count; i++) {
        out.writeByte(' ');
        format.writeKey(out, requests.key(slot, i));
      }
      out.writeBytes(CR_LF);
    }
  }

  @Override
  public int decode(ByteBuf in, Outstanding requests, Tally tally) {
    int slot = requests.oldest();
    if (slot < 0) {
      throw Lines.violation(in, in.readerIndex(), in.writerIndex(), "what nobody asked for");
    }
    // Nothing is counted before all of the answer is there.
    int end =
        requests.isWriting(slot)
            ? endOfStored(in, requests.count(slot))
            : endOfValues(in, requests.count(slot));
    if (end < 0) {
      return INCOMPLETE;
    }
    if (requests.isWriting(slot)) {
      countStored(in, end, tally);
    } else {
      countValues(in, requests, slot, tally);
    }
    in.readerIndex(end);
    return slot;
  }

  private static int endOfStored(ByteBuf in, int lines) {
    int at = in.readerIndex();
    for (int i = 0; i < lines; i++) {
      int end = Lines.end(in, at);
      if (end < 0) {
        return INCOMPLETE;
      }
      at = end + Lines.LINE_END_BYTES;
    }
    return at;
  }

  private static void countStored(ByteBuf in, int endOfAll, Tally tally) {
    for (int at = in.readerIndex(); at < endOfAll; ) {
      int end = Lines.end(in, at);
      if (Lines.equals(in, at, end, STORED)) {
        tally.written(1);
      } else {
        tally.failed(Lines.text(in, at, end));
      }
      at = end + Lines.LINE_END_BYTES;
    }
  }

  private static int endOfValues(ByteBuf in, int most) {
    int at = in.readerIndex();
    for (int values = 0; ; values++) {
      int end = Lines.end(in, at);
      if (end < 0) {
        return INCOMPLETE;
      }
      int next = end + Lines.LINE_END_BYTES;
      if (!Lines.startsWith(in, at, end, VALUE)) {
        // END, or the one line of an error.
        return next;
      }
      if (values == most) {
        throw Lines.violation(in, at, end, "more values than keys were asked for");
      }
      next += bytes(in, at, end) + Lines.LINE_END_BYTES;
      if (next > in.writerIndex()) {
        return INCOMPLETE;
      }
      at = next;
    }
  }

  /** The last number of: VALUE key flags bytes. */
  private static int bytes(ByteBuf in, int at, int end) {
    int blank = end - 1;
    while (blank > at && in.getByte(blank) != ' ') {
      blank--;
    }
    int bytes = Lines.number(in, blank + 1, end);
    if (bytes < 0) {
      throw Lines.violation(in, at, end, "a negative length");
    }
    return bytes;
  }

  private void countValues(ByteBuf in, Outstanding requests, int slot, Tally tally) {
    int count = requests.count(slot);
    int asked = 0;
    int at = in.readerIndex();
    while (true) {
      int end = Lines.end(in, at);
      if (!Lines.startsWith(in, at, end, VALUE)) {
        if (Lines.equals(in, at, end, END)) {
          tally.missed(count - asked);
        } else {
          tally.failed(Lines.text(in, at, end));
        }
        return;
      }
      int keyStart = at + VALUE.length;
      int keyBytes = in.indexOf(keyStart, end, (byte) ' ') - keyStart;
      // Values come in the order of the keys; those without one are passed over.
      while (asked < count && !format.isKey(in, keyStart, keyBytes, requests.key(slot, asked))) {
        asked++;
        tally.missed(1);
      }
      if (asked == count) {
        throw Lines.violation(in, at, end, "a value of a key that was not asked for");
      }
      int bytes = bytes(in, at, end);
      int value = end + Lines.LINE_END_BYTES;
      long key = requests.key(slot, asked++);
      tally.read(format.isValue(in, value, bytes, key), format, key, bytes);
      at = value + bytes + Lines.LINE_END_BYTES;
    }
  }
}
