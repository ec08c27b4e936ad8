// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import java.util.ArrayDeque;
import org.apache.hadoop.classification.InterfaceAudience;

/** Closed segments of one log in the order in which they were closed. Thread-safe. */
@InterfaceAudience.Private
public final class SegmentFifo {
  private final ArrayDeque<Integer> queue = new ArrayDeque<>(); // under this object's monitor

  public synchronized void add(int segment) {
    queue.addLast(segment);
  }

  /** Takes the oldest; 0: there is none. */
  public synchronized int poll() {
    Integer segment = queue.pollFirst();
    return segment == null ? 0 : segment;
  }

  public synchronized void remove(int segment) {
    queue.remove((Object) segment);
  }

  public synchronized int size() {
    return queue.size();
  }
}
