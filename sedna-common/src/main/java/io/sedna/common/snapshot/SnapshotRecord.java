// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import java.util.Arrays;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * One source's live version of a key. The arrays are not copied: whoever makes a record gives them
 * away.
 *
 * @param timestamp hybrid logical timestamp of the write
 * @param source who wrote it
 * @param expiresAtMs milliseconds since 1970; 0: never
 * @param flags what the writer wanted kept beside the value
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record SnapshotRecord(
    byte[] key, byte[] value, long timestamp, int source, long expiresAtMs, int flags) {

  /** A record without flags. */
  public SnapshotRecord(byte[] key, byte[] value, long timestamp, int source, long expiresAtMs) {
    this(key, value, timestamp, source, expiresAtMs, 0);
  }

  /** Whether the record has stopped being visible at a time in milliseconds since 1970. */
  public boolean isExpired(long nowMs) {
    return expiresAtMs != 0 && expiresAtMs <= nowMs;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SnapshotRecord that
        && timestamp == that.timestamp
        && source == that.source
        && expiresAtMs == that.expiresAtMs
        && flags == that.flags
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Long.hashCode(timestamp);
  }

  @Override
  public String toString() {
    return "SnapshotRecord{keyBytes="
        + key.length
        + ", valueBytes="
        + value.length
        + ", timestamp="
        + timestamp
        + ", source="
        + source
        + ", expiresAtMs="
        + expiresAtMs
        + "}";
  }
}
