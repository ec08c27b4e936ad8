// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Limits;
import io.sedna.thrift.generated.WriteStatus;

/**
 * Counts the answers of the replicas that count to one write, until its outcome is sure.
 *
 * <ul>
 *   <li>OK: W of them have stored it.
 *   <li>OUTDATED: W of them have answered, so many cannot store it any more, and at least one said
 *       that something newer is there. (Some may have stored it; the newer thing wins over it.)
 *   <li>an error: W can no longer answer.
 * </ul>
 */
final class WriteTally {
  private final PartitionMap map;
  private final int partition;
  private final int needed;
  private final int live;
  private int pending;
  private int ok;
  private int outdated;
  private boolean otherMap;
  private SednaException lastError;
  private boolean decided;

  WriteTally(PartitionMap map, int partition, int needed, int live) {
    this.map = map;
    this.partition = partition;
    this.needed = needed;
    this.live = live;
    this.pending = live;
  }

  /**
   * Takes the answer of one replica that counts.
   *
   * @param code a WriteStatus or the number of an error
   * @param error the error, if there is more to say of it than the number; or null
   * @return the outcome if this answer made it sure; null before and after that
   */
  synchronized WriteReply answer(int code, SednaException error) {
    pending--;
    if (code == WriteStatus.OK.getValue()) {
      ok++;
    } else if (code == WriteStatus.OUTDATED.getValue()) {
      outdated++;
    } else {
      ErrorCode errorCode = ErrorCode.of(code);
      otherMap |= Quorum.meansOtherMap(errorCode);
      if (lastError == null || (saysEnough(errorCode) && !saysEnough(lastError.code()))) {
        lastError = error != null ? error : refused(errorCode);
      }
    }
    return decided ? null : outcome();
  }

  private WriteReply outcome() {
    if (ok >= needed) {
      return decide(WriteReply.of(WriteStatus.OK));
    }
    if (ok + pending >= needed) {
      return null;
    }
    if (outdated > 0 && ok + outdated >= needed) {
      return decide(WriteReply.of(WriteStatus.OUTDATED));
    }
    if (pending > 0 && ok + outdated + pending >= needed) {
      return null;
    }
    return decide(WriteReply.failed(failure()));
  }

  private WriteReply decide(WriteReply reply) {
    decided = true;
    return reply;
  }

  /** The outcome is an error that a newer map may mend. */
  synchronized boolean wantsNewerMap() {
    return otherMap;
  }

  private SednaException failure() {
    if (lastError != null && saysEnough(lastError.code())) {
      return lastError;
    }
    return Quorum.notEnough("write", map, partition, needed, live, ok, lastError);
  }

  private SednaException refused(ErrorCode code) {
    String why =
        switch (code) {
          case OUT_OF_MEMORY -> "a replica has no memory for the record";
          case VALUE_TOO_LARGE ->
              "the values of all sources of a record together are above limit="
                  + Limits.MAX_VALUE_BYTES;
          default -> "refused by a replica: " + code;
        };
    return new SednaException(code, why + ": partition=" + partition);
  }

  /** Errors that tell the caller more than that replicas are missing. */
  private static boolean saysEnough(ErrorCode code) {
    return code == ErrorCode.OUT_OF_MEMORY
        || code == ErrorCode.OVERLOADED
        || code == ErrorCode.VALUE_TOO_LARGE
        || code == ErrorCode.TABLE_NOT_FOUND;
  }
}
