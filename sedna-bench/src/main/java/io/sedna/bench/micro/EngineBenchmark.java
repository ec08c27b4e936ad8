// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.micro;

import io.sedna.bench.workload.FastRandom;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.engine.HeapPartitionStore;
import io.sedna.daemon.engine.MemoryBudget;
import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.OffHeapMemory;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ReadTarget;
import io.sedna.daemon.engine.StoreFactory;
import io.sedna.daemon.engine.StoreOptions;
import io.sedna.daemon.engine.TableMemory;
import io.sedna.daemon.engine.VersionHead;
import io.sedna.daemon.engine.WriteOutcome;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Gets and puts of single records in the stores of one table, keys of 16 bytes drawn uniformly,
 * with all that a call needs of the engine: the key's hash, its store, the copy of the value.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(1)
@State(Scope.Benchmark)
public class EngineBenchmark {
  private static final int KEY_BYTES = 16;
  private static final int TABLE = 1;

  /** As bin/sedna standalone has them. */
  private static final int PARTITION_BITS = 4;

  /** Room for what records take beside key and value, and for the cleaner. */
  private static final int ROOM_BYTES = 160;

  private static final int SEGMENT_BYTES = 1 << 20;
  private static final double UTILISATION = 0.9;
  private static final long GRACE_MS = TimeUnit.DAYS.toMillis(1);

  @Param("10000000")
  private long records;

  @Param("100")
  private int valueBytes;

  /** Or heap, which needs -jvmArgsAppend -Xmx8g for so many records. */
  @Param("offheap")
  private String engine;

  private OffHeapMemory memory;
  private PartitionStore[] stores;
  private KeyHash hash;

  /** Space of one thread: a key, a value that is written, and one that is read. */
  @State(Scope.Thread)
  public static class Caller implements ReadTarget {
    private final FastRandom random = new FastRandom(Thread.currentThread().getId());
    private final VersionHead head = new VersionHead();
    private long key;
    private long value;
    private long read;
    private long timestamp;
    private long nowMs;

    /** Allocates it. */
    @Setup
    public void allocate(EngineBenchmark benchmark) {
      key = OffHeap.UNSAFE.allocateMemory(KEY_BYTES);
      value = OffHeap.UNSAFE.allocateMemory(benchmark.valueBytes);
      read = OffHeap.UNSAFE.allocateMemory(benchmark.valueBytes);
      OffHeap.UNSAFE.setMemory(value, benchmark.valueBytes, (byte) 'v');
      timestamp = HybridClock.ofMillis(System.currentTimeMillis());
    }

    /** The time is looked at once a batch of calls in the daemon; here, once an iteration. */
    @Setup(Level.Iteration)
    public void look() {
      nowMs = System.currentTimeMillis();
    }

    @TearDown
    public void free() {
      OffHeap.UNSAFE.freeMemory(key);
      OffHeap.UNSAFE.freeMemory(value);
      OffHeap.UNSAFE.freeMemory(read);
    }

    void setKey(long number) {
      OffHeap.putLong(key, number);
      OffHeap.putLong(key + Long.BYTES, FastRandom.mix(number));
    }

    @Override
    public long reserve(int valueLength, VersionHead found) {
      return read;
    }
  }

  /** Writes all records once. */
  @Setup
  public void fill() {
    hash = KeyHash.ofTable(TABLE);
    StoreFactory factory = factory();
    var table = new TableMemory(StoreOptions.STORE);
    stores = new PartitionStore[1 << PARTITION_BITS];
    for (int partition = 0; partition < stores.length; partition++) {
      stores[partition] = factory.create(TABLE, partition, table);
    }
    var caller = new Caller();
    caller.allocate(this);
    for (long number = 0; number < records; number++) {
      write(caller, number);
    }
    caller.free();
  }

  private StoreFactory factory() {
    if ("heap".equals(engine)) {
      MemoryBudget budget = MemoryBudget.unlimited();
      return (id, partition, table) ->
          new HeapPartitionStore(System::currentTimeMillis, GRACE_MS, budget, table);
    }
    var options =
        new OffHeapMemory.Options(
            Math.max(64L << 20, records * (KEY_BYTES + valueBytes + ROOM_BYTES)),
            SEGMENT_BYTES,
            UTILISATION,
            PARTITION_BITS,
            System::currentTimeMillis,
            GRACE_MS,
            OffHeapMemory.Options.routingHash());
    memory = new OffHeapMemory(options).start("cleaner");
    return memory;
  }

  /** Ends the cleaner. */
  @TearDown
  public void close() {
    if (memory != null) {
      memory.close();
    }
  }

  @Benchmark
  public boolean get(Caller caller) {
    caller.setKey(caller.random.nextLong(records));
    long hashed = hash.hash(caller.key, KEY_BYTES);
    boolean found = store(hashed).readNewest(caller.key, KEY_BYTES, hashed, caller.nowMs, caller);
    if (!found) {
      throw new IllegalStateException("a record is missing");
    }
    return found;
  }

  @Benchmark
  public WriteOutcome put(Caller caller) {
    return write(caller, caller.random.nextLong(records));
  }

  private WriteOutcome write(Caller caller, long number) {
    caller.setKey(number);
    long hashed = hash.hash(caller.key, KEY_BYTES);
    caller.head.set(++caller.timestamp, 0, 0, 0);
    WriteOutcome outcome =
        store(hashed)
            .writeLatest(caller.key, KEY_BYTES, hashed, caller.value, valueBytes, caller.head);
    // OUTDATED comes of several threads, whose timestamps are not in order.
    if (outcome == WriteOutcome.OUT_OF_MEMORY) {
      throw new IllegalStateException("a write was answered " + outcome);
    }
    return outcome;
  }

  private PartitionStore store(long hashed) {
    return stores[(int) (hashed >>> (Long.SIZE - PARTITION_BITS))];
  }
}
