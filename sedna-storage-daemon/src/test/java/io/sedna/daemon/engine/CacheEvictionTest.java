// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.schema.MemoryMode;
import java.util.SplittableRandom;
import org.junit.After;
import org.junit.Test;

public class CacheEvictionTest {
  private static final long TOTAL_BYTES = 16 << 20;
  private static final int SEGMENT_BYTES = 128 << 10;
  private static final int CACHE = 3;
  private static final int STORE = 5;

  private long nowMs = 1_000_000;
  private long timestamp;
  private final OffHeapMemory memory =
      new OffHeapMemory(
          new OffHeapMemory.Options(
              TOTAL_BYTES,
              SEGMENT_BYTES,
              0.9,
              2,
              () -> nowMs,
              0,
              OffHeapMemory.Options.routingHash()));
  private final Engine engine = new Engine(memory, memory);

  @After
  public void close() {
    memory.close();
  }

  private PartitionStore store(int table, String key, StoreOptions options) {
    long hash = KeyHash.ofTable(table).hash(key.getBytes(UTF_8));
    return engine.store(table, (int) (hash >>> 62), options);
  }

  private WriteOutcome put(int table, StoreOptions options, String key, int bytes) {
    return put(table, options, key, bytes, 0);
  }

  private WriteOutcome put(
      int table, StoreOptions options, String key, int bytes, long expiresAtMs) {
    byte[] name = key.getBytes(UTF_8);
    return store(table, key, options)
        .writeLatest(
            name,
            KeyHash.ofTable(table).hash(name),
            StoredVersion.value(++timestamp, 0, expiresAtMs, new byte[bytes]));
  }

  private boolean has(int table, String key) {
    byte[] name = key.getBytes(UTF_8);
    return !store(table, key, StoreOptions.CACHE)
        .read(name, KeyHash.ofTable(table).hash(name))
        .isEmpty();
  }

  private TableMemory table(int id) {
    return engine.memory(id).orElseThrow();
  }

  private void recount() {
    PartitionStore[] stores =
        java.util.stream.IntStream.of(CACHE, CACHE + 1, STORE)
            .boxed()
            .flatMap(
                table ->
                    java.util.stream.IntStream.range(0, 4)
                        .mapToObj(partition -> engine.find(table, partition)))
            .filter(java.util.Objects::nonNull)
            .toArray(PartitionStore[]::new);
    Recount.check(memory, stores);
  }

  @Test
  public void shouldKeepACacheWithinItsQuotaAndWhatIsReadInIt() {
    var options = new StoreOptions(MemoryMode.CACHE, 4 << 20);
    for (int i = 0; i < 60_000; i++) {
      assertThat(put(CACHE, options, "k" + i, 100)).isEqualTo(WriteOutcome.OK);
      for (int hot = 0; hot < 50 && i % 20 == 0; hot++) {
        boolean unused = has(CACHE, "k" + hot);
      }
    }

    assertThat(table(CACHE).usedBytes()).isBetween(3L << 20, (4L << 20) + (4 << 20) / 16);
    for (int hot = 0; hot < 50; hot++) {
      assertThat(has(CACHE, "k" + hot)).as("k" + hot).isTrue();
    }
    long held = engine.statistics().records();
    assertThat(table(CACHE).counters().evictedRecords()).isEqualTo(60_000 - held);
    recount();
  }

  @Test
  public void shouldEvictLargeRecordsToo() {
    for (int i = 0; i < 200; i++) {
      assertThat(put(CACHE, StoreOptions.CACHE, "k" + i, 300_000)).isEqualTo(WriteOutcome.OK);
      assertThat(put(CACHE, StoreOptions.CACHE, "k" + i, 310_000)).isEqualTo(WriteOutcome.OK);
      for (int read = 0; read < 3; read++) {
        assertThat(has(CACHE, "k0")).isTrue();
      }
    }

    assertThat(engine.statistics().records()).isBetween(20L, 60L);
    assertThat(table(CACHE).counters().evictedRecords())
        .isEqualTo(200 - engine.statistics().records());
    recount();
  }

  @Test
  public void shouldWriteWhatItWasGivenWhereItHadToMakeRoomFirst() {
    var options = new StoreOptions(MemoryMode.CACHE, 1 << 20);
    for (int i = 0; i < 3000; i++) {
      String key = "k" + i % 23;
      byte[] name = key.getBytes(UTF_8);
      long hash = KeyHash.ofTable(CACHE).hash(name);
      PartitionStore store = store(CACHE, key, options);
      if (i % 3 == 0) {
        store.remove(name, hash, StoredVersion.tombstone(++timestamp, 0, nowMs + 60_000));
      } else if (put(CACHE, options, key, 60_000) == WriteOutcome.OK) {
        StoredVersion found = store.read(name, hash).newestLive(nowMs);
        assertThat(found == null ? 60_000 : found.value().length).isEqualTo(60_000);
      }
    }
    recount();
  }

