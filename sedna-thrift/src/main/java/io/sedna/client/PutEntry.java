// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import java.time.Duration;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * One entry of a batch of writes.
 *
 * @param key 1 byte to 32 KiB
 * @param value 0 bytes to 8 MiB
 * @param timestamp hybrid logical timestamp of the write; 0: as the batch's {@link WriteOptions}
 * @param ttlMs time to live in milliseconds; 0: for ever; {@link WriteOptions#UNSET}: as the
 *     batch's {@link WriteOptions}
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record PutEntry(byte[] key, byte[] value, long timestamp, long ttlMs) {
  public PutEntry(byte[] key, byte[] value) {
    this(key, value, 0, WriteOptions.UNSET);
  }

  public PutEntry withTimestamp(long newTimestamp) {
    return new PutEntry(key, value, newTimestamp, ttlMs);
  }

  public PutEntry withTtl(Duration ttl) {
    return new PutEntry(key, value, timestamp, ttl.toMillis());
  }
}
