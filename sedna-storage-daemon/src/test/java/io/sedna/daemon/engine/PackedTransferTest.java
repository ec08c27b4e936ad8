// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.time.ManualWallClock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Test;

/** What one store packs, another one merges, whatever either holds and whoever writes meanwhile. */
public class PackedTransferTest {
  private static final int RUNS = 12;
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final long GRACE_MS = 60_000;
  private static final int TABLE = 3;
  private static final KeyHash HASH = KeyHash.ofTable(TABLE);
  private static final int PARTITION_BITS = 3;
  private static final int PARTITION = 5;
  private static final long FIRST_HASH = (long) PARTITION << (Long.SIZE - PARTITION_BITS);
  private static final long LAST_HASH = FIRST_HASH | -1L >>> PARTITION_BITS;

  private final ManualWallClock clock = new ManualWallClock(NOW_MS);
  private Random random = new Random(1);
  private int largest = 300;

  private OffHeapMemory memory(int megabytes) {
    return new OffHeapMemory(
        new OffHeapMemory.Options(
            (long) megabytes << 20,
            128 << 10,
            0.9,
            PARTITION_BITS,
            clock::millis,
            GRACE_MS,
            OffHeapMemory.Options.routingHash()));
  }

  private static PartitionStore store(OffHeapMemory memory, boolean newestAlone) {
    return memory.create(
        TABLE,
        PARTITION,
        new TableMemory(
            new StoreOptions(StoreOptions.STORE.memory(), /* maxBytes= */ 0, newestAlone)));
  }

  private PartitionStore heapStore(boolean newestAlone) {
    return new HeapPartitionStore(
        clock::millis,
        GRACE_MS,
        PARTITION_BITS,
        MemoryBudget.unlimited(),
        new TableMemory(
            new StoreOptions(StoreOptions.STORE.memory(), /* maxBytes= */ 0, newestAlone)));
  }

