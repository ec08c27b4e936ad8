// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import java.time.Duration;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * How a write is to be done.
 *
 * @param timestamp hybrid logical timestamp of the write (upper 48 bits milliseconds since 1970,
 *     lower 16 a counter); 0: the daemon's clock. One further ahead of the daemon than
 *     sedna.clock.max.skew.ms is refused with TIMESTAMP_IN_FUTURE.
 * @param source who writes: versions are ordered by timestamp and, where those are equal, by source
 * @param ttlMs time to live in milliseconds, counted from the daemon's clock; 0: for ever; {@link
 *     #UNSET}: the table's
 * @param consistency copies written before the answer; on eventual tables only
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record WriteOptions(long timestamp, int source, long ttlMs, Consistency consistency) {
  /** As {@link #ttlMs}: nothing said. */
  public static final long UNSET = -1;

  /** The daemon's clock, source 0, the table's time to live and its W. */
  public static final WriteOptions DEFAULT = new WriteOptions(0, 0, UNSET);

  /** With the table's W. */
  public WriteOptions(long timestamp, int source, long ttlMs) {
    this(timestamp, source, ttlMs, Consistency.TABLE);
  }

  public WriteOptions withTimestamp(long newTimestamp) {
    return new WriteOptions(newTimestamp, source, ttlMs, consistency);
  }

  public WriteOptions withSource(int newSource) {
    return new WriteOptions(timestamp, newSource, ttlMs, consistency);
  }

  public WriteOptions withTtl(Duration ttl) {
    return new WriteOptions(timestamp, source, ttl.toMillis(), consistency);
  }

  public WriteOptions withConsistency(Consistency newConsistency) {
    return new WriteOptions(timestamp, source, ttlMs, newConsistency);
  }
}
