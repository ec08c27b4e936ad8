// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

/**
 * memcached's times of expiry: 0 never, negative at once, up to 30 days from now, above that
 * seconds since 1970.
 */
final class Expiry {
  /** Milliseconds since 1970 that have passed long ago; 0 would mean never. */
  static final long PASSED_MS = 1;

  private static final int LONGEST_RELATIVE_SECONDS = 60 * 60 * 24 * 30;
  private static final long SECOND_MS = 1000;

  private Expiry() {}

  /**
   * @return milliseconds since 1970; 0: never
   */
  static long atMs(int exptime, long nowMs) {
    if (exptime == 0) {
      return 0;
    }
    if (exptime < 0) {
      return PASSED_MS;
    }
    return exptime <= LONGEST_RELATIVE_SECONDS ? nowMs + exptime * SECOND_MS : exptime * SECOND_MS;
  }

  /** Seconds that remain, of a time that has not passed; -1: for ever. */
  static long remainingSeconds(long expiresAtMs, long nowMs) {
    return expiresAtMs == 0 ? -1 : Math.max(0, (expiresAtMs - nowMs + SECOND_MS - 1) / SECOND_MS);
  }
}
