// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import org.apache.hadoop.classification.InterfaceAudience;

/** What answers said. For one thread. */
@InterfaceAudience.Private
public final class Tally {
  private long hits;
  private long misses;
  private long writes;
  private long errors;
  private String firstError;

  void hit() {
    hits++;
  }

  void missed(long keys) {
    misses += keys;
  }

  void written(long keys) {
    writes += keys;
  }

  /** A key or a request that failed, while the connection goes on. */
  void failed(String why) {
    if (firstError == null) {
      firstError = why;
    }
    errors++;
  }

  /** Counts a value that was read, if it is the one that was written. */
  void read(boolean right, RecordFormat format, long key, int valueBytes) {
    if (right) {
      hits++;
    } else {
      failed(format.describeWrong(key, valueBytes));
    }
  }

  /** Keys read and found, with the right value. */
  public long hits() {
    return hits;
  }

  /** Keys read and not found. */
  public long misses() {
    return misses;
  }

  public long writes() {
    return writes;
  }

  /** Keys that failed, and requests that failed as a whole. */
  public long errors() {
    return errors;
  }

  /** Null if there was none. */
  public String firstError() {
    return firstError;
  }

  public void reset() {
    hits = 0;
    misses = 0;
    writes = 0;
    errors = 0;
    firstError = null;
  }

  /** Adds another thread's. */
  public void add(Tally other) {
    hits += other.hits;
    misses += other.misses;
    writes += other.writes;
    errors += other.errors;
    if (firstError == null) {
      firstError = other.firstError;
    }
  }
}
