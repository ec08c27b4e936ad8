// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import java.util.ArrayDeque;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Closed segments of one log in the order in which they were closed, and chains of segments in the
 * order in which they were written. A chain can be freed by whoever overwrites its record, at any
 * time, so it is never taken for a segment. Thread-safe.
 */
@InterfaceAudience.Private
public final class SegmentFifo {
  /** Segments by number, chains by the negative number of their first segment. */
  private final ArrayDeque<Integer> queue = new ArrayDeque<>(); // under this object's monitor

  public synchronized void add(int segment) {
    queue.addLast(segment);
  }

  public synchronized void addChain(int first) {
    queue.addLast(-first);
  }

  /** Takes the oldest: a segment, or less than 0: {@link #chain}; 0: there is none. */
  public synchronized int poll() {
    Integer oldest = queue.pollFirst();
    return oldest == null ? 0 : oldest;
  }

  /** First segment of a chain that {@link #poll} answered; it may have been freed since. */
  public static int chain(int polled) {
    return -polled;
  }

  public synchronized void remove(int segment) {
    queue.remove((Object) segment);
  }

  public synchronized void removeChain(int first) {
    queue.remove((Object) (-first));
  }

  public synchronized int size() {
    return queue.size();
  }
}
