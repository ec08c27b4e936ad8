// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.hitratio;

import io.sedna.bench.workload.FastRandom;

/** How large each key's record is. */
final class RecordSizes {
  private final int[] bytes;
  private final long total;

  private RecordSizes(int[] bytes) {
    this.bytes = bytes;
    long sum = 0;
    for (int size : bytes) {
      sum += size;
    }
    total = sum;
  }

  static RecordSizes equal(int keys, int size) {
    int[] bytes = new int[keys];
    java.util.Arrays.fill(bytes, size);
    return new RecordSizes(bytes);
  }

  /** Between least and most, each order of magnitude as likely. */
  static RecordSizes mixed(int keys, int least, int most, long seed) {
    var random = new FastRandom(seed);
    int[] bytes = new int[keys];
    for (int i = 0; i < keys; i++) {
      bytes[i] = (int) (least * Math.pow((double) most / least, random.nextDouble()));
    }
    return new RecordSizes(bytes);
  }

  int of(int key) {
    return bytes[key];
  }

  /** Of all keys together. */
  long total() {
    return total;
  }
}
