// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.cache;

import java.util.Collection;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Which cache table gives up a segment when the daemon's memory is full.
 *
 * <p>The one where memory is worth least: what a table dropped and was asked to hold again soon
 * ({@link S3Fifo#regrets}) tells how many misses a little more memory would have saved it. That is
 * the idea of shadow queues (Cidon et al., Cliffhanger, NSDI'16), with the fingerprints that the
 * policy keeps anyway as the shadow. So a busy table takes memory from one that is hardly used, and
 * one that is only filled and never read keeps least. Among equals the largest gives. A table never
 * gives its last segments, so each can show what it is worth.
 *
 * <p>Store tables give nothing, and are not asked: memory that they do not use is lent to caches,
 * and goes back a segment at a time when a store needs it.
 *
 * <p>For one thread at a time.
 */
@InterfaceAudience.Private
public final class CacheShares {
  /** Segments that a table is left with. */
  public static final int LEAST_SEGMENTS = 4;

  /** After so many segments were given up, what was learned counts half. */
  private static final int HALF_LIFE = 64;

  /** A cache table as this sees it. */
  public abstract static class Share {
    private long regretsSeen;
    private double regrets;

    /** Records that were dropped and came again soon, since the start. */
    protected abstract long regretsSoFar();

    /** Memory that the table takes. */
    protected abstract long bytes();

    /** Segments, open ones left out, that it could give. */
    protected abstract int segments();

    private void learn() {
      long now = regretsSoFar();
      regrets += now - regretsSeen;
      regretsSeen = now;
    }

    /** Misses that a byte more would have saved. */
    private double worth() {
      return regrets / Math.max(1, bytes());
    }
  }

  private int given;

  /** The table that gives up its next segment; empty: none has one to spare. */
  public <S extends Share> Optional<S> choose(Collection<S> tables) {
    S chosen = null;
    boolean fade = ++given % HALF_LIFE == 0;
    for (S table : tables) {
      Share share = table;
      share.learn();
      if (fade) {
        share.regrets /= 2;
      }
      if (table.segments() > LEAST_SEGMENTS && (chosen == null || givesBefore(table, chosen))) {
        chosen = table;
      }
    }
    return Optional.ofNullable(chosen);
  }

  private static boolean givesBefore(Share one, Share other) {
    int order = Double.compare(one.worth(), other.worth());
    return order != 0 ? order < 0 : one.bytes() > other.bytes();
  }
}
