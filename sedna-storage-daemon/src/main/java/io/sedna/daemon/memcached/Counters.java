// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

/**
 * What one connection, or all that are closed, has done, as memcached counts it. Written by one
 * event loop and read by any thread, which may see it a little late.
 */
final class Counters {
  /** The names that {@code stats} gives them, in memcached's order. */
  enum Kind {
    CMD_GET,
    CMD_SET,
    CMD_FLUSH,
    CMD_TOUCH,
    CMD_META,
    GET_HITS,
    GET_MISSES,
    GET_EXPIRED,
    GET_FLUSHED,
    DELETE_MISSES,
    DELETE_HITS,
    INCR_MISSES,
    INCR_HITS,
    DECR_MISSES,
    DECR_HITS,
    CAS_MISSES,
    CAS_HITS,
    CAS_BADVAL,
    TOUCH_HITS,
    TOUCH_MISSES,
    STORE_TOO_LARGE,
    STORE_NO_MEMORY,
    AUTH_CMDS,
    AUTH_ERRORS,
    IDLE_KICKS,
    BYTES_READ,
    BYTES_WRITTEN,
    TOTAL_ITEMS
  }

  static final int KINDS = Kind.values().length;

  private final long[] counts = new long[KINDS];

  void add(Kind kind) {
    counts[kind.ordinal()]++;
  }

  void add(Kind kind, long number) {
    counts[kind.ordinal()] += number;
  }

  long get(Kind kind) {
    return counts[kind.ordinal()];
  }

  void addTo(long[] sums) {
    for (int i = 0; i < KINDS; i++) {
      sums[i] += counts[i];
    }
  }
}
