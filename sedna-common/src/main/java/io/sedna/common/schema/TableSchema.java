// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Optional;
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
 * @param mergeClass with {@link ConflictPolicy#MERGE}, and only then: what merges the values
 * @param minInSync of strong tables: copies in sync below which writes are refused, 1 to N
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
    long maxBytes,
    ConflictPolicy conflictPolicy,
    Optional<String> mergeClass,
    int minInSync) {

  /** Greatest number of copies of a record. */
  public static final int MAX_REPLICAS = 7;

  /** Least memory quota: below it, overheads would leave little for records. */
  public static final long LEAST_MAX_BYTES = 1L << 20;

  /** Greatest memory quota; a larger one is a mistake in the unit. */
  public static final long GREATEST_MAX_BYTES = 1L << 50;

  /** Without what came later: every source's value is kept, and most of N must be in sync. */
  public TableSchema(
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
    this(
        name,
        replicas,
        readQuorum,
        writeQuorum,
        consistency,
        memory,
        ttlMs,
        persistence,
        snapshotIntervalMs,
        maxBytes,
        ConflictPolicy.ALL,
        Optional.empty(),
        majority(replicas));
  }

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
    require(
        minInSync >= 1 && minInSync <= replicas,
        "minInSync=" + minInSync + " is not 1 to N=" + replicas);
    if ((conflictPolicy == ConflictPolicy.MERGE) != mergeClass.isPresent()) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "a merge class and the conflict policy MERGE go together: table="
              + name
              + ", conflictPolicy="
              + conflictPolicy
              + ", mergeClass="
              + mergeClass.orElse("none"));
    }
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
    int majority = majority(replicas);
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

  /** The least number that is more than half of the replicas. */
  public static int majority(int replicas) {
    return replicas / 2 + 1;
  }

  private static void require(boolean ok, String message) {
    if (!ok) {
      throw new SednaException(ErrorCode.INVALID_QUORUM, "impossible quorum: " + message);
    }
  }
}
