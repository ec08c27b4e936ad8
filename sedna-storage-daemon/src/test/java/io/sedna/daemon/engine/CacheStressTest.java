// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.schema.MemoryMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.Test;

/** Readers, writers, the cleaner's thread, and an administrator who cannot make up his mind. */
public class CacheStressTest {
  private static final int TABLES = 2;
  private static final int KEYS = 40_000;
  private static final long RUN_NS = TimeUnit.SECONDS.toNanos(3);
  private static final int CHANGES = 60;

  private final AtomicLong timestamp = new AtomicLong();
  private final OffHeapMemory memory =
      new OffHeapMemory(
          new OffHeapMemory.Options(
              12 << 20,
              128 << 10,
              0.9,
              2,
              System::currentTimeMillis,
              0,
              OffHeapMemory.Options.routingHash()));
  private final Engine engine = new Engine(memory, memory);

  private PartitionStore store(int table, long hash) {
    return engine.store(table, (int) (hash >>> 62), StoreOptions.CACHE);
  }

  private long write(long seed, long untilNs) {
    var random = new SplittableRandom(seed);
    long stored = 0;
    while (System.nanoTime() < untilNs) {
      int table = 1 + random.nextInt(TABLES);
      int number = (int) (KEYS * Math.pow(random.nextDouble(), 2));
      byte[] key = ("k" + number).getBytes(UTF_8);
      long hash = KeyHash.ofTable(table).hash(key);
      boolean large = random.nextInt(2000) == 0;
      byte[] value = new byte[large ? 200_000 : 40 + random.nextInt(400)];
      ByteBuffer.wrap(value).putInt(number).putInt(value.length - 4, number);
      long expires = random.nextInt(10) == 0 ? System.currentTimeMillis() + 100 : 0;
      var version = StoredVersion.value(timestamp.incrementAndGet(), 0, expires, value);
      WriteOutcome outcome =
          random.nextInt(10) == 0
              ? store(table, hash)
                  .remove(key, hash, StoredVersion.tombstone(version.timestamp(), 0, 1))
              : store(table, hash).writeLatest(key, hash, version);
      stored += outcome == WriteOutcome.OK ? 1 : 0;
    }
    return stored;
  }

  private long read(long seed, long untilNs) {
    var random = new SplittableRandom(seed);
    long found = 0;
    while (System.nanoTime() < untilNs) {
      int table = 1 + random.nextInt(TABLES);
      int number = (int) (KEYS * Math.pow(random.nextDouble(), 3));
      byte[] key = ("k" + number).getBytes(UTF_8);
      long hash = KeyHash.ofTable(table).hash(key);
      StoredVersion newest = store(table, hash).read(key, hash).newestLive(0);
      if (newest != null) {
        ByteBuffer value = ByteBuffer.wrap(newest.value());
        String what = "bytes=" + value.limit() + ", " + newest;
        assertThat(value.getInt(0)).as(what).isEqualTo(number);
        assertThat(value.getInt(value.limit() - 4)).as(what).isEqualTo(number);
        found++;
      }
    }
    return found;
  }

  private long change(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < CHANGES; i++) {
      int table = 1 + random.nextInt(TABLES);
      MemoryMode mode = random.nextInt(3) == 0 ? MemoryMode.STORE : MemoryMode.CACHE;
      engine.configure(table, new StoreOptions(mode, random.nextInt(4) * (2L << 20)));
      int swept = engine.sweep();
      assertThat(swept).isNotNegative();
      engine.statistics();
      memory.statistics();
      await(System.nanoTime() + RUN_NS / CHANGES);
    }
    return CHANGES;
  }

  private static void await(long untilNs) {
    while (System.nanoTime() < untilNs) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  public void shouldStayRightWhateverHappensAtOnce() throws Exception {
    memory.start("test-cleaner");
    long untilNs = System.nanoTime() + RUN_NS;
    List<Future<Long>> work = new ArrayList<>();
    var threads = Executors.newFixedThreadPool(4);
    work.add(threads.submit(() -> write(1, untilNs)));
    work.add(threads.submit(() -> write(2, untilNs)));
    work.add(threads.submit(() -> read(3, untilNs)));
    work.add(threads.submit(() -> change(4)));

    for (Future<Long> part : work) {
      assertThat(part.get(60, TimeUnit.SECONDS)).isPositive();
    }

    threads.shutdown();
    memory.close();
    engine.configure(1, StoreOptions.CACHE);
    engine.configure(2, StoreOptions.CACHE);
    Recount.check(
        memory,
        IntStream.rangeClosed(1, TABLES)
            .boxed()
            .flatMap(table -> IntStream.range(0, 4).mapToObj(p -> engine.find(table, p)))
            .toArray(PartitionStore[]::new));
  }
}
