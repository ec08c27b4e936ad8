// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.Arrays;
import java.util.Comparator;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * One source's version of a record, or a tombstone. Immutable: whoever gives or gets the value's
 * array leaves its bytes alone.
 *
 * <p>Versions order by timestamp and, where those are equal, by source; both as signed numbers.
 */
@InterfaceAudience.Private
public final class StoredVersion {
  /** Newest first; versions of equal (timestamp, source) in the order in which one wins a merge. */
  static final Comparator<StoredVersion> WINNER_FIRST = StoredVersion::compareWinnerFirst;

  private static final byte[] NOTHING = new byte[0];

  /** What a version is. Their order is stored: new ones go to the end. */
  enum Kind {
    VALUE,
    /** A value whose time ran out, without its bytes: it still hides what is older. */
    EXPIRED,
    TOMBSTONE;

    private static final Kind[] ALL = values();

    static Kind of(int ordinal) {
      return ALL[ordinal];
    }
  }

  private final long timestamp;
  private final int source;
  private final long expiresAtMs;
  private final int flags;
  private final Kind kind;
  private final byte[] value;

  private StoredVersion(
      long timestamp, int source, long expiresAtMs, int flags, Kind kind, byte[] value) {
    this.timestamp = timestamp;
    this.source = source;
    this.expiresAtMs = expiresAtMs;
    this.flags = flags;
    this.kind = kind;
    this.value = value;
  }

  /**
   * A value.
   *
   * @param expiresAtMs when it stops being visible, milliseconds since 1970; 0: never
   */
  public static StoredVersion value(long timestamp, int source, long expiresAtMs, byte[] value) {
    return value(timestamp, source, expiresAtMs, 0, value);
  }

  /**
   * A value.
   *
   * @param expiresAtMs when it stops being visible, milliseconds since 1970; 0: never
   * @param flags what the writer wants kept beside it
   */
  public static StoredVersion value(
      long timestamp, int source, long expiresAtMs, int flags, byte[] value) {
    return new StoredVersion(timestamp, source, expiresAtMs, flags, Kind.VALUE, value);
  }

  /**
   * A deletion, which hides every version of every source that is not newer.
   *
   * @param expiresAtMs when it may be forgotten, milliseconds since 1970; 0: never
   */
  public static StoredVersion tombstone(long timestamp, int source, long expiresAtMs) {
    return new StoredVersion(timestamp, source, expiresAtMs, 0, Kind.TOMBSTONE, NOTHING);
  }

  static StoredVersion of(
      long timestamp, int source, long expiresAtMs, int flags, Kind kind, byte[] value) {
    return new StoredVersion(timestamp, source, expiresAtMs, flags, kind, value);
  }

  Kind kind() {
    return kind;
  }

  public long timestamp() {
    return timestamp;
  }

  public int source() {
    return source;
  }

  /** Of a value: when it stops being visible; of a tombstone: when it may go. 0: never. */
  public long expiresAtMs() {
    return expiresAtMs;
  }

  /** What the writer wanted kept beside the value; 0 for tombstones. */
  public int flags() {
    return flags;
  }

  public boolean tombstone() {
    return kind == Kind.TOMBSTONE;
  }

  /** The bytes themselves, not a copy; empty for tombstones. */
  public byte[] value() {
    return value;
  }

  /** A value that readers see. */
  public boolean live(long nowMs) {
    return kind == Kind.VALUE && (expiresAtMs == 0 || expiresAtMs > nowMs);
  }

  public boolean sameVersion(StoredVersion other) {
    return timestamp == other.timestamp && source == other.source;
  }

  /** Strictly newer by (timestamp, source). */
  public boolean newerThan(StoredVersion other) {
    return timestamp > other.timestamp || (timestamp == other.timestamp && source > other.source);
  }

  /** The same value with another end. */
  public StoredVersion expiringAt(long newExpiresAtMs) {
    return new StoredVersion(timestamp, source, newExpiresAtMs, flags, kind, value);
  }

  /** Whether it holds bytes that count as data. */
  boolean holdsValue() {
    return kind == Kind.VALUE;
  }

  StoredVersion withoutExpiredValue() {
    return new StoredVersion(timestamp, source, expiresAtMs, 0, Kind.EXPIRED, NOTHING);
  }

  /** Never ending counts as the latest end. */
  private static int compareEnds(long a, long b) {
    return Long.compareUnsigned(a - 1, b - 1);
  }

  private static int compareWinnerFirst(StoredVersion a, StoredVersion b) {
    int byVersion = Long.compare(b.timestamp, a.timestamp);
    if (byVersion == 0) {
      byVersion = Integer.compare(b.source, a.source);
    }
    if (byVersion != 0) {
      return byVersion;
    }
    if (a.tombstone() != b.tombstone()) {
      return a.tombstone() ? -1 : 1;
    }
    int byEnd = compareEnds(b.expiresAtMs, a.expiresAtMs);
    if (byEnd != 0) {
      return byEnd;
    }
    int byValue = Arrays.compareUnsigned(b.value, a.value);
    return byValue != 0 ? byValue : Integer.compare(b.flags, a.flags);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredVersion that
        && timestamp == that.timestamp
        && source == that.source
        && expiresAtMs == that.expiresAtMs
        && flags == that.flags
        && kind == that.kind
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(timestamp) * 31 + source;
  }

  @Override
  public String toString() {
    return kind
        + "("
        + timestamp
        + ","
        + source
        + (expiresAtMs == 0 ? "" : ", until " + expiresAtMs)
        + ", "
        + value.length
        + " B)";
  }
}
