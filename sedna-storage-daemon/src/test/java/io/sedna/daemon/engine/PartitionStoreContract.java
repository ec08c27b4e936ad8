// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.time.HybridClock;
import io.sedna.common.time.ManualWallClock;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

/** What every {@link PartitionStore} does. */
public abstract class PartitionStoreContract {
  static final long NOW_MS = 1_700_000_000_000L;
  static final long GRACE_MS = 60_000;

  final ManualWallClock clock = new ManualWallClock(NOW_MS);

  /** An empty store. */
  abstract PartitionStore create(ManualWallClock clock, long graceMs);

  /** What the store counts its memory against; nothing else does. */
  abstract MemoryUse memory();

  private PartitionStore store;

  @Before
  public void createStore() {
    store = create(clock, GRACE_MS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static StoredVersion value(long timestamp, int source, String value) {
    return StoredVersion.value(timestamp, source, 0, bytes(value));
  }

  private static StoredVersion tombstone(long timestamp, int source) {
    return StoredVersion.tombstone(timestamp, source, NOW_MS + GRACE_MS);
  }

  private String newest(String key, long hash) {
    StoredVersion newest = store.read(bytes(key), hash).newestLive(clock.millis());
    return newest == null ? null : new String(newest.value(), UTF_8);
  }

  private List<String> all(String key, long hash) {
    var all = new ArrayList<String>();
    store.read(bytes(key), hash).live(clock.millis()).forEach(v -> all.add(text(v)));
    return all;
  }

  private static String text(StoredVersion version) {
    return new String(version.value(), UTF_8);
  }

  // -- writeLatest

  @Test
  public void shouldReplaceAllSourcesByANewerLatest() {
    store.writeAll(bytes("k"), 1, value(10, 1, "a"));
    store.writeAll(bytes("k"), 1, value(11, 2, "b"));

    WriteOutcome outcome = store.writeLatest(bytes("k"), 1, value(12, 3, "c"));

    assertThat(outcome).isEqualTo(WriteOutcome.OK);
    assertThat(all("k", 1)).containsExactly("c");
  }

  @Test
  public void shouldRefuseALatestOlderThanAnySource() {
    store.writeAll(bytes("k"), 1, value(10, 1, "a"));

    WriteOutcome outcome = store.writeLatest(bytes("k"), 1, value(9, 2, "b"));

    assertThat(outcome).isEqualTo(WriteOutcome.OUTDATED);
    assertThat(all("k", 1)).containsExactly("a");
  }

  @Test
  public void shouldOrderEqualTimestampsBySource() {
    store.writeLatest(bytes("k"), 1, value(10, 2, "b"));

    assertThat(store.writeLatest(bytes("k"), 1, value(10, 1, "a")))
        .isEqualTo(WriteOutcome.OUTDATED);
    assertThat(store.writeLatest(bytes("k"), 1, value(10, 3, "c"))).isEqualTo(WriteOutcome.OK);
    assertThat(newest("k", 1)).isEqualTo("c");
  }

  @Test
  public void shouldTakeARepeatedWriteAsTheSameWrite() {
    store.writeLatest(bytes("k"), 1, value(10, 1, "a"));

    assertThat(store.writeLatest(bytes("k"), 1, value(10, 1, "a"))).isEqualTo(WriteOutcome.OK);
    assertThat(store.writeAll(bytes("k"), 1, value(10, 1, "a"))).isEqualTo(WriteOutcome.OK);
    assertThat(all("k", 1)).containsExactly("a");
  }

  // -- writeAll

  @Test
  public void shouldKeepEachSourcesNewest() {
    store.writeAll(bytes("k"), 1, value(20, 1, "a"));

    assertThat(store.writeAll(bytes("k"), 1, value(5, 2, "b"))).isEqualTo(WriteOutcome.OK);
    assertThat(store.writeAll(bytes("k"), 1, value(19, 1, "old"))).isEqualTo(WriteOutcome.OUTDATED);
    assertThat(store.writeAll(bytes("k"), 1, value(21, 1, "a2"))).isEqualTo(WriteOutcome.OK);
    assertThat(all("k", 1)).containsExactly("a2", "b");
  }

  @Test
  public void shouldCompareWriteAllWithItsOwnSourceOnlyEvenAfterALatest() {
    store.writeLatest(bytes("k"), 1, value(20, 1, "a"));

    assertThat(store.writeAll(bytes("k"), 1, value(5, 2, "b"))).isEqualTo(WriteOutcome.OK);
    assertThat(all("k", 1)).containsExactly("a", "b");
  }

  // -- remove

  @Test
  public void shouldHideEverythingOlderThanATombstone() {
    store.writeAll(bytes("k"), 1, value(10, 1, "a"));
    store.writeAll(bytes("k"), 1, value(11, 2, "b"));

    WriteOutcome outcome = store.remove(bytes("k"), 1, tombstone(12, 0));

    assertThat(outcome).isEqualTo(WriteOutcome.OK);
    assertThat(all("k", 1)).isEmpty();
    assertThat(store.writeAll(bytes("k"), 1, value(11, 3, "late")))
        .isEqualTo(WriteOutcome.OUTDATED);
    assertThat(store.writeLatest(bytes("k"), 1, value(11, 3, "late")))
        .isEqualTo(WriteOutcome.OUTDATED);
    assertThat(store.writeLatest(bytes("k"), 1, value(13, 0, "new"))).isEqualTo(WriteOutcome.OK);
    assertThat(all("k", 1)).containsExactly("new");
  }

  @Test
  public void shouldRefuseATombstoneOlderThanAValue() {
    store.writeLatest(bytes("k"), 1, value(10, 1, "a"));

    assertThat(store.remove(bytes("k"), 1, tombstone(9, 0))).isEqualTo(WriteOutcome.OUTDATED);
    assertThat(newest("k", 1)).isEqualTo("a");
  }

  @Test
  public void shouldRememberTheRemovalOfAKeyThatIsNotThere() {
    assertThat(store.remove(bytes("k"), 1, tombstone(10, 0))).isEqualTo(WriteOutcome.OK);
    assertThat(store.remove(bytes("k"), 1, tombstone(10, 0))).isEqualTo(WriteOutcome.OK);
    assertThat(store.writeLatest(bytes("k"), 1, value(9, 0, "late")))
        .isEqualTo(WriteOutcome.OUTDATED);
  }

  @Test
  public void shouldForgetTombstonesAfterTheirTime() {
    store.writeLatest(bytes("k"), 1, value(10, 1, "a"));
    store.remove(bytes("k"), 1, tombstone(12, 0));

    store.sweep();

    assertThat(store.read(bytes("k"), 1).isEmpty()).isFalse();

    clock.advance(Duration.ofMillis(GRACE_MS));
    store.sweep();

    assertThat(store.read(bytes("k"), 1).isEmpty()).isTrue();
    StoreStatistics left = store.statistics();
    assertThat(left.records() + left.bytes() + left.memoryBytes()).isZero();
  }

  @Test
  public void shouldKeepTombstonesThatSomeReplicaMayNotKnow() {
    long now = HybridClock.ofMillis(NOW_MS);
    long later = HybridClock.ofMillis(NOW_MS + 1);
    store.remove(bytes("old"), 1, tombstone(now, 0));
    store.remove(bytes("new"), 2, tombstone(later + 1, 0));
    clock.advance(Duration.ofMillis(GRACE_MS));

    assertThat(store.sweep(later)).isEqualTo(1);

    assertThat(store.read(bytes("old"), 1).isEmpty()).isTrue();
    assertThat(store.read(bytes("new"), 2).isEmpty()).isFalse();
    assertThat(store.sweep(later + 2)).isEqualTo(1);
    assertThat(store.read(bytes("new"), 2).isEmpty()).isTrue();
  }

  @Test
  public void shouldKeepTombstonesThatCameLateWithAnOldTimestamp() {
    store.remove(bytes("k"), 1, tombstone(10, 0));
    clock.advance(Duration.ofMillis(GRACE_MS));

    assertThat(store.sweep(HybridClock.ofMillis(NOW_MS))).isZero();
    assertThat(store.sweep(HybridClock.ofMillis(NOW_MS + 1))).isEqualTo(1);
  }

  // -- digests

  private static long hashOf(int number) {
    return number * 0x9E3779B97F4A7C15L;
  }

  private void digested() {
    DigestRecount.prepare(store);
    DigestRecount.check("digests", store, 0);
  }

  @Test
  public void shouldKeepNoDigestsUntilSomebodyAsks() {
    store.writeLatest(bytes("k"), 1, value(1, 0, "v"));

    assertThat(store.digests(0)).isNull();
    assertThat(store.digestBytes()).isZero();
    digested();
    assertThat(store.digestBytes()).isEqualTo(16 * Long.BYTES);
  }

  @Test
  public void shouldKeepDigestsUpToDate() {
    digested();
    for (int i = 0; i < 300; i++) {
      store.writeLatest(bytes("k" + i), hashOf(i), value(10, 1, "a"));
    }
    digested();
    store.writeLatest(bytes("k1"), hashOf(1), value(11, 2, "b"));
    digested();
    store.writeAll(bytes("k1"), hashOf(1), value(12, 3, "c"));
    digested();
    store.remove(bytes("k1"), hashOf(1), tombstone(13, 0));
    digested();
    store.writeLatest(bytes("k1"), hashOf(1), value(14, 0, "d"));
    digested();
    store.merge(StoredRecord.of(bytes("k2"), hashOf(2), List.of(value(9, 7, "e"))));
    digested();
    long touched = store.digests(0)[0];
    store.touch(bytes("k3"), hashOf(3), value(10, 1, "a").expiringAt(NOW_MS + 1));
    assertThat(store.digests(0)[0]).isNotEqualTo(touched);
    digested();
    clock.advance(Duration.ofMillis(2 * GRACE_MS));
    store.sweep();
    digested();
    store.evict(0, 1000);
    digested();
  }

  @Test
  public void shouldDigestAnExpiredValueAsWhatASweepLeavesOfIt() {
    store.writeLatest(bytes("k"), 1, value(1, 0, "v").expiringAt(NOW_MS + 1));
    digested();
    long[] before = store.digests(4);
    clock.advance(Duration.ofMillis(2));

    assertThat(store.sweep()).isEqualTo(1);

    assertThat(store.digests(4)).isEqualTo(before);
    digested();
  }

  @Test
  public void shouldGiveDigestsOfEmptyPartsAsZero() {
    digested();
    assertThat(store.digests(1)).containsExactly(0, 0);

    store.writeLatest(bytes("k"), -1, value(1, 0, "v"));

    long[] halves = store.digests(1);
    assertThat(halves[0]).isZero();
    assertThat(halves[1]).isEqualTo(store.read(bytes("k"), -1).digest());
    store.evict(0, 1 << 20);
    assertThat(store.digests(1)).containsExactly(0, 0);
  }

  @Test
  public void shouldMakeDigestsFinerWhereTheStoreHasGrown() {
    digested();
    int coarse = store.digests(Integer.MAX_VALUE).length;
    for (int i = 0; i < 10_000; i++) {
      store.writeLatest(bytes("k" + i), hashOf(i), value(10, 1, "a"));
    }

    digested();

    assertThat(store.digests(Integer.MAX_VALUE).length).isGreaterThan(4 * coarse);
    assertThat(store.digestBytes()).isLessThanOrEqualTo(10_000);
  }

  @Test
  public void shouldDigestWhatIsWrittenWhileTheDigestsAreMade() {
    for (int i = 0; i < 20_000; i++) {
      store.writeLatest(bytes("k" + i), hashOf(i), value(10, 1, "a"));
    }
    int slices = 0;
    for (int i = 0; !store.prepareDigests(); i++) {
      store.writeLatest(bytes("k" + i), hashOf(i), value(11, 1, "b"));
      store.remove(bytes("k" + (i + 500)), hashOf(i + 500), tombstone(12, 0));
      slices++;
    }

    assertThat(slices).isGreaterThan(5);
    digested();
  }

  // -- time to live

  @Test
  public void shouldNotShowExpiredValues() {
    store.writeLatest(bytes("k"), 1, StoredVersion.value(10, 1, NOW_MS + 5, bytes("a")));

    assertThat(newest("k", 1)).isEqualTo("a");

    clock.advance(Duration.ofMillis(5));

    assertThat(newest("k", 1)).isNull();
    assertThat(scanAll(ScanRange.View.NEWEST)).isEmpty();
  }

  @Test
  public void shouldHideOlderVersionsByAnExpiredOneUntilItsGraceIsOver() {
    store.writeLatest(bytes("k"), 1, StoredVersion.value(10, 1, NOW_MS + 5, bytes("a")));
    clock.advance(Duration.ofMillis(5));
    store.sweep();

    store.merge(StoredRecord.of(bytes("k"), 1, List.of(value(9, 1, "old"))));

    assertThat(newest("k", 1)).isNull();
    assertThat(store.writeLatest(bytes("k"), 1, value(8, 1, "older")))
        .isEqualTo(WriteOutcome.OUTDATED);

    clock.advance(Duration.ofMillis(GRACE_MS));
    store.sweep();

    assertThat(store.read(bytes("k"), 1).isEmpty()).isTrue();
  }

  @Test
  public void shouldGiveUpTheBytesOfExpiredValuesWhenSwept() {
    store.writeLatest(bytes("k"), 1, StoredVersion.value(10, 1, NOW_MS + 5, new byte[1000]));
    clock.advance(Duration.ofMillis(5));

    int changed = store.sweep();

    assertThat(changed).isEqualTo(1);
    assertThat(store.statistics().records()).isZero();
    assertThat(store.statistics().bytes()).isZero();
    assertThat(store.statistics().memoryBytes()).isLessThan(1000);
    assertThat(store.sweep()).isZero();
  }

  // -- touch

  @Test
  public void shouldChangeTheEndOfAVersionAndNothingElse() {
    store.writeLatest(bytes("k"), 1, value(10, 1, "a"));

    WriteOutcome outcome = store.touch(bytes("k"), 1, value(10, 1, "a").expiringAt(NOW_MS + 9));

    assertThat(outcome).isEqualTo(WriteOutcome.OK);
    assertThat(store.read(bytes("k"), 1).versions())
        .containsExactly(StoredVersion.value(10, 1, NOW_MS + 9, bytes("a")));
  }

  @Test
  public void shouldStoreATouchedVersionThatItMissedUnlessSomethingNewerIsThere() {
    assertThat(store.touch(bytes("k"), 1, value(10, 1, "a"))).isEqualTo(WriteOutcome.OK);
    assertThat(newest("k", 1)).isEqualTo("a");

    store.writeLatest(bytes("k"), 1, value(11, 1, "b"));

    assertThat(store.touch(bytes("k"), 1, value(10, 1, "a").expiringAt(NOW_MS + 9)))
        .isEqualTo(WriteOutcome.OUTDATED);

    store.remove(bytes("k"), 1, tombstone(12, 1));

    assertThat(store.touch(bytes("k"), 1, value(11, 1, "b"))).isEqualTo(WriteOutcome.OUTDATED);
  }

  // -- equal timestamps

  @Test
  public void shouldKeepTheGreaterValueOfEqualVersionsWhateverTheOrder() {
    assertThat(store.writeLatest(bytes("k"), 1, value(10, 1, "a"))).isEqualTo(WriteOutcome.OK);
    assertThat(store.writeLatest(bytes("k"), 1, value(10, 1, "b"))).isEqualTo(WriteOutcome.OK);
    assertThat(store.writeAll(bytes("l"), 2, value(10, 1, "b"))).isEqualTo(WriteOutcome.OK);
    assertThat(store.writeAll(bytes("l"), 2, value(10, 1, "a"))).isEqualTo(WriteOutcome.OK);

    assertThat(all("k", 1)).containsExactly("b");
    assertThat(all("l", 2)).containsExactly("b");
  }

  @Test
  public void shouldKeepTheLaterEndOfEqualVersions() {
    StoredVersion ends = value(10, 1, "b").expiringAt(NOW_MS + 5);
    store.writeLatest(bytes("k"), 1, ends);
    store.writeLatest(bytes("k"), 1, value(10, 1, "a"));
    store.writeLatest(bytes("l"), 2, value(10, 1, "a"));
    store.writeLatest(bytes("l"), 2, ends);

    assertThat(store.read(bytes("k"), 1).versions()).containsExactly(value(10, 1, "a"));
    assertThat(store.read(bytes("l"), 2).versions()).containsExactly(value(10, 1, "a"));
  }

  @Test
  public void shouldLetATombstoneWinOverAnEqualVersion() {
    store.writeLatest(bytes("k"), 1, value(10, 1, "a"));

    assertThat(store.remove(bytes("k"), 1, tombstone(10, 1))).isEqualTo(WriteOutcome.OK);
    assertThat(all("k", 1)).isEmpty();
    assertThat(store.writeLatest(bytes("k"), 1, value(10, 1, "b")))
        .isEqualTo(WriteOutcome.OUTDATED);
    assertThat(store.writeAll(bytes("k"), 1, value(10, 1, "b"))).isEqualTo(WriteOutcome.OUTDATED);
    assertThat(store.touch(bytes("k"), 1, value(10, 1, "b"))).isEqualTo(WriteOutcome.OUTDATED);
    assertThat(all("k", 1)).isEmpty();
  }

  @Test
  public void shouldOrderATombstoneOfAnEqualTimestampBySource() {
    store.writeLatest(bytes("k"), 1, value(10, 2, "a"));

    assertThat(store.remove(bytes("k"), 1, tombstone(10, 1))).isEqualTo(WriteOutcome.OUTDATED);
    assertThat(newest("k", 1)).isEqualTo("a");
    assertThat(store.remove(bytes("k"), 1, tombstone(10, 3))).isEqualTo(WriteOutcome.OK);
    assertThat(newest("k", 1)).isNull();
    assertThat(store.writeLatest(bytes("k"), 1, value(10, 4, "b"))).isEqualTo(WriteOutcome.OK);
    assertThat(newest("k", 1)).isEqualTo("b");
  }

  @Test
  public void shouldTouchTheVersionOfItsSourceAmongEqualTimestamps() {
    store.writeAll(bytes("k"), 1, value(10, 1, "a"));
    store.writeAll(bytes("k"), 1, value(10, 2, "b"));

    WriteOutcome earlier = store.touch(bytes("k"), 1, value(10, 1, "a").expiringAt(NOW_MS + 9));
    WriteOutcome again = store.touch(bytes("k"), 1, value(10, 1, "a").expiringAt(NOW_MS + 5));

    // An end that is earlier counts too: what was asked last.
    assertThat(List.of(earlier, again)).containsOnly(WriteOutcome.OK);
    assertThat(store.read(bytes("k"), 1).versions())
        .containsExactly(value(10, 2, "b"), value(10, 1, "a").expiringAt(NOW_MS + 5));
  }

  @Test
  public void shouldUpdateAtTheTimestampOfWhatIsThere() {
    store.writeLatest(bytes("k"), 1, value(10, 2, "a"));

    // The update has seen it, so no order by source or value holds.
    WriteOutcome stored =
        update(
            "k",
            1,
            (current, next) -> {
              assertThat(current.newestTimestamp()).isEqualTo(10);
              next.head(10, 1, 0, 0);
              next.value(current.valueAddress(), 0);
              return RecordUpdate.Decision.STORE;
            });

    assertThat(stored).isEqualTo(WriteOutcome.OK);
    assertThat(store.read(bytes("k"), 1).versions()).containsExactly(value(10, 1, ""));
  }

  @Test
  public void shouldUpdateToATombstoneAtTheTimestampOfWhatIsThere() {
    store.writeLatest(bytes("k"), 1, value(10, 2, "a"));

    WriteOutcome removed =
        update(
            "k",
            1,
            (current, next) -> {
              next.head(10, 2, 0, NOW_MS + GRACE_MS);
              return RecordUpdate.Decision.REMOVE;
            });

    assertThat(removed).isEqualTo(WriteOutcome.OK);
    assertThat(store.read(bytes("k"), 1).versions()).containsExactly(tombstone(10, 2));
  }

  private WriteOutcome update(String key, long hash, RecordUpdate update) {
    return update(store, bytes(key), hash, clock.millis(), update);
  }

  static WriteOutcome update(
      PartitionStore store, byte[] key, long hash, long nowMs, RecordUpdate update) {
    ByteBuffer direct = ByteBuffer.allocateDirect(key.length).put(key);
    try {
      return store.update(OffHeap.addressOf(direct), key.length, hash, nowMs, update);
    } finally {
      Reference.reachabilityFence(direct);
    }
  }

  // -- scan

  private List<String> scanAll(ScanRange.View view) {
    var keys = new ArrayList<String>();
    ScanRange range = ScanRange.of(0, -1, 1, view);
    ScanBatch batch = store.scan(range);
    while (true) {
      batch.records().forEach(r -> keys.add(new String(r.key(), UTF_8)));
      if (batch.done()) {
        return keys;
      }
      batch = store.scan(range.from(batch.nextHash()));
    }
  }

  @Test
  public void shouldScanInUnsignedOrderOfHashes() {
    store.writeLatest(bytes("last"), -1, value(1, 0, "v"));
    store.writeLatest(bytes("first"), 0, value(1, 0, "v"));
    store.writeLatest(bytes("low"), Long.MAX_VALUE, value(1, 0, "v"));
    store.writeLatest(bytes("high"), Long.MIN_VALUE, value(1, 0, "v"));

    assertThat(scanAll(ScanRange.View.NEWEST)).containsExactly("first", "low", "high", "last");
  }

  @Test
  public void shouldNeverPartRecordsOfEqualHash() {
    for (String key : List.of("c", "a", "b")) {
      store.writeLatest(bytes(key), 7, value(1, 0, "v"));
    }
    store.writeLatest(bytes("d"), 8, value(1, 0, "v"));

    ScanBatch batch = store.scan(new ScanRange(0, -1, new byte[0], 1, 1, ScanRange.View.NEWEST));

    assertThat(batch.records())
        .extracting(r -> new String(r.key(), UTF_8))
        .containsExactly("a", "b", "c");
    assertThat(batch.done()).isFalse();
    assertThat(batch.nextHash()).isEqualTo(8);
    assertThat(newest("b", 7)).isEqualTo("v");
  }

  @Test
  public void shouldKeepToTheLimitsOfABatch() {
    for (int i = 0; i < 10; i++) {
      store.writeLatest(bytes("k" + i), i, value(1, 0, "12345678"));
    }

    ScanBatch byRecords =
        store.scan(new ScanRange(0, -1, new byte[0], 3, 1000, ScanRange.View.NEWEST));
    ScanBatch byBytes =
        store.scan(new ScanRange(0, -1, new byte[0], 100, 25, ScanRange.View.NEWEST));

    assertThat(byRecords.records()).hasSize(3);
    assertThat(byBytes.records()).hasSize(2);
    assertThat(byBytes.nextHash()).isEqualTo(2);
  }

  @Test
  public void shouldScanNoFurtherThanTheRange() {
    for (int i = 0; i < 10; i++) {
      store.writeLatest(bytes("k" + i), i, value(1, 0, "v"));
    }

    ScanBatch batch = store.scan(ScanRange.of(3, 5, 1000, ScanRange.View.NEWEST));

    assertThat(batch.records()).extracting(StoredRecord::hash).containsExactly(3L, 4L, 5L);
    assertThat(batch.done()).isTrue();
    assertThat(store.scan(ScanRange.of(5, 3, 1000, ScanRange.View.NEWEST)).done()).isTrue();
  }

  @Test
  public void shouldScanKeysOfAPrefix() {
    store.writeLatest(bytes("user:1"), 1, value(1, 0, "v"));
    store.writeLatest(bytes("use"), 2, value(1, 0, "v"));
    store.writeLatest(bytes("user:2"), 3, value(1, 0, "v"));

    ScanBatch batch =
        store.scan(new ScanRange(0, -1, bytes("user:"), 10, 1000, ScanRange.View.NEWEST));

    assertThat(batch.records()).extracting(StoredRecord::hash).containsExactly(1L, 3L);
  }

  @Test
  public void shouldShowTombstonesOnlyToThoseWhoAsk() {
    store.writeLatest(bytes("a"), 1, value(1, 0, "v"));
    store.remove(bytes("b"), 2, tombstone(1, 0));

    assertThat(scanAll(ScanRange.View.NEWEST)).containsExactly("a");
    assertThat(scanAll(ScanRange.View.LIVE)).containsExactly("a");
    assertThat(scanAll(ScanRange.View.NEWEST_WITH_HIDING)).containsExactly("a", "b");
    assertThat(scanAll(ScanRange.View.EVERYTHING)).containsExactly("a", "b");
  }

  // -- memory

  @Test
  public void shouldCountRecordsAndBytes() {
    store.writeLatest(bytes("abc"), 1, value(1, 0, "12345"));
    store.writeAll(bytes("abc"), 1, value(1, 1, "67"));
    store.remove(bytes("xyz"), 2, tombstone(1, 0));

    StoreStatistics statistics = store.statistics();

    assertThat(statistics.records()).isEqualTo(1);
    assertThat(statistics.bytes()).isEqualTo(3 + 5 + 2);
    assertThat(statistics.memoryBytes()).isGreaterThan(10);
    assertThat(memory().usedBytes()).isEqualTo(statistics.memoryBytes());
  }

  @Test
  public void shouldEvictUntilSoMuchIsFree() {
    for (int i = 0; i < 100; i++) {
      store.writeLatest(bytes("k" + i), i, value(1, 0, "v"));
    }
    long before = store.statistics().memoryBytes();

    long freed = store.evict(90, before / 2);

    assertThat(freed).isGreaterThanOrEqualTo(before / 2);
    assertThat(store.statistics().memoryBytes()).isEqualTo(before - freed);
    assertThat(newest("k95", 95)).isNull();
    assertThat(newest("k89", 89)).isEqualTo("v");
  }

  @Test
  public void shouldGiveBackAllMemoryWhenClosed() {
    store.writeLatest(bytes("k"), 1, value(1, 0, "v"));

    store.close();
    store.writeLatest(bytes("k"), 1, value(2, 0, "v"));

    assertThat(memory().usedBytes()).isZero();
    assertThat(store.read(bytes("k"), 1).isEmpty()).isTrue();
  }
}
