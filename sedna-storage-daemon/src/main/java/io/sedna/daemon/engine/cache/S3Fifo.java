// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.cache;

import java.util.concurrent.atomic.LongAdder;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Which records of one cache table stay: S3-FIFO (Yang et al., FIFO Queues are All You Need for
 * Cache Eviction, SOSP'23) for a log.
 *
 * <p>A table's records are in two logs. What is written goes to the end of the probation log, which
 * is about a tenth of the table. When memory is needed, the oldest segment of one of the logs is
 * gone through, and each record that lives is judged: where a read was counted of it, that one is
 * taken off and it goes to the end of the main log; otherwise it is dropped. So records that are
 * met once, by a scan say, leave soon and never push out what is in use. What was dropped is
 * remembered for a while by a fingerprint ({@link Ghosts}); if it comes again within that time it
 * is taken for one that has passed probation.
 *
 * <p>Reads cost nothing here: they only raise the record's counter in the index until it is {@link
 * #MOST_FREQUENT}. A queue needs no lock and no links, and both logs are freed in whole segments.
 *
 * <p>Any thread may call {@link #inserted}; all else is for one thread at a time.
 */
@InterfaceAudience.Private
public final class S3Fifo {
  /** The two logs of a table. */
  public enum Queue {
    PROBATION,
    MAIN
  }

  /** Reads beyond so many need not be counted. */
  public static final int MOST_FREQUENT = 3;

  /** A verdict: the record is to be forgotten. Every other verdict is the frequency it keeps. */
  public static final int DROP = -1;

  /** What a record begins with that was dropped not long ago. */
  private static final int COME_AGAIN = 1;

  /** The probation log's share of the table, one part in so many. */
  private static final int PROBATION_SHARE = 10;

  private final Ghosts ghosts = new Ghosts();
  private final LongAdder regrets = new LongAdder();

  /**
   * A record that was not there has been written.
   *
   * @param hash of its key
   * @return the frequency it begins with
   */
  public int inserted(long hash) {
    if (!ghosts.remembers(hash)) {
      return 0;
    }
    regrets.increment();
    return COME_AGAIN;
  }

  /**
   * Which log is to give up its oldest segment.
   *
   * @param probationBytes live bytes of closed segments; 0 if there are none
   * @param mainBytes the same
   * @param records of the table on this daemon
   */
  public Queue victim(long probationBytes, long mainBytes, long records) {
    ghosts.setWindow(records);
    boolean large = probationBytes * PROBATION_SHARE >= probationBytes + mainBytes;
    return mainBytes == 0 || (probationBytes > 0 && large) ? Queue.PROBATION : Queue.MAIN;
  }

  /**
   * What becomes of a live record of the segment that is given up. Whatever cannot be kept after
   * all, because there is no room to move it, may simply be dropped.
   *
   * @param frequency reads that were counted since it was written or moved
   * @return {@link #DROP}, or the frequency with which it goes to the end of the main log
   */
  public int judge(long hash, int frequency) {
    if (frequency > 0) {
      return frequency - 1;
    }
    ghosts.add(hash);
    return DROP;
  }

  /**
   * A record that was there has been written again: to the probation log, as everything that is
   * written. That counts as a read, so what is in use stays.
   *
   * @return its frequency from now on
   */
  public static int overwritten(int frequency) {
    return Math.min(MOST_FREQUENT, frequency + 1);
  }

  /** Records that were dropped and came again soon, since the start. */
  public long regrets() {
    return regrets.sum();
  }

  /** Heap that this takes. */
  public long bytes() {
    return ghosts.bytes();
  }
}
