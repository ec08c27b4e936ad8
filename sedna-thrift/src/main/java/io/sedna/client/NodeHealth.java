// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.conf.HostPort;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Which daemons did not answer lately: they are asked last for a moment, so that not every call has
 * to find out anew. Thread-safe.
 */
final class NodeHealth {
  private static final long SUSPECT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ConcurrentHashMap<HostPort, Long> suspectUntil = new ConcurrentHashMap<>();

  void failed(HostPort node) {
    suspectUntil.put(node, System.nanoTime() + SUSPECT_NANOS);
  }

  void answered(HostPort node) {
    if (!suspectUntil.isEmpty()) {
      suspectUntil.remove(node);
    }
  }

  boolean isSuspect(HostPort node) {
    if (suspectUntil.isEmpty()) {
      return false;
    }
    Long until = suspectUntil.get(node);
    return until != null && System.nanoTime() - until < 0;
  }
}
