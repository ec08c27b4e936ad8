// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Test;

/** Random operations: against the naive model, and merged in any order. */
public class RandomOperationsTest {
  private static final int RUNS = 300;
  private static final int OPERATIONS = 200;
  private static final int KEYS = 6;
  private static final int SOURCES = 3;
  private static final int TIMES = 20;

  private static PartitionStore newStore() {
    return new HeapPartitionStore(
        () -> 1000, 1000, MemoryBudget.unlimited(), new TableMemory(StoreOptions.STORE));
  }

  /** Two keys share each hash. */
  private static long hash(int key) {
    return key / 2 * 1000L;
  }

  private static byte[] key(int key) {
    return new byte[] {(byte) key};
  }

  /** The value follows from the version: two writes of one version are the same write. */
  private static StoredVersion randomVersion(Random random, boolean tombstone) {
    long timestamp = 1 + random.nextInt(TIMES);
    int source = random.nextInt(SOURCES);
    return tombstone
        ? StoredVersion.tombstone(timestamp, source, 0)
        : StoredVersion.value(timestamp, source, 0, new byte[] {(byte) timestamp, (byte) source});
  }

  @Test
  public void shouldDoAsTheNaiveModelDoes() {
    for (int seed = 0; seed < RUNS; seed++) {
      var random = new Random(seed);
      PartitionStore store = newStore();
      Map<Integer, NaiveStore> model = new HashMap<>();

      for (int i = 0; i < OPERATIONS; i++) {
        int key = random.nextInt(KEYS);
        NaiveStore naive = model.computeIfAbsent(key, k -> new NaiveStore());
        step(random, store, key, naive, seed, i);

        assertThat(store.read(key(key), hash(key)).versions())
            .as("seed=%d, operation=%d", seed, i)
            .isEqualTo(naive.versions());
      }

      assertScanEqual(store, model, seed);
    }
  }

  private static void step(
      Random random, PartitionStore store, int key, NaiveStore naive, int seed, int operation) {
    int kind = random.nextInt(5);
    StoredVersion version = randomVersion(random, kind == 2 || kind == 4);
    boolean expected = true;
    WriteOutcome outcome = WriteOutcome.OK;
    switch (kind) {
      case 0 -> {
        expected = naive.writeLatest(version);
        outcome = store.writeLatest(key(key), hash(key), version);
      }
      case 1 -> {
        expected = naive.writeAll(version);
        outcome = store.writeAll(key(key), hash(key), version);
      }
      case 2 -> {
        expected = naive.remove(version);
        outcome = store.remove(key(key), hash(key), version);
      }
      default -> {
        naive.merge(version);
        store.merge(StoredRecord.of(key(key), hash(key), List.of(version)));
      }
    }
    assertThat(outcome == WriteOutcome.OK)
        .as("seed=%d, operation=%d, kind=%d, %s", seed, operation, kind, version)
        .isEqualTo(expected);
  }

  private static void assertScanEqual(
      PartitionStore store, Map<Integer, NaiveStore> model, int seed) {
    var scanned = new HashMap<Integer, List<StoredVersion>>();
    ScanRange range = ScanRange.of(0, -1, 1 + seed % 7, ScanRange.View.EVERYTHING);
    ScanBatch batch = store.scan(range);
    while (true) {
      batch.records().forEach(r -> scanned.put((int) r.key()[0], r.versions()));
      if (batch.done()) {
        break;
      }
      batch = store.scan(range.from(batch.nextHash()));
    }
    var expected = new HashMap<Integer, List<StoredVersion>>();
    model.forEach(
        (key, naive) -> {
          if (!naive.versions().isEmpty()) {
            expected.put(key, naive.versions());
          }
        });
    assertThat(scanned).as("seed=%d", seed).isEqualTo(expected);
  }

  @Test
  public void shouldHoldTheSameWhateverTheOrderAndGroupingOfMerges() {
    for (int seed = 0; seed < RUNS; seed++) {
      var random = new Random(seed);
      List<StoredVersion> versions = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        StoredVersion version = randomVersion(random, random.nextInt(4) == 0);
        // Other ends and other bytes under the same version: the worst that can come.
        versions.add(
            version.tombstone() || random.nextBoolean()
                ? version.expiringAt(random.nextInt(3))
                : StoredVersion.value(
                    version.timestamp(),
                    version.source(),
                    random.nextInt(3),
                    new byte[] {(byte) random.nextInt(3)}));
      }
      StoredRecord expected = StoredRecord.of(key(1), 0, versions);

      for (int order = 0; order < 10; order++) {
        Collections.shuffle(versions, random);
        StoredRecord left = StoredRecord.empty(key(1), 0);
        StoredRecord right = StoredRecord.empty(key(1), 0);
        for (StoredVersion version : versions) {
          if (random.nextBoolean()) {
            left = left.merge(version);
          } else {
            right = right.merge(StoredRecord.of(key(1), 0, Arrays.asList(version)));
          }
        }

        assertThat(left.merge(right)).as("seed=%d", seed).isEqualTo(expected);
        assertThat(right.merge(left)).as("seed=%d", seed).isEqualTo(expected);
        assertThat(expected.merge(left)).as("seed=%d", seed).isEqualTo(expected);
      }
    }
  }
}
