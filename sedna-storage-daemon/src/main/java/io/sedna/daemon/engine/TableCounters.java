// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.concurrent.atomic.LongAdder;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What has happened to one table's records on this daemon since it has known the table.
 * Thread-safe.
 */
@InterfaceAudience.Private
public final class TableCounters {
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder evictedRecords = new LongAdder();
  private final LongAdder evictedBytes = new LongAdder();
  private final LongAdder expiredRecords = new LongAdder();

  /** A read of a cache that found a live record, or did not. */
  void read(boolean found) {
    (found ? hits : misses).increment();
  }

  /** Records were forgotten to make room. */
  void evicted(long records, long bytes) {
    evictedRecords.add(records);
    evictedBytes.add(bytes);
  }

  /** Records were dropped because their time was over. */
  void expired(long records) {
    expiredRecords.add(records);
  }

  /** Reads that found a record; counted only for tables that are caches. */
  public long hits() {
    return hits.sum();
  }

  /** Reads that found none; counted only for tables that are caches. */
  public long misses() {
    return misses.sum();
  }

  public long evictedRecords() {
    return evictedRecords.sum();
  }

  /** Memory that the records took. */
  public long evictedBytes() {
    return evictedBytes.sum();
  }

  /** Records that the sweep dropped, or evictions found to be over. */
  public long expiredRecords() {
    return expiredRecords.sum();
  }
}
