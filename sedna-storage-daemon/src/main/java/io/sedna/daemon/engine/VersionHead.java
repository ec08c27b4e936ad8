// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What a version has beside its value, in a form that can be used again and again: hot paths keep
 * one of these a thread instead of making a {@link StoredVersion} for each record. Not thread-safe.
 */
@InterfaceAudience.Private
public final class VersionHead {
  private long timestamp;
  private int source;
  private int flags;
  private long expiresAtMs;

  /** Sets everything; answers this. */
  public VersionHead set(long newTimestamp, int newSource, int newFlags, long newExpiresAtMs) {
    timestamp = newTimestamp;
    source = newSource;
    flags = newFlags;
    expiresAtMs = newExpiresAtMs;
    return this;
  }

  /** Takes over what a version has. */
  public VersionHead set(StoredVersion version) {
    return set(version.timestamp(), version.source(), version.flags(), version.expiresAtMs());
  }

  public long timestamp() {
    return timestamp;
  }

  public int source() {
    return source;
  }

  /** What the writer wanted kept beside the value; memcached's client flags are kept here. */
  public int flags() {
    return flags;
  }

  /** Milliseconds since 1970; 0: never. */
  public long expiresAtMs() {
    return expiresAtMs;
  }

  /** A version of these and a value, which is taken over. */
  StoredVersion version(byte[] value) {
    return StoredVersion.value(timestamp, source, expiresAtMs, flags, value);
  }
}