  @Test
  public void shouldForgetNothingWhileWhatIsOverwrittenFits() {
    int keys = 50_000; // 16 + 8 + 100, aligned, and the index: about half of the memory
    var random = new SplittableRandom(1);
    for (int i = 0; i < keys; i++) {
      put(CACHE, StoreOptions.CACHE, "k" + i, 100);
    }

    for (int i = 0; i < 10 * keys; i++) {
      assertThat(put(CACHE, StoreOptions.CACHE, "k" + random.nextInt(keys), 100))
          .isEqualTo(WriteOutcome.OK);
    }

    assertThat(table(CACHE).counters().evictedRecords()).isZero();
    assertThat(engine.statistics().records()).isEqualTo(keys);
    recount();
  }

  @Test
  public void shouldGiveWayToStoresDownToALittle() {
    int records = 0;
    for (int i = 0; i < 100_000; i++) {
      put(CACHE, StoreOptions.CACHE, "k" + i, 100);
    }
    long before = table(CACHE).usedBytes();

    while (put(STORE, StoreOptions.STORE, "k" + records, 100) == WriteOutcome.OK) {
      records++;
    }

    assertThat(before).isGreaterThan(TOTAL_BYTES * 7 / 10);
    assertThat(table(STORE).usedBytes()).isGreaterThan(TOTAL_BYTES * 7 / 10);
    assertThat(table(STORE).counters().evictedRecords()).isZero();
    assertThat(engine.statistics((table, p) -> table == STORE).records()).isEqualTo(records);
    assertThat(put(CACHE, StoreOptions.CACHE, "more", 100)).isEqualTo(WriteOutcome.OK);
    recount();
  }

  @Test
  public void shouldGiveMemoryToTheCacheThatIsRead() {
    var random = new SplittableRandom(7);
    for (int i = 0; i < 600_000; i++) {
      String read = "k" + (int) (120_000 * Math.pow(random.nextDouble(), 3));
      if (!has(CACHE, read)) {
        put(CACHE, StoreOptions.CACHE, read, 100);
      }
      put(CACHE + 1, StoreOptions.CACHE, "never read " + i, 100);
    }

    long busy = table(CACHE).usedBytes();
    long idle = table(CACHE + 1).usedBytes();
    assertThat(busy).isGreaterThan(3 * idle);
    assertThat(idle).isGreaterThan(2 * SEGMENT_BYTES);
    recount();
  }

  @Test
  public void shouldTakeARecordWhoseTimeIsOverForExpiredNotEvicted() {
    for (int i = 0; i < 20_000; i++) {
      put(CACHE, StoreOptions.CACHE, "k" + i, 100, nowMs + 1);
    }
    nowMs += 10;

    for (int i = 20_000; i < 200_000; i++) {
      put(CACHE, StoreOptions.CACHE, "k" + i, 100);
    }

    assertThat(table(CACHE).counters().expiredRecords()).isGreaterThan(10_000);
    recount();
  }

  @Test
  public void shouldCountHitsAndMissesOfCachesAlone() {
    put(CACHE, StoreOptions.CACHE, "k", 10);
    put(STORE, StoreOptions.STORE, "k", 10);

    for (int table : new int[] {CACHE, STORE}) {
      boolean hit = has(table, "k");
      boolean miss = has(table, "none");
      assertThat(hit && !miss).isTrue();
    }

    assertThat(table(CACHE).counters().hits()).isEqualTo(1);
    assertThat(table(CACHE).counters().misses()).isEqualTo(1);
    assertThat(table(STORE).counters().hits() + table(STORE).counters().misses()).isZero();
  }

  @Test
  public void shouldEvictFromATableThatWasAStore() {
    int records = 0;
    while (put(STORE, StoreOptions.STORE, "k" + records, 100) == WriteOutcome.OK) {
      records++;
    }

    engine.configure(STORE, StoreOptions.CACHE);

    for (int i = 0; i < 100_000; i++) {
      assertThat(put(STORE, StoreOptions.CACHE, "more" + i, 100)).isEqualTo(WriteOutcome.OK);
    }
    assertThat(table(STORE).counters().evictedRecords()).isGreaterThan(50_000);
    while (memory.storeLog().liveBytes() > 0) {
      assertThat(memory.cleanNow()).isTrue();
    }
    recount();
  }

  @Test
  public void shouldKeepTheRecordsOfATableThatWasACache() {
    for (int i = 0; i < 120_000; i++) {
      put(CACHE, StoreOptions.CACHE, "k" + i, 100);
    }
    put(CACHE, StoreOptions.CACHE, "large", 300_000);
    long evicted = table(CACHE).counters().evictedRecords();
    long records = engine.statistics().records();

    engine.configure(CACHE, StoreOptions.STORE);
    int refused = 0;
    for (int i = 0; i < 50_000; i++) {
      refused += put(CACHE, StoreOptions.STORE, "more" + i, 100) == WriteOutcome.OK ? 0 : 1;
    }

    assertThat(table(CACHE).counters().evictedRecords()).isEqualTo(evicted);
    assertThat(engine.statistics().records()).isEqualTo(records + 50_000 - refused);
    assertThat(refused).isPositive();
    assertThat(has(CACHE, "large")).isTrue();
    recount();
  }
}
