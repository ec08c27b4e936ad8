// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** mg and ms of memcached's meta commands; several keys are as many commands, each answered. */
final class MemcachedMetaCodec implements WireCodec {
  private static final byte[] GET = ascii("mg ");
  private static final byte[] AFTER_GET = ascii(" v\r\n");
  private static final byte[] SET = ascii("ms ");
  private static final byte[] CR_LF = ascii("\r\n");
  private static final byte[] VALUE = ascii("VA ");
  private static final byte[] MISS = ascii("EN");
  private static final byte[] STORED = ascii("HD");

  private final RecordFormat format;
  private final byte[] afterSet;

  MemcachedMetaCodec(RecordFormat format) {
    this.format = format;
    afterSet = ascii(" " + format.valueBytes() + "\r\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void encode(ByteBuf out, Outstanding requests, int slot) {
    boolean writing = requests.isWriting(slot);
    for (int i = 0; i < requests.count(slot); i++) {
      long key = requests.key(slot, i);
      out.writeBytes(writing ? SET : GET);
      format.writeKey(out, key);
      if (writing) {
        out.writeBytes(afterSet);
        format.writeValue(out, key);
        out.writeBytes(CR_LF);
      } else {
        out.writeBytes(AFTER_GET);
      }
    }
  }

  @Override
  public int decode(ByteBuf in, Outstanding requests, Tally tally) {
    int slot = requests.oldest();
    if (slot < 0) {
      throw Lines.violation(in, in.readerIndex(), in.writerIndex(), "what nobody asked for");
    }
    int at = in.readerIndex();
    for (int i = 0; i < requests.count(slot); i++) {
      at = endOfOne(in, at);
      if (at < 0) {
        return INCOMPLETE;
      }
    }
    for (int i = 0; i < requests.count(slot); i++) {
      int start = in.readerIndex();
      count(
          in, start, Lines.end(in, start), requests.isWriting(slot), requests.key(slot, i), tally);
      in.readerIndex(endOfOne(in, start));
    }
    return slot;
  }

  private static int endOfOne(ByteBuf in, int at) {
    int end = Lines.end(in, at);
    if (end < 0) {
      return INCOMPLETE;
    }
    int next = end + Lines.LINE_END_BYTES;
    if (Lines.startsWith(in, at, end, VALUE)) {
      next += bytes(in, at, end) + Lines.LINE_END_BYTES;
    }
    return next > in.writerIndex() ? INCOMPLETE : next;
  }

  private static int bytes(ByteBuf in, int at, int end) {
    int from = at + VALUE.length;
    int blank = in.indexOf(from, end, (byte) ' ');
    return Lines.number(in, from, blank < 0 ? end : blank);
  }

  private void count(ByteBuf in, int at, int end, boolean writing, long key, Tally tally) {
    if (writing && Lines.startsWith(in, at, end, STORED)) {
      tally.written(1);
    } else if (!writing && Lines.startsWith(in, at, end, VALUE)) {
      int bytes = bytes(in, at, end);
      boolean right = format.isValue(in, end + Lines.LINE_END_BYTES, bytes, key);
      tally.read(right, format, key, bytes);
    } else if (!writing && Lines.equals(in, at, end, MISS)) {
      tally.missed(1);
    } else {
      tally.failed(Lines.text(in, at, end));
    }
  }
}
