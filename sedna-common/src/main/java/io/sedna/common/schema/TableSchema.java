// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What a table promises, every default filled in.
 *
 * @param replicas N, copies kept
 * @param readQuorum R, copies read
 * @param writeQuorum W, copies written before the answer
 * @param ttlMs time to live of records written without one; 0: for ever
 * @param snapshotIntervalMs pause between periodic snapshots; 0: the instance's
 * @param maxBytes most memory that the table may take on one daemon, in bytes, everything counted:
 *     0 for no limit of its own, otherwise {@link #LEAST_MAX_BYTES} to {@link #GREATEST_MAX_BYTES}
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record TableSchema(
    TableName name,
    int replicas,
    int readQuorum,
    int writeQuorum,
    ConsistencyMode consistency,
    MemoryMode memory,
    long ttlMs,
    PersistenceMode persistence,
    long snapshotIntervalMs,
    long maxBytes) {

  /** Greatest number of copies of a record. */
  public static final int MAX_REPLICAS = 7;

  /** Least memory quota: below it, overheads would leave little for records. */
  public static final long LEAST_MAX_BYTES = 1L << 20;

  /** Greatest memory quota; a larger one is a mistake in the unit. */
  public static final long GREATEST_MAX_BYTES = 1L << 50;

  public TableSchema {
    require(
        replicas >= 1 && replicas <= MAX_REPLICAS,
        "N=" + replicas + " is not 1 to " + MAX_REPLICAS);
    require(
        readQuorum >= 1 && readQuorum <= replicas,
        "R=" + readQuorum + " is not 1 to N=" + replicas);
    require(
        writeQuorum >= 1 && writeQuorum <= replicas,
        "W=" + writeQuorum + " is not 1 to N=" + replicas);
    if (ttlMs < 0 || snapshotIntervalMs < 0) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "negative time in table "
              + name
              + ": ttlMs="
              + ttlMs
              + ", snapshotIntervalMs="
              + snapshotIntervalMs);
    }
    if (maxBytes != 0 && (maxBytes < LEAST_MAX_BYTES || maxBytes > GREATEST_MAX_BYTES)) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "impossible memory quota in table "
              + name
              + ": maxBytes="
              + maxBytes
              + " is neither 0 nor "
              + LEAST_MAX_BYTES
              + " to "
              + GREATEST_MAX_BYTES);
    }
  }

  /** An eventual store table of N copies with majority quorums, snapshots and no time to live. */
  public static TableSchema of(TableName name, int replicas) {
    int majority = replicas / 2 + 1;
    return new TableSchema(
        name,
        replicas,
        majority,
        majority,
        ConsistencyMode.EVENTUAL,
        MemoryMode.STORE,
        0,
        PersistenceMode.SNAPSHOT,
        0,
        0);
  }

  private static void require(boolean ok, String message) {
    if (!ok) {
      throw new SednaException(ErrorCode.INVALID_QUORUM, "impossible quorum: " + message);
    }
  }
}
