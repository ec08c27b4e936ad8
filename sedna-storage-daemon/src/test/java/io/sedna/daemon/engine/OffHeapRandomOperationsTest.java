// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.time.HybridClock;
import io.sedna.common.time.ManualWallClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** The off-heap store does as the heap store does, whatever happens and however it is cleaned. */
public class OffHeapRandomOperationsTest {
  private static final int RUNS = 16;
  private static final int OPERATIONS = 3000;
  private static final long START_MS = 1_700_000_000_000L;
  private static final long GRACE_MS = 60_000;
  private static final int SOURCES = 3;

  private final Random random;
  private final ManualWallClock clock = new ManualWallClock(START_MS);
  private final MadeUpHashes hashes = new MadeUpHashes();
  private final OffHeapMemory memory;
  private final PartitionStore offHeap;
  private final PartitionStore heap;
  private final int keys;
  private final int largest;
  private final String name;
  private final ByteBuffer keyBuffer = ByteBuffer.allocateDirect(64);
  private final ByteBuffer valueBuffer = ByteBuffer.allocateDirect(1 << 20);
  private long timestamp = 1;

  public OffHeapRandomOperationsTest() {
    this(0);
  }

  private OffHeapRandomOperationsTest(int seed) {
    random = new Random(seed);
    name = "seed=" + seed;
    keys = 1 << random.nextInt(11);
    largest = random.nextInt(4) == 0 ? 400_000 : random.nextBoolean() ? 3000 : 60;
    memory =
        new OffHeapMemory(
            new OffHeapMemory.Options(
                largest > 3000 ? 64 << 20 : 8 << 20,
                128 << 10,
                0.9,
                0,
                clock::millis,
                GRACE_MS,
                table -> hashes.hasher()));
    offHeap = hashes.learningStore(memory.create(1, 0, new TableMemory(StoreOptions.STORE)));
    heap =
        new HeapPartitionStore(
            clock::millis, GRACE_MS, MemoryBudget.unlimited(), new TableMemory(StoreOptions.STORE));
  }

