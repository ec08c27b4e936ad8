// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Which keys and partitions are asked for most, from a sample of one operation in {@link #EVERY} on
 * average. Told of whole windows of {@link #WINDOW_MS}, the last that has ended.
 *
 * <p>Keys are counted by Space-Saving (Metwally, Agrawal and El Abbadi, ICDT 2005): a key that is
 * not among the counted ones takes the place of the least counted, and its count as its greatest
 * possible error, which is taken off again before anything is told. Thread-safe; a sample costs
 * less than a microsecond.
 */
@InterfaceAudience.Private
public final class KeySamples {
  /** Operations for each that is sampled. */
  public static final int EVERY = 64;

  static final long WINDOW_MS = 10_000;

  /** Keys that are counted; a key with more than this part of all operations is always found. */
  private static final int COUNTED = 128;

  /** Bytes of a key that are kept. */
  private static final int KEPT_BYTES = 64;

  /** Counts are kept by the highest bits of hashes, as many as the finest partitions have. */
  private static final int RANGE_BITS = 16;

  private final LongSupplier nanoClock;

  // All guarded by this.
  private final int[] tableIds = new int[COUNTED];
  private final long[] hashes = new long[COUNTED];
  private final byte[][] keys = new byte[COUNTED][];
  private final long[] counts = new long[COUNTED];
  private final long[] errors = new long[COUNTED];
  private int used;
  private int[] ranges = new int[1 << RANGE_BITS];
  private int[] lastRanges = new int[1 << RANGE_BITS];
  private List<HotKey> lastKeys = List.of();
  private double lastSeconds = 1;
  private long windowStartNs;

  /**
   * A key that is asked for often.
   *
   * @param key its first {@value #KEPT_BYTES} bytes
   */
  public record HotKey(int tableId, byte[] key, double operationsPerSecond) {}

  KeySamples(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.windowStartNs = nanoClock.getAsLong();
  }

  /**
   * An operation that was chosen.
   *
   * @param key of which nobody changes anything any more
   */
  public synchronized void sampled(int tableId, long hash, byte[] key) {
    turn();
    ranges[(int) (hash >>> (Long.SIZE - RANGE_BITS))]++;
    int slot = slotOf(tableId, hash);
    counts[slot]++;
    if (tableIds[slot] != tableId || hashes[slot] != hash || keys[slot] == null) {
      tableIds[slot] = tableId;
      hashes[slot] = hash;
      keys[slot] = key.length <= KEPT_BYTES ? key : Arrays.copyOf(key, KEPT_BYTES);
    }
  }

  private int slotOf(int tableId, long hash) {
    int least = 0;
    for (int i = 0; i < used; i++) {
      if (hashes[i] == hash && tableIds[i] == tableId) {
        return i;
      }
      if (counts[i] < counts[least]) {
        least = i;
      }
    }
    if (used < COUNTED) {
      return used++;
    }
    errors[least] = counts[least];
    return least;
  }

  private void turn() {
    long nowNs = nanoClock.getAsLong();
    long passedNs = nowNs - windowStartNs;
    if (passedNs < TimeUnit.MILLISECONDS.toNanos(WINDOW_MS)) {
      return;
    }
    lastSeconds = passedNs / (double) TimeUnit.SECONDS.toNanos(1);
    lastKeys = counted();
    int[] emptied = lastRanges;
    lastRanges = ranges;
    ranges = emptied;
    Arrays.fill(ranges, 0);
    Arrays.fill(counts, 0);
    Arrays.fill(errors, 0);
    Arrays.fill(keys, null);
    used = 0;
    windowStartNs = nowNs;
  }

  private List<HotKey> counted() {
    var all = new ArrayList<HotKey>(used);
    for (int i = 0; i < used; i++) {
      // Once may be chance.
      long sure = counts[i] - errors[i];
      if (sure > 1) {
        all.add(new HotKey(tableIds[i], keys[i], perSecond(sure)));
      }
    }
    all.sort(Comparator.comparingDouble(HotKey::operationsPerSecond).reversed());
    return all;
  }

  private double perSecond(long samples) {
    return samples * EVERY / lastSeconds;
  }

  /** Those that are asked for most, the hottest first. */
  public synchronized List<HotKey> hottest(int atMost) {
    turn();
    return List.copyOf(lastKeys.subList(0, Math.min(atMost, lastKeys.size())));
  }

  /**
   * Operations a second by partition.
   *
   * @param partitions a power of two, up to 65536
   */
  public synchronized double[] byPartition(int partitions) {
    turn();
    double[] operations = new double[partitions];
    int shift = RANGE_BITS - Integer.numberOfTrailingZeros(partitions);
    for (int range = 0; range < lastRanges.length; range++) {
      if (lastRanges[range] > 0) {
        operations[range >>> shift] += perSecond(lastRanges[range]);
      }
    }
    return operations;
  }
}
