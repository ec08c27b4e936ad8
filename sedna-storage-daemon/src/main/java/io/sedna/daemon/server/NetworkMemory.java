// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all connections of a port hold together beyond the moment: requests that have come in part
 * or are being served, answers that wait to be sent. Thread-safe.
 */
final class NetworkMemory {
  private final long limitBytes;
  private final AtomicLong held = new AtomicLong();
  private final AtomicInteger holders = new AtomicInteger();

  NetworkMemory(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  void add(long bytes) {
    held.addAndGet(bytes);
  }

  void holderCame() {
    holders.incrementAndGet();
  }

  void holderWent() {
    holders.decrementAndGet();
  }

  /** What each would hold if all held the same and the limit were reached. */
  long fairShareBytes() {
    return limitBytes / Math.max(1, holders.get());
  }

  /** Whether more is held than may be. */
  boolean exceeded() {
    return held.get() > limitBytes;
  }

  long heldBytes() {
    return held.get();
  }

  long limitBytes() {
    return limitBytes;
  }
}