  private static byte[] key(int key) {
    return ("key " + key).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Most are spread evenly, some agree in all bits, and some in all but a few. */
  private static long hash(int key) {
    return switch (key % 16) {
      case 0 -> 42L << 32;
      case 1 -> (42L << 32) + key;
      default -> key * 0x9E3779B97F4A7C15L;
    };
  }

  private byte[] value() {
    int size = random.nextInt(20) == 0 ? random.nextInt(largest) : random.nextInt(50);
    byte[] value = new byte[size];
    random.nextBytes(value);
    return value;
  }

  private StoredVersion version(boolean tombstone) {
    timestamp += random.nextInt(3);
    long at = Math.max(1, timestamp - (random.nextInt(5) == 0 ? random.nextInt(200) : 0));
    int source = random.nextInt(SOURCES);
    long expires = random.nextInt(4) == 0 ? clock.millis() + random.nextInt(100_000) : 0;
    return tombstone
        ? StoredVersion.tombstone(at, source, clock.millis() + GRACE_MS)
        : StoredVersion.value(
            at, source, expires, random.nextInt(3) == 0 ? random.nextInt() : 0, value());
  }

  @Test
  public void shouldDoAsTheHeapStoreDoes() {
    for (int seed = 0; seed < RUNS; seed++) {
      new OffHeapRandomOperationsTest(seed).run();
    }
  }

  private void run() {
    for (int i = 0; i < OPERATIONS; i++) {
      int key = random.nextInt(keys);
      String what = name + ", operation=" + i;
      int kind = random.nextInt(100);
      if (kind < 90) {
        write(key, what);
      } else if (kind < 96) {
        assertSameRead(key, what);
      } else if (kind < 97) {
        clock.advance(Duration.ofMillis(random.nextInt(30_000)));
        long before =
            random.nextBoolean()
                ? Long.MAX_VALUE
                : HybridClock.ofMillis(clock.millis() - random.nextInt(2 * (int) GRACE_MS));
        assertThat(offHeap.sweep(before)).as(what).isEqualTo(heap.sweep(before));
      } else if (kind < 98) {
        assertSameScan(what);
      } else if (kind < 99) {
        if (random.nextBoolean()) {
          memory.storeLog().closeHeads();
        }
        memory.cleanNow();
      } else {
        assertSameStatistics(what);
        digest(what);
      }
    }
    for (int key = 0; key < keys; key++) {
      assertSameRead(key, name);
    }
    assertSameScan(name);
    assertSameStatistics(name);
    DigestRecount.prepare(offHeap);
    DigestRecount.prepare(heap);
    digest(name);
    offHeap.close();
    Recount.check(memory, offHeap);
    assertThat(memory.usedBytes()).as(name).isZero();
  }

  /** Goes on with the digests a little, so that writes come between, and checks what there is. */
  private void digest(String what) {
    if (offHeap.prepareDigests()) {
      DigestRecount.check(what, offHeap, 0);
    }
    if (heap.prepareDigests()) {
      DigestRecount.check(what, heap, 0);
    }
    long[] a = offHeap.digests(4);
    long[] b = heap.digests(4);
    if (a != null && b != null) {
      assertThat(a).as(what).isEqualTo(b);
    }
  }

  private void write(int key, String what) {
    WriteOutcome expected;
    WriteOutcome outcome;
    switch (random.nextInt(10)) {
      case 0 -> {
        StoredVersion version = version(false);
        expected = heap.writeAll(key(key), hash(key), version);
        outcome = offHeap.writeAll(key(key), hash(key), version);
      }
      case 1 -> {
        StoredVersion version = version(true);
        expected = heap.remove(key(key), hash(key), version);
        outcome = offHeap.remove(key(key), hash(key), version);
      }
      case 2 -> {
        StoredVersion version = version(false);
        StoredVersion held = heap.read(key(key), hash(key)).newestHeld();
        if (held != null && !held.tombstone() && random.nextBoolean()) {
          version = held.expiringAt(clock.millis() + random.nextInt(100_000));
        }
        expected = heap.touch(key(key), hash(key), version);
        outcome = offHeap.touch(key(key), hash(key), version);
      }
      case 3 -> {
        var versions = new ArrayList<StoredVersion>();
        for (int i = random.nextInt(3); i >= 0; i--) {
          versions.add(version(random.nextInt(3) == 0));
        }
        StoredRecord record = StoredRecord.of(key(key), hash(key), versions);
        expected = heap.merge(record);
        outcome = offHeap.merge(record);
      }
      case 4, 5 -> {
        StoredVersion version = version(false);
        expected = heap.writeLatest(key(key), hash(key), version);
        outcome = writeByAddress(key, version);
      }
      case 6, 7 -> {
        RecordUpdate update = update(random.nextLong(), ++timestamp);
        expected = update(heap, key, update);
        outcome = update(offHeap, key, update);
      }
      default -> {
        StoredVersion version = version(false);
        expected = heap.writeLatest(key(key), hash(key), version);
        outcome = offHeap.writeLatest(key(key), hash(key), version);
      }
    }
    assertThat(outcome).as(what).isEqualTo(expected);
  }

  private long keyAddress(int key) {
    keyBuffer.clear().put(key(key));
    return OffHeap.addressOf(keyBuffer);
  }

  private WriteOutcome writeByAddress(int key, StoredVersion version) {
    valueBuffer.clear().put(version.value());
    return offHeap.writeLatest(
        keyAddress(key),
        key(key).length,
        hash(key),
        OffHeap.addressOf(valueBuffer),
        version.value().length,
        new VersionHead().set(version));
  }

  private WriteOutcome update(PartitionStore store, int key, RecordUpdate update) {
    return store.update(keyAddress(key), key(key).length, hash(key), clock.millis(), update);
  }

  /** Decides the same whenever it is called. */
  private RecordUpdate update(long seed, long at) {
    return (current, next) -> {
      var choice = new Random(seed);
      next.head(at, 1, choice.nextInt(2), choice.nextInt(3) == 0 ? clock.millis() + 50_000 : 0);
      switch (choice.nextInt(6)) {
        case 0:
          return RecordUpdate.Decision.KEEP;
        case 1:
          return RecordUpdate.Decision.FORGET;
        case 2:
          next.head(at, 1, 0, clock.millis() + GRACE_MS);
          return RecordUpdate.Decision.REMOVE;
        default:
          // As appending does, within bounds.
          valueBuffer.putLong(0, choice.nextLong());
          if (current.found() && current.valueLength() < largest) {
            next.value(
                current.valueAddress(),
                current.valueLength(),
                OffHeap.addressOf(valueBuffer),
                Math.max(8, current.valueLength() / 3 & 0xFFFF));
          } else {
            next.value(OffHeap.addressOf(valueBuffer), 8);
          }
          return RecordUpdate.Decision.STORE;
      }
    };
  }

  private void assertSameRead(int key, String what) {
    StoredRecord expected = heap.read(key(key), hash(key));
    assertThat(offHeap.read(key(key), hash(key))).as(what).isEqualTo(expected);
    StoredVersion newest = expected.newestLive(clock.millis());
    StoredVersion[] read = new StoredVersion[1];
    ByteBuffer buffer = ByteBuffer.allocateDirect(16 << 20 >> 3);
    boolean found =
        offHeap.readNewest(
            keyAddress(key),
            key(key).length,
            hash(key),
            clock.millis(),
            (length, head) -> {
              read[0] = head.version(new byte[length]);
              return OffHeap.addressOf(buffer);
            });
    assertThat(found).as(what).isEqualTo(newest != null);
    if (found) {
      buffer.get(read[0].value());
      assertThat(read[0]).as(what).isEqualTo(newest);
    }
  }

  private void assertSameScan(String what) {
    ScanRange.View[] views = ScanRange.View.values();
    long start = random.nextBoolean() ? 0 : hash(random.nextInt(keys));
    long end = random.nextBoolean() ? -1 : hash(random.nextInt(keys));
    var range =
        new ScanRange(
            start,
            end,
            random.nextInt(4) == 0 ? key(1) : new byte[0],
            1 + random.nextInt(100),
            1 + random.nextInt(10_000),
            views[random.nextInt(views.length)]);
    while (true) {
      ScanBatch expected = heap.scan(range);
      ScanBatch batch = offHeap.scan(range);
      assertThat(batch.records()).as(what).isEqualTo(expected.records());
      assertThat(batch.done()).as(what).isEqualTo(expected.done());
      if (batch.done()) {
        return;
      }
      assertThat(batch.nextHash()).as(what).isEqualTo(expected.nextHash());
      range = range.from(batch.nextHash());
    }
  }

  private void assertSameStatistics(String what) {
    assertThat(List.of(offHeap.statistics().records(), offHeap.statistics().bytes()))
        .as(what)
        .isEqualTo(List.of(heap.statistics().records(), heap.statistics().bytes()));
    Recount.check(memory, offHeap);
  }
}
