// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Which segments are cleaned next: those of most benefit for the cost, (1 - u) * age / (1 + u) for
 * a share u of live bytes (Rosenblum and Ousterhout, The Design and Implementation of a
 * Log-Structured File System, 1992). As RAMCloud does, the age is the segment's own, not that of
 * its records, and it counts up to one turn of the whole memory: else what never changes would be
 * moved for every little piece that dies in it. Of what is chosen the oldest comes first, so that
 * survivors of like age are kept together. One thread's.
 */
@InterfaceAudience.Private
public final class VictimChoice {
  /** A segment with more live bytes than this part would hardly give anything. */
  private static final double FULL = 0.98;

  private final SegmentTable segments;
  private final int[] victims;
  private final double[] benefits;
  private int count;

  /**
   * @param most victims at once
   */
  public VictimChoice(SegmentTable segments, int most) {
    this.segments = segments;
    victims = new int[most];
    benefits = new double[most];
  }

  /** Chooses anew; answers how many there are. */
  public int choose() {
    count = 0;
    double size = segments.segmentBytes();
    long now = segments.clock();
    for (int i = 1; i <= segments.count(); i++) {
      if (!segments.looksClosed(i)) {
        continue;
      }
      int live = segments.live(i);
      double u = live / size;
      if (live == 0) {
        offer(i, Double.MAX_VALUE);
      } else if (u < FULL) {
        long age = Math.min(now - segments.begun(i) + 1, segments.count());
        offer(i, (1 - u) * age / (1 + u));
      }
    }
    sortByAge();
    return count;
  }

  private void offer(int segment, double benefit) {
    int at = count;
    if (count == victims.length) {
      if (benefit <= benefits[count - 1]) {
        return;
      }
      at--;
    } else {
      count++;
    }
    while (at > 0 && benefits[at - 1] < benefit) {
      victims[at] = victims[at - 1];
      benefits[at] = benefits[at - 1];
      at--;
    }
    victims[at] = segment;
    benefits[at] = benefit;
  }

  private void sortByAge() {
    for (int i = 1; i < count; i++) {
      int victim = victims[i];
      int at = i;
      while (at > 0 && segments.stamp(victims[at - 1]) > segments.stamp(victim)) {
        victims[at] = victims[at - 1];
        at--;
      }
      victims[at] = victim;
    }
  }

  public int victim(int i) {
    return victims[i];
  }

  /** Live bytes of the emptiest of those that were chosen. */
  public int leastLive() {
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      least = Math.min(least, segments.live(victims[i]));
    }
    return least;
  }
}
