// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts by what keys begin with, up to the first colon, while somebody wants it ({@code stats
 * detail on}). Keys without a colon are not counted, nor are new prefixes beyond a great number.
 * Thread-safe.
 */
final class Prefixes {
  private static final int MOST = 10_000;
  private static final int GETS = 0;
  private static final int HITS = 1;
  private static final int SETS = 2;
  private static final int DELETES = 3;
  private static final int KINDS = 4;

  private final Map<String, AtomicLongArray> counts = new ConcurrentHashMap<>();
  private volatile boolean counting;

  void count(boolean on) {
    counting = on;
  }

  /** Whether to call the others. */
  boolean counting() {
    return counting;
  }

  void got(long key, int length, boolean hit) {
    AtomicLongArray of = of(key, length);
    if (of != null) {
      of.incrementAndGet(GETS);
      of.addAndGet(HITS, hit ? 1 : 0);
    }
  }

  void set(long key, int length) {
    AtomicLongArray of = of(key, length);
    if (of != null) {
      of.incrementAndGet(SETS);
    }
  }

  void deleted(long key, int length) {
    AtomicLongArray of = of(key, length);
    if (of != null) {
      of.incrementAndGet(DELETES);
    }
  }

  private AtomicLongArray of(long key, int length) {
    int end = 0;
    while (end < length && OffHeap.getByte(key + end) != ':') {
      end++;
    }
    if (end == length) {
      return null;
    }
    var prefix = new String(OffHeap.bytes(key, end), StandardCharsets.ISO_8859_1);
    AtomicLongArray known = counts.get(prefix);
    if (known != null || counts.size() >= MOST) {
      return known;
    }
    return counts.computeIfAbsent(prefix, unused -> new AtomicLongArray(KINDS));
  }

  void reset() {
    counts.clear();
  }

  /** As memcached writes them. */
  String lines() {
    var lines = new StringBuilder();
    counts.forEach(
        (prefix, of) ->
            lines.append(
                String.format(
                    "PREFIX %s get %d hit %d set %d del %d\r\n",
                    prefix, of.get(GETS), of.get(HITS), of.get(SETS), of.get(DELETES))));
    return lines.toString();
  }
}
