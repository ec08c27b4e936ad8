// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.refill;

import io.sedna.bench.wire.RecordFormat;
import io.sedna.bench.workload.FastRandom;
import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Reads and writes of the Java client at a steady rate, by a schedule that waits for no answer:
 * latencies count from when a call should have been made. What is measured is kept by phases, and
 * belongs to the phase in which the call was due. Phases are begun by one thread.
 */
final class SteadyLoad implements AutoCloseable {
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int DIGITS = 3;

  /** Calls that wait for answers at most; beyond it, the schedule falls behind, and it shows. */
  private static final int MOST_UNDER_WAY = 20_000;

  private final SednaClient client;
  private final SednaTable table;
  private final RecordFormat format;
  private final long keys;
  private final double readRatio;
  private final double intervalNanos;
  private final Semaphore room = new Semaphore(MOST_UNDER_WAY);
  private final Thread thread = new Thread(this::run, "steady-load");
  private volatile Phase phase = new Phase("begin");
  private volatile boolean ended;

  /** What was measured of the calls that were due in one phase. Thread-safe. */
  static final class Phase {
    private final String name;
    private final Histogram reads = new ConcurrentHistogram(LONGEST_NANOS, DIGITS);
    private final Histogram writes = new ConcurrentHistogram(LONGEST_NANOS, DIGITS);
    private final Histogram errors = new ConcurrentHistogram(LONGEST_NANOS, DIGITS);
    private volatile String firstError;

    private Phase(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    Histogram reads() {
      return reads;
    }

    Histogram writes() {
      return writes;
    }

    long errors() {
      return errors.getTotalCount();
    }

    /** Null: there was none. */
    String firstError() {
      return firstError;
    }

    private void done(Histogram histogram, long dueNanos, String error) {
      long nanos = Math.max(0, Math.min(System.nanoTime() - dueNanos, LONGEST_NANOS));
      histogram.recordValue(nanos);
      if (error != null) {
        errors.recordValue(nanos);
        firstError = firstError == null ? error : firstError;
      }
    }
  }

  /**
   * @param keys that are there, with the values of the format
   * @param readRatio part of the calls that read; the others write
   * @param rate calls a second
   */
  SteadyLoad(
      String bootstrap,
      String table,
      RecordFormat format,
      long keys,
      double readRatio,
      double rate) {
    this.client = SednaClient.builder().bootstrap(bootstrap).maxInflight(MOST_UNDER_WAY).build();
    this.table = client.table(table);
    this.format = format;
    this.keys = keys;
    this.readRatio = readRatio;
    this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / rate;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Begins a phase and ends the one before, of which calls may still be under way. */
  Phase begin(String name) {
    phase = new Phase(name);
    return phase;
  }

  /** Waits until what was due before is answered, or has failed. */
  void awaitAnswers() throws InterruptedException {
    room.acquire(MOST_UNDER_WAY);
    room.release(MOST_UNDER_WAY);
  }

  private void run() {
    var random = new FastRandom(1);
    long begin = System.nanoTime();
    for (long i = 0; !ended; i++) {
      long due = begin + (long) (i * intervalNanos);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      room.acquireUninterruptibly();
      call(random, due);
    }
  }

  private void call(FastRandom random, long due) {
    Phase now = phase;
    long number = random.nextLong(keys);
    byte[] key = format.key(number);
    boolean read = random.nextDouble() < readRatio;
    CompletableFuture<String> wrong =
        read
            ? table
                .getAsync(key)
                .thenApply(
                    found ->
                        found.isPresent() && format.isValue(found.get().value(), number)
                            ? null
                            : "key " + number + " was read wrongly")
            : table
                .putAsync(key, format.value(number))
                .thenApply(result -> result.isOk() ? null : "a write answered " + result);
    var unused =
        wrong.whenComplete(
            (error, failure) -> {
              now.done(
                  read ? now.reads() : now.writes(),
                  due,
                  failure != null ? failure.toString() : error);
              room.release();
            });
  }

  @Override
  public void close() {
    ended = true;
    LockSupport.unpark(thread);
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
