// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.metrics;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Chooses which operations of one thread's are told to {@link KeySamples}: one in {@link
 * KeySamples#EVERY} on average, at gaps of chance (xorshift; Marsaglia, 2003), because equal ones
 * would fall in step with what clients do. Not thread-safe; makes no objects.
 */
@InterfaceAudience.Private
public final class KeySampler {
  private final KeySamples samples;
  private int gaps;
  private int left = KeySamples.EVERY;

  /**
   * @param seed not 0
   */
  public KeySampler(KeySamples samples, int seed) {
    this.samples = samples;
    this.gaps = seed;
  }

  /** Whether the operation of this moment is to be told of. */
  public boolean chooses() {
    if (--left > 0) {
      return false;
    }
    gaps ^= gaps << 13;
    gaps ^= gaps >>> 17;
    gaps ^= gaps << 5;
    left = 1 + (gaps & (2 * KeySamples.EVERY - 1));
    return true;
  }

  /**
   * Tells of an operation that was chosen.
   *
   * @param key of which nobody changes anything any more
   */
  public void sampled(int tableId, long hash, byte[] key) {
    samples.sampled(tableId, hash, key);
  }
}
