// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.schema.MemoryMode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.Test;

public class EngineTest {
  private static final byte[] KEY = {1};

  private static Engine engine(long limitBytes) {
    var budget = new MemoryBudget(limitBytes);
    return new Engine(
        budget, (table, partition, memory) -> new HeapPartitionStore(() -> 0, 0, budget, memory));
  }

  private static StoredVersion value(long timestamp, int bytes) {
    return StoredVersion.value(timestamp, 0, 0, new byte[bytes]);
  }

  @Test
  public void shouldKeepTablesAndPartitionsApart() {
    Engine engine = engine(Long.MAX_VALUE);
    engine.store(1, 0, StoreOptions.STORE).writeLatest(KEY, 5, value(1, 10));
    engine.store(1, 65535, StoreOptions.STORE).writeLatest(KEY, 5, value(1, 10));
    engine.store(2, 0, StoreOptions.STORE).writeLatest(KEY, 5, value(1, 10));

    engine.dropTable(1);

    assertThat(engine.find(1, 0)).isNull();
    assertThat(engine.find(1, 65535)).isNull();
    assertThat(engine.statistics().records()).isEqualTo(1);
    assertThat(engine.tables()).containsExactly(2);

    engine.dropPartition(0);

    assertThat(engine.statistics()).isEqualTo(StoreStatistics.NOTHING);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  public void shouldRefuseRecordsOfStoreTablesBeyondTheBudget() {
    Engine engine = engine(2000);
    PartitionStore store = engine.store(1, 0, StoreOptions.STORE);
    store.writeLatest(KEY, 5, value(1, 1500));

    assertThat(store.writeLatest(new byte[] {2}, 6, value(2, 1000)))
        .isEqualTo(WriteOutcome.OUT_OF_MEMORY);
    assertThat(store.read(KEY, 5).isEmpty()).isFalse();
    assertThat(store.remove(KEY, 5, StoredVersion.tombstone(3, 0, 0))).isEqualTo(WriteOutcome.OK);
  }

  @Test
  public void shouldEvictRecordsOfCacheTablesBeyondTheBudget() {
    Engine engine = engine(2000);
    PartitionStore store = engine.store(1, 0, StoreOptions.CACHE);
    store.writeLatest(KEY, 5, value(1, 1500));

    assertThat(store.writeLatest(new byte[] {2}, 6, value(2, 1000))).isEqualTo(WriteOutcome.OK);
    assertThat(store.read(KEY, 5).isEmpty()).isTrue();
    assertThat(store.writeLatest(new byte[] {3}, 7, value(3, 3000)))
        .isEqualTo(WriteOutcome.OUT_OF_MEMORY);
  }

  @Test
  public void shouldRefuseRecordsOfStoreTablesBeyondTheirQuotaAndNotThoseOfOthers() {
    Engine engine = engine(10_000);
    PartitionStore limited = engine.store(1, 0, new StoreOptions(MemoryMode.STORE, 2000));
    PartitionStore sibling = engine.store(1, 1, new StoreOptions(MemoryMode.STORE, 2000));
    limited.writeLatest(KEY, 5, value(1, 1500));

    assertThat(sibling.writeLatest(new byte[] {2}, 6, value(2, 1000)))
        .isEqualTo(WriteOutcome.OUT_OF_MEMORY);
    assertThat(engine.store(2, 0, StoreOptions.STORE).writeLatest(KEY, 5, value(1, 1500)))
        .isEqualTo(WriteOutcome.OK);
    assertThat(engine.memory(1).orElseThrow().usedBytes())
        .isEqualTo(limited.statistics().memoryBytes());
  }

  @Test
  public void shouldChangeQuotaAndModeOfStoresThatAreThere() {
    Engine engine = engine(10_000);
    PartitionStore store = engine.store(1, 0, new StoreOptions(MemoryMode.STORE, 2000));
    store.writeLatest(KEY, 5, value(1, 1500));

    engine.configure(1, new StoreOptions(MemoryMode.STORE, 4000));
    assertThat(store.writeLatest(new byte[] {2}, 6, value(2, 1000))).isEqualTo(WriteOutcome.OK);
    assertThat(store.writeLatest(new byte[] {3}, 7, value(3, 1000)))
        .isEqualTo(WriteOutcome.OUT_OF_MEMORY);
    engine.configure(1, new StoreOptions(MemoryMode.CACHE, 4000));
    assertThat(store.writeLatest(new byte[] {3}, 7, value(3, 1000))).isEqualTo(WriteOutcome.OK);

    engine.dropTable(1);
    assertThat(engine.memory(1)).isEmpty();
    assertThat(engine.tables()).isEmpty();
  }

  @Test
  public void shouldLoseNothingOfConcurrentWriters()
      throws InterruptedException, ExecutionException, TimeoutException {
    int threads = 4;
    int writes = 5000;
    Engine engine = engine(Long.MAX_VALUE);
    var executor = Executors.newFixedThreadPool(threads);
    try {
      var started = new CountDownLatch(threads);
      var all = new java.util.ArrayList<java.util.concurrent.Future<?>>();
      for (int t = 0; t < threads; t++) {
        int source = t;
        all.add(
            executor.submit(
                () -> {
                  started.countDown();
                  started.await();
                  for (int i = 0; i < writes; i++) {
                    byte[] key = {(byte) (i % 50)};
                    engine
                        .store(1, 0, StoreOptions.STORE)
                        .writeAll(
                            key, i % 25, StoredVersion.value(1 + i, source, 0, new byte[] {1}));
                    engine
                        .store(1, 0, StoreOptions.STORE)
                        .scan(ScanRange.of(0, -1, 10, ScanRange.View.LIVE));
                  }
                  return null;
                }));
      }
      for (var one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }

    assertThat(engine.statistics().records()).isEqualTo(50);
    assertThat(engine.statistics().bytes()).isEqualTo(50 * (1 + threads));
    for (int i = 0; i < 50; i++) {
      assertThat(
              engine.store(1, 0, StoreOptions.STORE).read(new byte[] {(byte) i}, i % 25).versions())
          .hasSize(threads)
          .allMatch(v -> v.timestamp() > writes - 50);
    }
  }
}
