// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaTable;
import io.sedna.client.VersionedValue;
import io.sedna.client.WriteResult;
import io.sedna.common.error.SednaException;
import io.sedna.common.verify.Answer;
import io.sedna.common.verify.Call;
import io.sedna.common.verify.HistoryRecorder;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A client in a thread of its own that makes one call after another and writes down each answer.
 */
abstract class RecordingClient implements Runnable {
  private static final int LONGEST_PAUSE_MS = 8;

  protected final int id;
  protected final Random random;
  protected final SednaTable table;
  private final HistoryRecorder recorder;
  private final Successes successes;
  private volatile boolean stopped;
  private int written;

  RecordingClient(
      int id, Random random, SednaTable table, HistoryRecorder recorder, Successes successes) {
    this.id = id;
    this.random = random;
    this.table = table;
    this.recorder = recorder;
    this.successes = successes;
  }

  /** Makes one call. */
  protected abstract void step();

  @Override
  public void run() {
    try {
      while (!stopped) {
        step();
        Pauses.ms(random.nextInt(LONGEST_PAUSE_MS));
      }
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** After the call that is under way. */
  void stop() {
    stopped = true;
  }

  /**
   * Makes a call and writes it down. A change that failed is of unknown answer, whatever the last
   * attempt's error: one before it may have been done.
   *
   * @return the answer, or {@link Answer.Unknown}
   */
  protected final Answer call(String key, Call call, Supplier<Answer> request) {
    var invocation = recorder.invoke(id, key, call);
    long sentNs = System.nanoTime();
    try {
      Answer answer = request.get();
      invocation.answered(answer);
      successes.answered(sentNs);
      return answer;
    } catch (SednaException e) {
      invocation.lost();
      successes.failed(e);
      return new Answer.Unknown();
    }
  }

  protected final Answer get(String key) {
    return call(key, new Call.Get(), () -> found(table.get(bytes(key))));
  }

  protected final Answer put(String key, String value) {
    return call(key, new Call.Put(value), () -> written(table.put(bytes(key), bytes(value))));
  }

  protected final Answer delete(String key) {
    return call(key, new Call.Delete(), () -> written(table.delete(bytes(key))));
  }

  /** Another one each time, among all clients. */
  protected final String newValue() {
    return id + "." + written++;
  }

  protected static Answer written(WriteResult result) {
    return switch (result.status()) {
      case OK -> new Answer.Written(result.timestamp());
      case OUTDATED -> new Answer.Outdated(result.timestamp());
      case NOT_FOUND -> new Answer.Missing();
      case MISMATCH -> new Answer.Mismatch(result.timestamp());
      default -> throw new IllegalStateException(result.toString());
    };
  }

  private static Answer found(Optional<VersionedValue> read) {
    return read.isEmpty()
        ? new Answer.Missing()
        : new Answer.Found(text(read.get().value()), read.get().timestamp());
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  protected static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
