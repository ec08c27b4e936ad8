// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.hash.KeyHash;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.After;
import org.junit.Test;

/**
 * Readers beside writers and a cleaner that never rests. Values tell their key and version and have
 * a checksum, so what is torn, another record's, or older than what was seen before, is noticed.
 */
public class OffHeapConcurrencyTest {
  private static final int KEYS = 2000;

  /** Keys from here on are removed and written again; those before are always there. */
  private static final int FIRST_REMOVED = 1000;

  private static final int PARTITION_BITS = 2;
  private static final int TABLES = 2;
  private static final int WRITERS = 2;
  private static final int LARGEST = 2500;
  private static final int LARGEST_CHAINED = 300_000;
  private static final long RUN_MS = Long.getLong("sedna.test.engine.run.ms", 2500);

  private final KeyHash[] hashes = new KeyHash[TABLES];
  private final OffHeapMemory memory =
      new OffHeapMemory(
          new OffHeapMemory.Options(
              16 << 20,
              128 << 10,
              0.9,
              PARTITION_BITS,
              () -> 1000,
              1000,
              OffHeapMemory.Options.routingHash()));
  private final PartitionStore[][] stores = new PartitionStore[TABLES][1 << PARTITION_BITS];
  private final AtomicLong versions = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private volatile boolean over;

  @After
  public void stop() {
    memory.close();
  }

  private PartitionStore store(int table, long hash) {
    return stores[table][(int) (hash >>> (Long.SIZE - PARTITION_BITS))];
  }

  private static byte[] key(int number) {
    return ("a key, number " + number).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Its length and all its bytes follow from key and version. */
  private static byte[] value(int table, int key, long version) {
    long seed = (version * 31 + key) * 2 + table;
    int length = 24 + (int) Math.floorMod(seed * 0x9E3779B97F4A7C15L >>> 7, (long) LARGEST);
    if (version % 4096 == 7) {
      length = 24 + (int) Math.floorMod(seed * 0x9E3779B97F4A7C15L >>> 7, (long) LARGEST_CHAINED);
    }
    byte[] value = new byte[length];
    Arrays.fill(value, (byte) seed);
    ByteBuffer.wrap(value).putInt(table).putInt(key).putLong(version);
    ByteBuffer.wrap(value).putLong(length - 8, seed);
    return value;
  }

  private static long checked(int table, int key, byte[] value) {
    long version = ByteBuffer.wrap(value).getLong(8);
    assertThat(Arrays.equals(value, value(table, key, version)))
        .as("value of key %d, version %d, %d bytes", key, version, value.length)
        .isTrue();
    return version;
  }

  private WriteOutcome write(int table, int number) {
    byte[] key = key(number);
    long hash = hashes[table].hash(key);
    PartitionStore store = store(table, hash);
    long version = versions.incrementAndGet();
    writes.incrementAndGet();
    if (number >= FIRST_REMOVED && ThreadLocalRandom.current().nextInt(4) == 0) {
      return store.remove(key, hash, StoredVersion.tombstone(version, 0, 0));
    }
    if (ThreadLocalRandom.current().nextInt(8) == 0) {
      return update(store, table, number, key, hash, version);
    }
    return store.writeLatest(
        key, hash, StoredVersion.value(version, 0, 0, value(table, number, version)));
  }

  private static WriteOutcome update(
      PartitionStore store, int table, int number, byte[] key, long hash, long version) {
    ByteBuffer direct = ByteBuffer.allocateDirect(key.length).put(key);
    byte[] value = value(table, number, version);
    ByteBuffer fresh = ByteBuffer.allocateDirect(value.length).put(value);
    try {
      return store.update(
          OffHeap.addressOf(direct),
          key.length,
          hash,
          1000,
          (current, next) -> {
            if (current.found()) {
              checked(table, number, OffHeap.bytes(current.valueAddress(), current.valueLength()));
            }
            next.head(version, 0, 0, 0);
            next.value(OffHeap.addressOf(fresh), value.length);
            return RecordUpdate.Decision.STORE;
          });
    } finally {
      Reference.reachabilityFence(direct);
      Reference.reachabilityFence(fresh);
    }
  }

  private Void writer(int writer) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    while (!over) {
      int key = random.nextInt(KEYS / WRITERS) * WRITERS + writer;
      WriteOutcome outcome = write(random.nextInt(TABLES), key);
      // On a machine that is busy the cleaner may come too late; nothing is changed then.
      assertThat(outcome).isIn(WriteOutcome.OK, WriteOutcome.OUT_OF_MEMORY);
      refused.addAndGet(outcome == WriteOutcome.OK ? 0 : 1);
    }
    return null;
  }

