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
 * <p>A replica that answers OK holds the write, one that answers OUTDATED holds something newer
 * that hides it. With W answers of either kind the write is <em>settled</em>: as R + W is above
 * their number, every later read of R meets one of them and gives the write or something newer, and
 * so it stays while fewer than W fail. What the caller is told is what such a read may give:
 *
 * <ul>
 *   <li>OK: W have stored it; or it is settled, some have stored it, and so few have said OUTDATED
 *       that a read of R can miss all of those: such a read gives the write itself, so it would be
 *       wrong to say that nothing changed.
 *   <li>OUTDATED: it is settled, and so many have said OUTDATED that every read of R meets one of
 *       them: the write is not what any such read gives. (Some replicas may have stored it.) So too
 *       where it is settled and nobody has stored it.
 *   <li>an error: it can no longer be settled. Replicas that did not answer may have it or not.
 * </ul>
 *
 * <p>A deletion is another matter where several sources' values are kept: a replica says OUTDATED
 * because one of them is newer, and may still hold older ones of others, which the deletion was to
 * hide. So a deletion that fewer than W have stored is never told OK, but OUTDATED once it is
 * settled: it did not take place everywhere, and what it was to hide may still be read.
 *
 * <p>Where R is above W, the first two may both be true; the one that is sure first is told. Where
 * R + W is not above the number of replicas, reads may miss any write, and nothing can be said of
 * them. R is the table's, W the call's.
 */
final class WriteTally {
  private final PartitionMap map;
  private final int partition;
  private final int needed;
  private final int live;

  /** The most OUTDATED answers that a read of R may miss. */
  private final int missable;

  /** What makes a replica say OUTDATED hides the write and all that the write was to hide. */
  private final boolean hides;

  private int pending;
  private int ok;
  private int outdated;
  private boolean otherMap;
  private SednaException lastError;
  private boolean decided;

  /**
   * @param needed W
   * @param live how many replicas count, at least W
   * @param read R
   * @param hides false for deletions from tables that keep several sources' values
   */
  WriteTally(PartitionMap map, int partition, int needed, int live, int read, boolean hides) {
    this.map = map;
    this.partition = partition;
    this.needed = needed;
    this.live = live;
    this.missable = live - Math.min(read, live);
    this.pending = live;
    this.hides = hides;
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
    if (ok + outdated + pending < needed) {
      return decide(WriteReply.failed(failure()));
    }
    boolean settled = ok + outdated >= needed;
    if (settled && outdated > missable) {
      return decide(WriteReply.of(WriteStatus.OUTDATED));
    }
    boolean open =
        !settled || ok + pending >= needed || (hides && (ok == 0 || outdated + pending > missable));
    return pending > 0 && open ? null : decide(WriteReply.of(settledStatus()));
  }

  private WriteStatus settledStatus() {
    return hides && ok > 0 ? WriteStatus.OK : WriteStatus.OUTDATED;
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
