// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.micro;

import io.sedna.bench.workload.FastRandom;
import io.sedna.daemon.engine.OffHeap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * What the machine's memory takes for reads of random cache lines, without any engine: the floor
 * under what {@link EngineBenchmark} measures. A get needs two lines one after the other, one of
 * the index and the first of the record, whose place the index tells.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@State(Scope.Thread)
public class MemoryBenchmark {
  private static final int LINE_BYTES = 64;

  /** As much as ten million records of 16 + 100 bytes take. */
  @Param("1600")
  long megabytes;

  private final FastRandom random = new FastRandom(1);
  private long lines;
  private long memory;
  private long at;

  /** Writes into each line the number of another, so that all make one circle. */
  @Setup
  public void fill() {
    lines = (megabytes << 20) / LINE_BYTES;
    memory = OffHeap.allocate(lines * LINE_BYTES);
    for (long line = 0; line < lines; line++) {
      OffHeap.UNSAFE.putLong(address(line), line);
    }
    // Sattolo's shuffle: one circle through all.
    for (long line = lines - 1; line > 0; line--) {
      long other = random.nextLong(line);
      long next = OffHeap.UNSAFE.getLong(address(line));
      OffHeap.UNSAFE.putLong(address(line), OffHeap.UNSAFE.getLong(address(other)));
      OffHeap.UNSAFE.putLong(address(other), next);
    }
  }

  @TearDown
  public void free() {
    OffHeap.free(memory);
  }

  private long address(long line) {
    return memory + line * LINE_BYTES;
  }

  /** Each read tells where the next is, so it waits for it. */
  @Benchmark
  public long dependentRead() {
    at = OffHeap.UNSAFE.getLong(address(at));
    return at;
  }

  /** Where the next is is known beforehand, so the processor has several under way. */
  @Benchmark
  public long independentRead() {
    return OffHeap.UNSAFE.getLong(address(random.nextLong(lines)));
  }
}
