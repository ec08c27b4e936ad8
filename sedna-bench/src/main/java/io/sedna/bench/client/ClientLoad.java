// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A closed loop: so many threads, each making one call after another through a client library, keys
 * drawn uniformly, a share of the calls gets and the others puts. The same loop drives every client
 * that is compared.
 */
@InterfaceAudience.Private
public final class ClientLoad {
  /** What the callers call. Thread-safe; a failure is thrown and ends the run. */
  public interface Target {
    /** Null: no such key. */
    byte[] get(byte[] key);

    void put(byte[] key, byte[] value);

    /** Values in the order of the keys, null where there is none. */
    List<byte[]> getAll(List<byte[]> keys);

    void putAll(List<byte[]> keys, List<byte[]> values);
  }

  /**
   * What is asked of the target.
   *
   * @param callers threads
   * @param batch keys of a call; 1: single calls
   * @param keys how many keys there are; all are written before the clock starts
   * @param keyBytes at least 8
   * @param getPercent of the calls, 0 to 100
   * @param warmUpMillis not counted
   * @param measuredMillis counted
   */
  public record Plan(
      int callers,
      int batch,
      int keys,
      int keyBytes,
      int valueBytes,
      int getPercent,
      long warmUpMillis,
      long measuredMillis,
      long seed) {}

  /**
   * What came of it.
   *
   * @param keys read or written in the measured time
   * @param cpuNanos of this process in that time, all its threads together
   * @param latencyNanos of the calls, in ascending order, at most {@link #MAX_SAMPLES} of each
   *     caller
   */
  public record Result(long calls, long keys, long nanos, long cpuNanos, long[] latencyNanos) {
    /** Microseconds of processor time that this process took for a call. */
    public double cpuMicrosPerCall() {
      return calls == 0 ? 0 : cpuNanos / 1000.0 / calls;
    }

    public double callsPerSecond() {
      return calls * 1e9 / nanos;
    }

    public double keysPerSecond() {
      return keys * 1e9 / nanos;
    }

    /** Microseconds that this share of the calls took at most; 0 where there was none. */
    public double percentileMicros(double share) {
      return latencyNanos.length == 0
          ? 0
          : latencyNanos[
                  (int) Math.min(latencyNanos.length - 1L, (long) (share * latencyNanos.length))]
              / 1000.0;
    }
  }

  /** Latencies kept of each caller; later ones take the place of earlier ones. */
  public static final int MAX_SAMPLES = 1 << 16;

  private static final int LOAD_BATCH = 500;

  private final Target target;
  private final Plan plan;
  private final byte[] value;
  private volatile long measureFrom;
  private volatile long measureTo;

  private ClientLoad(Target target, Plan plan) {
    this.target = target;
    this.plan = plan;
    this.value = new byte[plan.valueBytes()];
    Arrays.fill(value, (byte) 'v');
  }

  /** Writes every key, then lets the callers run. */
  public static Result run(Target target, Plan plan) throws InterruptedException {
    var load = new ClientLoad(target, plan);
    load.fill();
    return load.measure();
  }

  /** As {@link #run}, where the keys are there already. */
  public static Result runFilled(Target target, Plan plan) throws InterruptedException {
    return new ClientLoad(target, plan).measure();
  }

  private void fill() {
    for (int from = 0; from < plan.keys(); from += LOAD_BATCH) {
      var keys = new ArrayList<byte[]>(LOAD_BATCH);
      for (int i = from; i < Math.min(plan.keys(), from + LOAD_BATCH); i++) {
        keys.add(key(i));
      }
      target.putAll(keys, values(keys.size()));
    }
  }

  private byte[] key(int index) {
    byte[] key = new byte[plan.keyBytes()];
    ByteBuffer.wrap(key).putLong(index);
    return key;
  }

  private List<byte[]> values(int count) {
    var values = new ArrayList<byte[]>(count);
    for (int i = 0; i < count; i++) {
      values.add(value);
    }
    return values;
  }

  private Result measure() throws InterruptedException {
    var failure = new AtomicReference<Throwable>();
    var callers = new AtomicReferenceArray<Caller>(plan.callers());
    var threads = new ArrayList<Thread>();
    measureFrom = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(plan.warmUpMillis());
    measureTo = measureFrom + TimeUnit.MILLISECONDS.toNanos(plan.measuredMillis());
    for (int i = 0; i < plan.callers(); i++) {
      var caller = new Caller(plan.seed() + i);
      callers.set(i, caller);
      var thread =
          new Thread(
              () -> {
                try {
                  caller.run();
                } catch (RuntimeException | Error e) {
                  failure.compareAndSet(null, e);
                  measureTo = System.nanoTime();
                }
              },
              "caller-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    TimeUnit.NANOSECONDS.sleep(Math.max(0, measureFrom - System.nanoTime()));
    long cpu = cpuNanos();
    for (Thread thread : threads) {
      thread.join();
    }
    cpu = cpuNanos() - cpu;
    if (failure.get() != null) {
      throw new IllegalStateException("a call failed: " + failure.get(), failure.get());
    }
    return gather(callers, cpu);
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private Result gather(AtomicReferenceArray<Caller> callers, long cpuNanos) {
    long calls = 0;
    var samples = new ArrayList<long[]>();
    for (int i = 0; i < callers.length(); i++) {
      Caller caller = callers.get(i);
      calls += caller.calls;
      samples.add(Arrays.copyOf(caller.latencies, (int) Math.min(caller.calls, MAX_SAMPLES)));
    }
    long[] latencies = samples.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return new Result(calls, calls * plan.batch(), measureTo - measureFrom, cpuNanos, latencies);
  }

  /** One thread's loop. Of that thread alone until it has ended. */
  private final class Caller {
    private final SplittableRandom random;
    private final long[] latencies = new long[MAX_SAMPLES];
    private long calls;

    Caller(long seed) {
      random = new SplittableRandom(seed);
    }

    void run() {
      long now = System.nanoTime();
      while (now - measureTo < 0) {
        long before = now;
        call();
        now = System.nanoTime();
        if (before - measureFrom >= 0 && now - measureTo < 0) {
          latencies[(int) (calls & (MAX_SAMPLES - 1))] = now - before;
          calls++;
        }
      }
    }

    private void call() {
      boolean get = random.nextInt(100) < plan.getPercent();
      if (plan.batch() == 1) {
        byte[] key = key(random.nextInt(plan.keys()));
        if (get) {
          check(target.get(key));
        } else {
          target.put(key, value);
        }
        return;
      }
      var keys = new ArrayList<byte[]>(plan.batch());
      for (int i = 0; i < plan.batch(); i++) {
        keys.add(key(random.nextInt(plan.keys())));
      }
      if (get) {
        List<byte[]> found = target.getAll(keys);
        for (int i = 0; i < plan.batch(); i++) {
          check(found.get(i));
        }
      } else {
        target.putAll(keys, values(plan.batch()));
      }
    }

    private void check(byte[] found) {
      if (found == null || found.length != plan.valueBytes()) {
        throw new IllegalStateException(
            "a key that was written reads as "
                + (found == null ? "nothing" : found.length + " bytes")
                + " instead of "
                + plan.valueBytes());
      }
    }
  }
}
