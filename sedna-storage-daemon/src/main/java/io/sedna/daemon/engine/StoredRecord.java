// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.common.time.HybridClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * All that a replica holds of one key: at most one version of each source and at most one
 * tombstone, newest first, none of them hidden by the tombstone. Immutable.
 *
 * <p>{@link #merge} joins what two replicas hold. It is commutative, associative and idempotent, so
 * replicas that have merged the same things hold the same, in whatever order those came. A version
 * wins over older ones of its source; a tombstone over every version that is not newer. Of two
 * different things under one version the tombstone wins, then the longer life, then the greater
 * bytes. That order has no meaning; it only has to be the same everywhere. (The price: a time to
 * live that was shortened by a touch is prolonged again by a merge with a replica that missed it.)
 */
@InterfaceAudience.Private
public final class StoredRecord {
  /** Unsigned order of the bytes of keys. */
  static final Comparator<byte[]> KEY_ORDER = Arrays::compareUnsigned;

  private static final StoredVersion[] NONE = {};

  private final byte[] key;
  private final long hash;
  private final StoredVersion[] versions;

  private StoredRecord(byte[] key, long hash, StoredVersion[] versions) {
    this.key = key;
    this.hash = hash;
    this.versions = versions;
  }

  /** A record of these versions, in any order, merged with each other. */
  public static StoredRecord of(byte[] key, long hash, List<StoredVersion> versions) {
    return new StoredRecord(key, hash, normalize(versions.toArray(NONE)));
  }

  /** A record that holds nothing. */
  public static StoredRecord empty(byte[] key, long hash) {
    return new StoredRecord(key, hash, NONE);
  }

  /** The bytes themselves, not a copy. */
  public byte[] key() {
    return key;
  }

  public long hash() {
    return hash;
  }

  /** Everything that is held, newest first: values, expired ones too, and the tombstone. */
  public List<StoredVersion> versions() {
    return List.of(versions);
  }

  public boolean isEmpty() {
    return versions.length == 0;
  }

  /** The newest version that readers see, or null. */
  public StoredVersion newestLive(long nowMs) {
    for (StoredVersion version : versions) {
      if (version.live(nowMs)) {
        return version;
      }
    }
    return null;
  }

  /** Every version that readers see, newest first. */
  public List<StoredVersion> live(long nowMs) {
    var live = new ArrayList<StoredVersion>(versions.length);
    for (StoredVersion version : versions) {
      if (version.live(nowMs)) {
        live.add(version);
      }
    }
    return live;
  }

  /**
   * The newest live version and what is newer than it: as much as a coordinator needs of this
   * replica to tell the newest among several.
   */
  public List<StoredVersion> newest(long nowMs) {
    for (int i = 0; i < versions.length; i++) {
      if (versions[i].live(nowMs)) {
        return i == 0 ? List.of(versions[0]) : List.of(Arrays.copyOf(versions, i + 1));
      }
    }
    return versions();
  }

  /** What holds after both have been seen; of the same key. */
  public StoredRecord merge(StoredRecord other) {
    if (versions.length == 0) {
      return other;
    }
    if (other.versions.length == 0) {
      return this;
    }
    StoredVersion[] all = Arrays.copyOf(versions, versions.length + other.versions.length);
    System.arraycopy(other.versions, 0, all, versions.length, other.versions.length);
    return new StoredRecord(key, hash, normalize(all));
  }

  /** As {@link #merge(StoredRecord)}, with one more version. */
  public StoredRecord merge(StoredVersion version) {
    StoredVersion[] all = Arrays.copyOf(versions, versions.length + 1);
    all[versions.length] = version;
    return new StoredRecord(key, hash, normalize(all));
  }

  /** What it adds to the digests of a store: the sum over its versions; 0: it holds nothing. */
  public long digest() {
    long digest = 0;
    for (StoredVersion version : versions) {
      digest +=
          HashTree.digest(
              hash,
              version.timestamp(),
              version.source(),
              version.expiresAtMs(),
              version.tombstone());
    }
    return digest;
  }

  /**
   * The newest version alone, whoever wrote it, and the tombstone. Whatever is merged before or
   * after comes to the same, so replicas that keep no more than this still end up equal.
   */
  public StoredRecord newestAlone() {
    if (versions.length <= 1) {
      return this;
    }
    StoredVersion newest = null;
    var kept = new ArrayList<StoredVersion>(2);
    for (StoredVersion version : versions) {
      if (version.tombstone() || newest == null) {
        newest = newest == null ? version : newest;
        kept.add(version);
      }
    }
    return kept.size() == versions.length ? this : new StoredRecord(key, hash, kept.toArray(NONE));
  }

  /** The newest of everything held, or null. */
  StoredVersion newestHeld() {
    return versions.length == 0 ? null : versions[0];
  }

  StoredVersion ofSource(int source) {
    for (StoredVersion version : versions) {
      if (version.source() == source && !version.tombstone()) {
        return version;
      }
    }
    return null;
  }

  StoredVersion tombstone() {
    for (StoredVersion version : versions) {
      if (version.tombstone()) {
        return version;
      }
    }
    return null;
  }

  /** With the version in the place of those of all sources; an older tombstone stays. */
  StoredRecord overwrittenBy(StoredVersion version) {
    StoredVersion tombstone = tombstone();
    return new StoredRecord(
        key,
        hash,
        normalize(
            tombstone == null
                ? new StoredVersion[] {version}
                : new StoredVersion[] {version, tombstone}));
  }

  StoredRecord replace(StoredVersion old, StoredVersion replacement) {
    StoredVersion[] changed = versions.clone();
    for (int i = 0; i < changed.length; i++) {
      if (changed[i] == old) {
        changed[i] = replacement;
      }
    }
    return new StoredRecord(key, hash, changed);
  }

  /**
   * Without the values whose time has run out, without tombstones that may go, and without the
   * marks of values that ran out longer ago than the grace; this itself if nothing changed.
   *
   * @param tombstonesBefore tombstones that are not older than this timestamp stay, whatever their
   *     time
   */
  public StoredRecord swept(long nowMs, long graceMs, long tombstonesBefore) {
    List<StoredVersion> kept = null;
    for (int i = 0; i < versions.length; i++) {
      StoredVersion version = versions[i];
      StoredVersion after = sweep(version, nowMs, graceMs, tombstonesBefore);
      if (after != version && kept == null) {
        kept = new ArrayList<>(Arrays.asList(versions).subList(0, i));
      }
      if (kept != null && after != null) {
        kept.add(after);
      }
    }
    return kept == null ? this : new StoredRecord(key, hash, kept.toArray(NONE));
  }

  /** 1 if it holds a value, whose time may have run out; 0 if not. */
  int dataRecords() {
    for (StoredVersion version : versions) {
      if (version.holdsValue()) {
        return 1;
      }
    }
    return 0;
  }

  /** Bytes of key and values; 0 if there is no value. */
  long dataBytes() {
    long bytes = 0;
    for (StoredVersion version : versions) {
      bytes += version.value().length;
    }
    return dataRecords() == 0 ? 0 : key.length + bytes;
  }

  /** When a sweep will next find something to do, milliseconds since 1970; 0: never. */
  long sweepDueMs(long graceMs) {
    long due = 0;
    for (StoredVersion version : versions) {
      if (version.expiresAtMs() != 0) {
        boolean mark = !version.tombstone() && !version.holdsValue();
        long at = Math.max(1, version.expiresAtMs() + (mark ? graceMs : 0));
        due = due == 0 ? at : Math.min(due, at);
      }
    }
    return due;
  }

  private static StoredVersion sweep(
      StoredVersion version, long nowMs, long graceMs, long tombstonesBefore) {
    if (version.expiresAtMs() == 0 || version.expiresAtMs() > nowMs) {
      return version;
    }
    if (version.tombstone()) {
      // By its end, too: a client may have deleted with an old timestamp only just before.
      boolean old =
          version.timestamp() < tombstonesBefore
              && version.expiresAtMs() - graceMs < tombstonesBefore >> HybridClock.COUNTER_BITS;
      return old ? null : version;
    }
    if (version.expiresAtMs() <= nowMs - graceMs) {
      return null;
    }
    return version.holdsValue() ? version.withoutExpiredValue() : version;
  }

  /** Sorts, and drops what another one hides. */
  private static StoredVersion[] normalize(StoredVersion[] all) {
    if (all.length <= 1) {
      return all;
    }
    Arrays.sort(all, StoredVersion.WINNER_FIRST);
    int kept = 0;
    for (StoredVersion version : all) {
      if (!hidden(version, all, kept)) {
        all[kept++] = version;
      }
    }
    return kept == all.length ? all : Arrays.copyOf(all, kept);
  }

  /** Whether one of the first {@code kept}, none of which is older, hides the version. */
  private static boolean hidden(StoredVersion version, StoredVersion[] all, int kept) {
    for (int i = 0; i < kept; i++) {
      if (all[i].tombstone() || (!version.tombstone() && all[i].source() == version.source())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredRecord that
        && hash == that.hash
        && Arrays.equals(key, that.key)
        && Arrays.equals(versions, that.versions);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash);
  }

  @Override
  public String toString() {
    return "StoredRecord{hash="
        + Long.toHexString(hash)
        + ", key="
        + key.length
        + " B, versions="
        + Arrays.toString(versions)
        + "}";
  }
}
