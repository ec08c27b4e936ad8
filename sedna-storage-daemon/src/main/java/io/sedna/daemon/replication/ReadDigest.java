// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.hash.ContentHash;
import io.sedna.daemon.engine.StoredVersion;
import java.util.List;

/**
 * 64-bit digests of what replicas answer to a read, so that a read of several replicas carries the
 * value once. Equal digests mean (but for one case in 2^64) equal answers: everything is in them
 * that a reader can see and that decides which version wins, namely the order, timestamp, source
 * and end of each version, whether it is a tombstone, and, of those that are alive, flags, length
 * and bytes. What has expired is seen by nobody, so it does not matter whether a sweep has taken
 * its bytes.
 */
final class ReadDigest {
  private static final int LONGS_PER_VERSION = 6;
  private static final long TOMBSTONE = 1;
  private static final long DEAD = 2;
  private static final long ALIVE = 3;

  private ReadDigest() {}

  /**
   * The digest of what a replica answers.
   *
   * @param nowMs the same for all replicas that are compared
   */
  static long of(List<StoredVersion> versions, long nowMs) {
    long[] summary = new long[LONGS_PER_VERSION * versions.size()];
    int at = 0;
    for (StoredVersion version : versions) {
      boolean alive = version.live(nowMs);
      summary[at++] = version.timestamp();
      summary[at++] = version.source();
      summary[at++] = version.expiresAtMs();
      if (alive) {
        summary[at++] = ALIVE;
        summary[at++] = (long) version.flags() << 32 | version.value().length;
        summary[at++] = ContentHash.of(version.value());
      } else {
        summary[at++] = version.tombstone() ? TOMBSTONE : DEAD;
        at += 2;
      }
    }
    return ContentHash.of(summary);
  }
}
