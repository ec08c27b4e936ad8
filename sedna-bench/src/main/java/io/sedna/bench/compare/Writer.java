// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.compare.Contender.Sample;
import java.util.Arrays;

/** One client that waits for each write before it makes the next. */
interface Writer extends AutoCloseable {
  void write(byte[] key, byte[] value) throws Exception;

  @Override
  void close() throws Exception;

  /** How long writes take. */
  final class Latency {
    private static final int MOST = 4_000_000;

    private static final int CHECKED_EVERY = 16;

    private Latency() {}

    /** Writes for so long, key after key, round and round. */
    static Sample of(Writer writer, byte[][] keys, byte[] value, int seconds) throws Exception {
      long[] nanos = new long[MOST];
      int count = 0;
      long start = System.nanoTime();
      long end = start + seconds * 1_000_000_000L;
      long now = start;
      while (count < MOST && (count % CHECKED_EVERY != 0 || now - end < 0)) {
        writer.write(keys[count % keys.length], value);
        long then = System.nanoTime();
        nanos[count++] = then - now;
        now = then;
      }
      Arrays.sort(nanos, 0, count);
      return new Sample(
          count * 1e9 / (now - start),
          Double.NaN,
          nanos[(int) (count * 0.999)] / 1e3,
          nanos[count / 2] / 1e3);
    }
  }
}
