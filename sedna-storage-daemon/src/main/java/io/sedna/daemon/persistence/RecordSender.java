// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.error.ErrorCategory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.thrift.convert.Errors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Sends records to a sink in batches, a few of them under way at once, and a batch that failed for
 * the moment again. Not thread-safe; blocks.
 */
final class RecordSender {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int BATCH_RECORDS = 2000;
  private static final int BATCHES_UNDER_WAY = 4;
  private static final long FIRST_PAUSE_MS = 20;
  private static final long LONGEST_PAUSE_MS = 1000;

  /**
   * Beyond the sink's own time-out: only a lost answer of a broken implementation takes as long.
   */
  private static final long ANSWER_LIMIT_MS = 60_000;

  private final RecordSink sink;
  private final Table table;
  private final long patienceMs;
  private final BooleanSupplier cancelled;
  private final Deque<Batch> underWay = new ArrayDeque<>();
  private List<StoredRecord> gathered = new ArrayList<>();
  private long gatheredBytes;

  private record Batch(List<StoredRecord> records, CompletableFuture<Void> answer) {}

  /**
   * @param patienceMs how long a batch may go on failing for the moment
   */
  RecordSender(RecordSink sink, Table table, long patienceMs, BooleanSupplier cancelled) {
    this.sink = sink;
    this.table = table;
    this.patienceMs = patienceMs;
    this.cancelled = cancelled;
  }

  /**
   * @param bytes of the record
   * @throws SednaException the failure of this record's batch or of an earlier one
   */
  void add(StoredRecord record, int bytes) throws InterruptedException {
    gathered.add(record);
    gatheredBytes += bytes;
    if (gatheredBytes >= BATCH_BYTES || gathered.size() >= BATCH_RECORDS) {
      sendGathered();
    }
  }

  /** Returns when the sink has taken everything. */
  void flush() throws InterruptedException {
    if (!gathered.isEmpty()) {
      sendGathered();
    }
    while (!underWay.isEmpty()) {
      finish(underWay.removeFirst());
    }
  }

  private void sendGathered() throws InterruptedException {
    while (underWay.size() >= BATCHES_UNDER_WAY) {
      finish(underWay.removeFirst());
    }
    underWay.addLast(new Batch(gathered, sink.merge(table, gathered)));
    gathered = new ArrayList<>();
    gatheredBytes = 0;
  }

  private void finish(Batch batch) throws InterruptedException {
    long begunAtNanos = System.nanoTime();
    long pauseMs = FIRST_PAUSE_MS;
    CompletableFuture<Void> answer = batch.answer();
    while (true) {
      SednaException failure = await(answer);
      if (failure == null) {
        return;
      }
      if (cancelled.getAsBoolean() || !momentary(failure)) {
        throw failure;
      }
      if (System.nanoTime() - begunAtNanos > TimeUnit.MILLISECONDS.toNanos(patienceMs)) {
        throw new SednaException(
            failure.code(),
            "records refused for " + patienceMs + " ms, lastly: " + failure.getMessage(),
            failure);
      }
      TimeUnit.MILLISECONDS.sleep(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      answer = sink.merge(table, batch.records());
    }
  }

  /** Null: it was taken. */
  private static SednaException await(CompletableFuture<Void> answer) throws InterruptedException {
    try {
      answer.get(ANSWER_LIMIT_MS, TimeUnit.MILLISECONDS);
      return null;
    } catch (ExecutionException e) {
      return Errors.of(e);
    } catch (TimeoutException e) {
      return new SednaException(
          ErrorCode.TIMEOUT, "no answer within " + ANSWER_LIMIT_MS + " ms", e);
    }
  }

  /** An overloaded replica may take the record later; one without memory will not. */
  private static boolean momentary(SednaException failure) {
    return failure.code().category() == ErrorCategory.RETRY
        || failure.code() == ErrorCode.OVERLOADED;
  }
}
