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
import io.sedna.daemon.engine.ReadAhead;
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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
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

  /** Calls of which one frame or line consists. */
  private static final int BATCH = 16;

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

  /** Space of one thread: keys, a value that is written, and one that is read. */
  @State(Scope.Thread)
  public static class Caller implements ReadTarget {
    private final FastRandom random = new FastRandom(Thread.currentThread().getId());
    private final VersionHead head = new VersionHead();
    private final ReadAhead ahead = new ReadAhead(BATCH);
    private long keys;
    private long value;
    private long read;
    private long timestamp;
    private long nowMs;

    /** Allocates it. */
    @Setup
    public void allocate(EngineBenchmark benchmark) {
      keys = OffHeap.UNSAFE.allocateMemory(BATCH * KEY_BYTES);
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
      OffHeap.UNSAFE.freeMemory(keys);
      OffHeap.UNSAFE.freeMemory(value);
      OffHeap.UNSAFE.freeMemory(read);
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
    setKey(caller.keys, caller.random.nextLong(records));
    long hashed = hash.hash(caller.keys, KEY_BYTES);
    boolean found = store(hashed).readNewest(caller.keys, KEY_BYTES, hashed, caller.nowMs, caller);
    if (!found) {
      throw new IllegalStateException("a record is missing");
    }
    return found;
  }

  @Benchmark
  public WriteOutcome put(Caller caller) {
    return write(caller, caller.random.nextLong(records));
  }

  /** Gets as the server does those of one frame or line: with their memory fetched together. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public boolean getBatch(Caller caller) {
    ReadAhead ahead = draw(caller);
    ahead.fetchForReads();
    boolean found = true;
    for (int i = 0; i < BATCH; i++) {
      long key = caller.keys + i * KEY_BYTES;
      found &= ahead.store(i).readNewest(key, KEY_BYTES, ahead.hash(i), caller.nowMs, caller);
    }
    if (!found) {
      throw new IllegalStateException("a record is missing");
    }
    return found;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void putBatch(Caller caller) {
    ReadAhead ahead = draw(caller);
    ahead.fetchForWrites();
    for (int i = 0; i < BATCH; i++) {
      write(caller, caller.keys + i * KEY_BYTES, ahead.hash(i));
    }
  }

  private ReadAhead draw(Caller caller) {
    ReadAhead ahead = caller.ahead;
    ahead.clear();
    for (int i = 0; i < BATCH; i++) {
      long key = caller.keys + i * KEY_BYTES;
      setKey(key, caller.random.nextLong(records));
      long hashed = hash.hash(key, KEY_BYTES);
      ahead.add(store(hashed), hashed);
    }
    return ahead;
  }

  private static void setKey(long address, long number) {
    OffHeap.putLong(address, number);
    OffHeap.putLong(address + Long.BYTES, FastRandom.mix(number));
  }

  private WriteOutcome write(Caller caller, long number) {
    setKey(caller.keys, number);
    return write(caller, caller.keys, hash.hash(caller.keys, KEY_BYTES));
  }

  private WriteOutcome write(Caller caller, long key, long hashed) {
    caller.head.set(++caller.timestamp, 0, 0, 0);
    WriteOutcome outcome =
        store(hashed).writeLatest(key, KEY_BYTES, hashed, caller.value, valueBytes, caller.head);
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