  /** Keys of the partition. */
  private static List<byte[]> keys(int count) {
    var keys = new ArrayList<byte[]>();
    for (int i = 0; keys.size() < count; i++) {
      byte[] key = ("key " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      if (HASH.hash(key) >>> (Long.SIZE - PARTITION_BITS) == PARTITION) {
        keys.add(key);
      }
    }
    return keys;
  }

  private StoredVersion version() {
    long timestamp = 1 + random.nextInt(20);
    int source = random.nextInt(3) == 0 ? random.nextInt(3) : 0;
    long end = random.nextInt(5) == 0 ? NOW_MS - 1000 + random.nextInt(100_000) : 0;
    if (random.nextInt(8) == 0) {
      return StoredVersion.tombstone(timestamp, source, NOW_MS + GRACE_MS);
    }
    byte[] value = new byte[random.nextInt(30) == 0 ? random.nextInt(largest) : random.nextInt(40)];
    random.nextBytes(value);
    int flags = random.nextInt(4) == 0 ? random.nextInt() : 0;
    return StoredVersion.value(timestamp, source, end, flags, value);
  }

  private StoredRecord record(byte[] key) {
    var versions = new ArrayList<StoredVersion>();
    versions.add(version());
    while (random.nextInt(8) == 0) {
      versions.add(version());
    }
    return StoredRecord.of(key, HASH.hash(key), versions);
  }

  /** Moves a range from one store to another, in batches. */
  private static void move(
      PartitionStore from, PartitionStore to, long first, long last, int maxBytes) {
    long next = first;
    while (true) {
      var packed = new PackedBuffer(64);
      PackedRange range = from.pack(next, last, maxBytes, packed);
      PackedRecords records = PackedRecords.of(packed.packed());
      assertThat(packed.size() <= maxBytes || records.records() >= 1).isTrue();
      assertThat(to.merge(records, HASH)).isEqualTo(WriteOutcome.OK);
      if (range.done()) {
        return;
      }
      assertThat(Long.compareUnsigned(range.nextHash(), next)).isPositive();
      next = range.nextHash();
    }
  }

  private static List<StoredRecord> all(PartitionStore store) {
    return store
        .scan(ScanRange.of(FIRST_HASH, LAST_HASH, Integer.MAX_VALUE, ScanRange.View.EVERYTHING))
        .records();
  }

  private static long digest(PartitionStore store) {
    while (!store.prepareDigests()) {
      // Slice by slice.
    }
    return store.digests(0)[0];
  }

  @Test
  public void shouldMergeWhatWasPackedAsSingleMergesWould() {
    for (int seed = 0; seed < RUNS; seed++) {
      random = new Random(seed);
      largest = random.nextInt(3) == 0 ? 300_000 : 3000;
      boolean newestAlone = random.nextBoolean();
      try (OffHeapMemory sourceMemory = memory(64);
          OffHeapMemory targetMemory = memory(64)) {
        PartitionStore source =
            random.nextInt(4) == 0 ? heapStore(newestAlone) : store(sourceMemory, newestAlone);
        PartitionStore target =
            random.nextInt(4) == 0 ? heapStore(newestAlone) : store(targetMemory, newestAlone);
        PartitionStore expected = heapStore(newestAlone);
        if (random.nextBoolean()) {
          boolean unused = target.prepareDigests(); // It keeps them from now on.
        }
        for (byte[] key : keys(random.nextInt(1200))) {
          if (random.nextInt(10) > 0) {
            source.merge(record(key));
          }
          if (random.nextInt(3) == 0) {
            StoredRecord there =
                random.nextBoolean() ? record(key) : source.read(key, HASH.hash(key));
            target.merge(there);
            expected.merge(there);
          }
        }
        all(source).forEach(expected::merge);

        move(source, target, FIRST_HASH, LAST_HASH, 1 + random.nextInt(200_000));

        assertThat(all(target)).as("seed=%d", seed).isEqualTo(all(expected));
        assertThat(target.statistics().records())
            .as("seed=%d", seed)
            .isEqualTo(expected.statistics().records());
        assertThat(target.statistics().bytes())
            .as("seed=%d", seed)
            .isEqualTo(expected.statistics().bytes());
        assertThat(digest(target)).as("seed=%d", seed).isEqualTo(digest(expected));
      }
    }
  }

  @Test
  public void shouldTakeManyRecordsInTheOrderOfTheirHashes() {
    try (OffHeapMemory memory = memory(128)) {
      PartitionStore store = store(memory, false);
      var records = new ArrayList<StoredRecord>();
      for (byte[] key : keys(250_000)) {
        StoredVersion version = StoredVersion.value(1, 0, 0, new byte[1]);
        records.add(StoredRecord.of(key, HASH.hash(key), List.of(version)));
      }
      records.sort((a, b) -> Long.compareUnsigned(a.hash(), b.hash()));

      for (int i = 0; i < records.size(); i += 5000) {
        PackedRecords batch = PackedRecords.of(PackedBuffer.pack(records.subList(i, i + 5000)));
        assertThat(store.merge(batch, HASH)).as("records from %d on", i).isEqualTo(WriteOutcome.OK);
      }

      assertThat(store.statistics().records()).isEqualTo(records.size());
    }
  }

  @Test
  public void shouldPackARangeAlone() {
    try (OffHeapMemory memory = memory(16)) {
      PartitionStore source = store(memory, false);
      keys(1000).forEach(key -> source.merge(record(key)));
      List<StoredRecord> records = all(source);
      long first = records.get(300).hash();
      long last = records.get(700).hash();
      PartitionStore target = heapStore(false);

      move(source, target, first, last, 5000);

      assertThat(all(target)).isEqualTo(records.subList(300, 701));
    }
  }

  @Test
  public void shouldNotPackMoreThanWasAskedFor() {
    try (OffHeapMemory memory = memory(16)) {
      PartitionStore source = store(memory, false);
      for (byte[] key : keys(2000)) {
        source.writeLatest(key, HASH.hash(key), StoredVersion.value(1, 0, 0, new byte[500]));
      }

      for (int maxBytes : new int[] {1000, 50_000, 200_000}) {
        var packed = new PackedBuffer(0);
        PackedRange range = source.pack(FIRST_HASH, LAST_HASH, maxBytes, packed);

        assertThat(range.done()).isFalse();
        // A scan counts keys and values alone.
        assertThat(packed.size()).isBetween(500, maxBytes * 11 / 10);
      }
    }
  }

  @Test
  public void shouldMeetWhatIsThereAllTheTimeWhileOthersWrite() throws Exception {
    try (OffHeapMemory memory = memory(32)) {
      memory.start("cleaner");
      PartitionStore source = store(memory, false);
      List<byte[]> keys = keys(2000);
      Set<ByteBuffer> stay = new HashSet<>();
      for (int i = 0; i < 1000; i++) {
        source.merge(record(keys.get(i)));
        stay.add(ByteBuffer.wrap(keys.get(i)));
      }
      var ended = new AtomicBoolean();
      var writer =
          new Thread(
              () -> {
                var dice = new Random(2);
                for (long timestamp = 100; !ended.get(); timestamp++) {
                  byte[] key = keys.get(dice.nextInt(keys.size()));
                  var value = StoredVersion.value(timestamp, 0, 0, new byte[dice.nextInt(300)]);
                  source.writeLatest(key, HASH.hash(key), value);
                  byte[] gone = keys.get(1000 + dice.nextInt(1000));
                  source.evict(HASH.hash(gone), 0);
                }
              });
      writer.start();
      try {
        for (int i = 0; i < 10; i++) {
          PartitionStore target = heapStore(false);

          move(source, target, FIRST_HASH, LAST_HASH, 20_000);

          var met = new HashSet<ByteBuffer>();
          all(target).forEach(record -> met.add(ByteBuffer.wrap(record.key())));
          assertThat(met).containsAll(stay);
        }
      } finally {
        ended.set(true);
        writer.join();
      }
    }
  }

  @Test
  public void shouldMergeWithWhatOthersWriteMeanwhile() throws Exception {
    try (OffHeapMemory sourceMemory = memory(16);
        OffHeapMemory targetMemory = memory(32)) {
      targetMemory.start("cleaner");
      PartitionStore source = store(sourceMemory, false);
      PartitionStore target = store(targetMemory, false);
      List<byte[]> keys = keys(3000);
      for (byte[] key : keys) {
        source.writeLatest(key, HASH.hash(key), StoredVersion.value(50, 0, 0, new byte[8]));
      }
      var ended = new AtomicBoolean();
      var writer =
          new Thread(
              () -> {
                for (int i = 0; i < keys.size(); i++) {
                  // Half of them lose against what is merged, half win.
                  var value = StoredVersion.value(i % 2 == 0 ? 10 : 90, 0, 0, new byte[i % 200]);
                  target.writeLatest(keys.get(i), HASH.hash(keys.get(i)), value);
                }
                ended.set(true);
              });
      writer.start();
      do {
        move(source, target, FIRST_HASH, LAST_HASH, 3000);
      } while (!ended.get());
      writer.join();

      for (int i = 0; i < keys.size(); i++) {
        StoredRecord held = target.read(keys.get(i), HASH.hash(keys.get(i)));
        assertThat(held.versions()).hasSize(1);
        assertThat(held.versions().get(0).timestamp()).isEqualTo(i % 2 == 0 ? 50 : 90);
      }
      assertThat(target.statistics().records()).isEqualTo(keys.size());
    }
  }

  @Test
  public void shouldSayThatThereIsNoRoom() {
    try (OffHeapMemory sourceMemory = memory(32);
        OffHeapMemory targetMemory = memory(4)) {
      PartitionStore source = store(sourceMemory, false);
      for (byte[] key : keys(5000)) {
        source.writeLatest(key, HASH.hash(key), StoredVersion.value(1, 0, 0, new byte[2000]));
      }
      var packed = new PackedBuffer(0);
      PackedRange unused = source.pack(FIRST_HASH, LAST_HASH, 16 << 20, packed);

      WriteOutcome outcome =
          store(targetMemory, false).merge(PackedRecords.of(packed.packed()), HASH);

      assertThat(outcome).isEqualTo(WriteOutcome.OUT_OF_MEMORY);
    }
  }

  @Test
  public void shouldForgetWhatIsMergedAfterItsEnd() {
    try (OffHeapMemory memory = memory(16)) {
      PartitionStore store = store(memory, false);
      ByteBuffer packed = PackedBuffer.pack(keys(100).stream().map(this::record).toList());
      store.close();

      assertThat(store.merge(PackedRecords.of(packed), HASH)).isEqualTo(WriteOutcome.OK);

      assertThat(store.statistics().records()).isZero();
      assertThat(memory.usedBytes()).isZero();
    }
  }

  @Test
  public void shouldPackNothingOfAnEmptyStore() {
    try (OffHeapMemory memory = memory(16)) {
      var packed = new PackedBuffer(0);

      PackedRange range = store(memory, false).pack(FIRST_HASH, LAST_HASH, 1000, packed);

      assertThat(range).isEqualTo(new PackedRange(true, 0));
      assertThat(packed.size()).isZero();
    }
  }

  @Test
  public void shouldTellTheNewestTimestamp() {
    List<StoredRecord> records = keys(200).stream().map(this::record).toList();

    PackedRecords packed = PackedRecords.of(PackedBuffer.pack(records));

    assertThat(packed.records()).isEqualTo(200);
    assertThat(packed.newestTimestamp())
        .isEqualTo(
            records.stream()
                .flatMap(record -> record.versions().stream())
                .map(StoredVersion::timestamp)
                .max(Comparator.naturalOrder())
                .orElseThrow());
  }
}
