// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.time.ManualWallClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/**
 * All sequences of three operations of one timestamp: both stores answer and hold the same, and
 * those operations that replicas exchange leave the same in whatever order they come.
 */
public class SameTimestampTest {
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final long GRACE_MS = 60_000;
  private static final long TIMESTAMP = 10;
  private static final long[] ENDS = {0, NOW_MS + 5};

  private final ManualWallClock clock = new ManualWallClock(NOW_MS);
  private final MadeUpHashes hashes = new MadeUpHashes();
  private final OffHeapMemory memory =
      new OffHeapMemory(
          new OffHeapMemory.Options(
              64 << 20, 1 << 20, 0.9, 0, clock::millis, GRACE_MS, table -> hashes.hasher()));
  private final PartitionStore offHeap =
      hashes.learningStore(memory.create(1, 0, new TableMemory(StoreOptions.STORE)));
  private final PartitionStore heap =
      new HeapPartitionStore(
          clock::millis, GRACE_MS, MemoryBudget.unlimited(), new TableMemory(StoreOptions.STORE));
  private long keys;

  /** Something that is done to a key of a store. */
  private record Operation(String name, boolean merges, Step step) {}

  private interface Step {
    WriteOutcome apply(PartitionStore store, byte[] key, long hash);
  }

  private static List<StoredVersion> versions() {
    var versions = new ArrayList<StoredVersion>();
    for (int source = 1; source <= 2; source++) {
      for (String value : List.of("a", "bb")) {
        for (long end : ENDS) {
          versions.add(StoredVersion.value(TIMESTAMP, source, end, value.getBytes(UTF_8)));
        }
      }
    }
    return versions;
  }

  private static void add(
      List<Operation> operations, String name, boolean merges, Object of, Step step) {
    operations.add(new Operation(name + " " + of, merges, step));
  }

  private static List<Operation> operations() {
    var all = new ArrayList<Operation>();
    for (StoredVersion v : versions()) {
      String of = v.source() + ":" + new String(v.value(), UTF_8) + ":" + v.expiresAtMs();
      add(all, "writeLatest", false, of, (s, key, hash) -> s.writeLatest(key, hash, v));
      add(all, "writeAll", false, of, (s, key, hash) -> s.writeAll(key, hash, v));
      add(all, "touch", false, of, (s, key, hash) -> s.touch(key, hash, v));
      add(
          all,
          "merge",
          true,
          of,
          (s, key, hash) -> s.merge(StoredRecord.of(key, hash, List.of(v))));
      add(
          all,
          "update",
          false,
          of,
          (s, key, hash) ->
              PartitionStoreContract.update(
                  s,
                  key,
                  hash,
                  NOW_MS,
                  (current, next) -> {
                    next.head(v.timestamp(), v.source(), 0, v.expiresAtMs());
                    if (current.found()) {
                      next.value(current.valueAddress(), current.valueLength());
                    }
                    return RecordUpdate.Decision.STORE;
                  }));
    }
    for (int source = 1; source <= 2; source++) {
      StoredVersion tombstone = StoredVersion.tombstone(TIMESTAMP, source, NOW_MS + GRACE_MS);
      add(all, "remove", false, source, (s, key, hash) -> s.remove(key, hash, tombstone));
      add(
          all,
          "merge tombstone",
          true,
          source,
          (s, key, hash) -> s.merge(StoredRecord.of(key, hash, List.of(tombstone))));
      add(
          all,
          "update to tombstone",
          false,
          source,
          (s, key, hash) ->
              PartitionStoreContract.update(
                  s,
                  key,
                  hash,
                  NOW_MS,
                  (current, next) -> {
                    next.head(TIMESTAMP, tombstone.source(), 0, tombstone.expiresAtMs());
                    return RecordUpdate.Decision.REMOVE;
                  }));
    }
    add(all, "forget", false, "", SameTimestampTest::forget);
    return all;
  }

  private static WriteOutcome forget(PartitionStore store, byte[] key, long hash) {
    return PartitionStoreContract.update(
        store, key, hash, NOW_MS, (current, next) -> RecordUpdate.Decision.FORGET);
  }

  /** What a new key holds after operations, the same in both stores. */
  private StoredRecord after(List<Operation> operations) {
    long hash = ++keys;
    byte[] key = ("key-" + keys).getBytes(UTF_8);
    var answers = new ArrayList<WriteOutcome>();
    for (Operation operation : operations) {
      WriteOutcome expected = operation.step().apply(heap, key, hash);
      WriteOutcome answered = operation.step().apply(offHeap, key, hash);
      if (answered != expected) {
        throw new AssertionError(
            operations.stream().map(Operation::name).toList()
                + ": the heap store answered "
                + expected
                + ", the other "
                + answered
                + " after "
                + answers);
      }
      answers.add(answered);
    }
    StoredRecord held = offHeap.read(key, hash);
    if (!held.versions().equals(heap.read(key, hash).versions())) {
      throw new AssertionError(
          operations.stream().map(Operation::name).toList()
              + ": the heap store holds "
              + heap.read(key, hash).versions()
              + ", the other "
              + held.versions());
    }
    // Room for the next ones.
    forget(offHeap, key, hash);
    forget(heap, key, hash);
    return held;
  }

  @Test
  public void shouldDoTheSameInBothStores() {
    List<Operation> operations = operations();

    for (Operation first : operations) {
      for (Operation second : operations) {
        for (Operation third : operations) {
          after(List.of(first, second, third));
        }
      }
    }

    assertThat(keys).isEqualTo((long) Math.pow(operations.size(), 3));
    assertThat(offHeap.statistics().records()).isZero();
  }

  @Test
  public void shouldEndUpEqualWhateverTheOrderOfMerges() {
    List<Operation> merges = operations().stream().filter(Operation::merges).toList();

    for (Operation a : merges) {
      for (Operation b : merges) {
        for (Operation c : merges) {
          List<StoredVersion> held = after(List.of(a, b, c)).versions();
          assertThat(after(List.of(b, c, a)).versions()).isEqualTo(held);
          assertThat(after(List.of(c, b, a)).versions()).isEqualTo(held);
        }
      }
    }
  }
}