  private Void reader() {
    long[][] seen = new long[TABLES][KEYS];
    ThreadLocalRandom random = ThreadLocalRandom.current();
    ByteBuffer direct = ByteBuffer.allocateDirect(64);
    ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_CHAINED + 64);
    int[] length = new int[1];
    ReadTarget target =
        (bytes, head) -> {
          assertThat(bytes).isLessThanOrEqualTo(buffer.capacity());
          length[0] = bytes;
          return OffHeap.addressOf(buffer);
        };
    while (!over) {
      int table = random.nextInt(TABLES);
      int number = random.nextInt(KEYS);
      byte[] key = key(number);
      long hash = hashes[table].hash(key);
      direct.clear().put(key);
      boolean found =
          store(table, hash).readNewest(OffHeap.addressOf(direct), key.length, hash, 1000, target);
      assertThat(found || number >= FIRST_REMOVED).as("key %d is there", number).isTrue();
      if (found) {
        byte[] value = new byte[length[0]];
        buffer.clear().get(value);
        see(seen, table, number, checked(table, number, value));
      }
      StoredVersion newest = store(table, hash).read(key, hash).newestHeld();
      assertThat(newest).isNotNull();
      see(seen, table, number, newest.timestamp());
      if (!newest.tombstone()) {
        assertThat(checked(table, number, newest.value())).isEqualTo(newest.timestamp());
      }
      reads.incrementAndGet();
    }
    return null;
  }

  private static void see(long[][] seen, int table, int number, long version) {
    assertThat(version).as("version of key %d", number).isGreaterThanOrEqualTo(seen[table][number]);
    seen[table][number] = version;
  }

  private Void scanner() {
    while (!over) {
      for (int table = 0; table < TABLES; table++) {
        int there = 0;
        for (PartitionStore store : stores[table]) {
          ScanRange range = ScanRange.of(0, -1, 50_000, ScanRange.View.NEWEST);
          ScanBatch batch = store.scan(range);
          long last = 0;
          while (true) {
            for (StoredRecord record : batch.records()) {
              String text = new String(record.key(), java.nio.charset.StandardCharsets.UTF_8);
              int number = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
              checked(table, number, record.newestLive(1000).value());
              there += number < FIRST_REMOVED ? 1 : 0;
              assertThat(Long.compareUnsigned(record.hash(), last)).isNotNegative();
              last = record.hash();
            }
            if (batch.done()) {
              break;
            }
            batch = store.scan(range.from(batch.nextHash()));
          }
          boolean unused = store.prepareDigests(); // Slice by slice, between writes.
        }
        assertThat(there).isEqualTo(FIRST_REMOVED);
      }
    }
    return null;
  }

  @Test
  public void shouldNeverReadWhatWasNotWritten()
      throws InterruptedException, ExecutionException, TimeoutException {
    for (int table = 0; table < TABLES; table++) {
      hashes[table] = KeyHash.ofTable(table);
      for (int partition = 0; partition < stores[table].length; partition++) {
        stores[table][partition] =
            memory.create(table, partition, new TableMemory(StoreOptions.STORE));
      }
      for (int key = 0; key < KEYS; key++) {
        write(table, key);
      }
    }
    memory.start("cleaner under test");
    var executor = Executors.newCachedThreadPool();
    try {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        all.add(executor.submit(() -> writer(writer)));
      }
      all.add(executor.submit(this::reader));
      all.add(executor.submit(this::reader));
      all.add(executor.submit(this::scanner));
      all.add(executor.submit(this::forcedCleaner));
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RUN_MS);
      while (System.nanoTime() < end && all.stream().noneMatch(Future::isDone)) {
        Thread.onSpinWait();
        Thread.yield();
      }
      over = true;
      for (Future<Void> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    } finally {
      over = true;
      executor.shutdownNow();
    }
    memory.close();

    assertThat(reads.get()).isPositive();
    assertThat(refused.get()).isLessThan(10 + writes.get() / 1000);
    Recount.check(
        memory, Arrays.stream(stores).flatMap(Arrays::stream).toArray(PartitionStore[]::new));
    for (PartitionStore[] table : stores) {
      for (PartitionStore store : table) {
        DigestRecount.prepare(store);
        DigestRecount.check("after all writes", store, PARTITION_BITS);
      }
    }
  }

  /** Cleans where nothing needs cleaning, so that records move all the time. */
  private Void forcedCleaner() {
    while (!over) {
      memory.cleanNow();
      Thread.yield();
    }
    return null;
  }
}
