// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import org.apache.hadoop.classification.InterfaceAudience;

/** SplitMix64 (Steele et al., OOPSLA'14): a few instructions a number. For one thread. */
@InterfaceAudience.Private
public final class FastRandom {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;
  private static final double DOUBLE_UNIT = 0x1.0p-53;

  private long state;

  public FastRandom(long seed) {
    state = seed;
  }

  public long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /** 0 to bound - 1, with a bias that is too small to measure. */
  public long nextLong(long bound) {
    return Math.multiplyHigh(nextLong() >>> 1, bound << 1);
  }

  /** 0 inclusive to 1 exclusive. */
  public double nextDouble() {
    return (nextLong() >>> 11) * DOUBLE_UNIT;
  }

  /** SplitMix64's finalizer: a bijection that scatters neighbours. */
  public static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
