// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.verify.Answer;
import io.sedna.common.verify.Call;
import io.sedna.common.verify.HistoryRecorder;
import io.sedna.common.verify.SourcedValue;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.VersionedValue;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import io.sedna.thrift.generated.WriteStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.thrift.TBase;
import org.apache.thrift.TFieldIdEnum;

/**
 * A client that does one operation after another at daemons that it picks at random, and writes
 * down what it asked for and was answered. Each value that it writes is another one.
 */
final class SimulatedClient implements Client {
  private static final long TIMEOUT_MS = 2500;
  private static final long LONGEST_PAUSE_MS = 300;
  private static final int KEYS = 6;
  private static final int SOURCES = 3;

  private final int number;
  private final SimulatedCluster cluster;
  private final HistoryRecorder recorder;
  private final Lane lane;
  private final Chance chance;
  private int left;
  private int written;
  private long answers;

  SimulatedClient(
      int number,
      SimulatedCluster cluster,
      HistoryRecorder recorder,
      Chance chance,
      int operations) {
    this.number = number;
    this.cluster = cluster;
    this.recorder = recorder;
    this.chance = chance;
    this.lane = cluster.client("client" + number).lane("client");
    this.left = operations;
  }

  @Override
  public void start() {
    pause();
  }

  @Override
  public boolean isDone() {
    return left == 0;
  }

  @Override
  public long answers() {
    return answers;
  }

  private void pause() {
    var unused = lane.schedule(this::next, chance.between(1L, LONGEST_PAUSE_MS));
  }

  private void next() {
    if (left == 0) {
      return;
    }
    left--;
    SimulatedTable table = chance.of(SimulatedTable.EVENTUAL);
    boolean ofSources = chance.oneIn(3);
    String key = (ofSources ? "a" : "k") + chance.between(1, KEYS);
    int kind = chance.between(0, 9);
    if (kind < 4) {
      if (ofSources) {
        getAll(table, key);
      } else {
        get(table, key);
      }
    } else if (kind == 4) {
      delete(table, key);
    } else if (ofSources) {
      putAll(table, key);
    } else {
      put(table, key);
    }
  }

  private void get(SimulatedTable table, String key) {
    read(
        table,
        key,
        new Call.Get(),
        "readLatest",
        new Sedna.readLatest_args(0, table.name(), bytes(key)),
        Sedna.readLatest_result::new,
        result -> found(result.getSuccess()));
  }

  static Answer found(ReadResult result) {
    VersionedValue value = result.getValue();
    return value == null
        ? new Answer.Missing()
        : new Answer.Found(text(value.getValue()), value.getTimestamp());
  }

  private void getAll(SimulatedTable table, String key) {
    read(
        table,
        key,
        new Call.GetAll(),
        "readAll",
        new Sedna.readAll_args(0, table.name(), bytes(key)),
        Sedna.readAll_result::new,
        result -> {
          var values = new ArrayList<SourcedValue>();
          for (VersionedValue value : result.getSuccess()) {
            values.add(
                new SourcedValue(value.getSource(), text(value.getValue()), value.getTimestamp()));
          }
          return new Answer.FoundAll(List.copyOf(values));
        });
  }

  private void put(SimulatedTable table, String key) {
    String value = value();
    write(
        table,
        key,
        new Call.Put(value),
        "writeLatest",
        new Sedna.writeLatest_args(0, table.name(), bytes(key), bytes(value), null),
        Sedna.writeLatest_result::new,
        Sedna.writeLatest_result::getSuccess);
  }

  private void putAll(SimulatedTable table, String key) {
    String value = value();
    int source = chance.between(1, SOURCES);
    write(
        table,
        key,
        new Call.PutAll(source, value),
        "writeAll",
        new Sedna.writeAll_args(
            0, table.name(), bytes(key), bytes(value), new WriteOptions().setSource(source)),
        Sedna.writeAll_result::new,
        Sedna.writeAll_result::getSuccess);
  }

  private void delete(SimulatedTable table, String key) {
    write(
        table,
        key,
        new Call.Delete(),
        "remove",
        new Sedna.remove_args(0, table.name(), bytes(key), null),
        Sedna.remove_result::new,
        Sedna.remove_result::getSuccess);
  }

  private <R extends TBase<R, F>, F extends TFieldIdEnum> void read(
      SimulatedTable table,
      String key,
      Call call,
      String method,
      TBase<?, ?> arguments,
      Supplier<R> emptyResult,
      Function<R, Answer> answer) {
    HistoryRecorder.Invocation invocation = recorder.invoke(number, name(table, key), call);
    var unused =
        send(method, arguments, emptyResult)
            .whenComplete(
                (result, failure) -> {
                  if (failure == null) {
                    answers++;
                    Answer read = answer.apply(result);
                    trace(table, key, call, read);
                    invocation.answered(read);
                  } else {
                    invocation.refused();
                  }
                  pause();
                });
  }

  private <R extends TBase<R, F>, F extends TFieldIdEnum> void write(
      SimulatedTable table,
      String key,
      Call call,
      String method,
      TBase<?, ?> arguments,
      Supplier<R> emptyResult,
      Function<R, WriteResult> outcome) {
    HistoryRecorder.Invocation invocation = recorder.invoke(number, name(table, key), call);
    var unused =
        send(method, arguments, emptyResult)
            .whenComplete(
                (result, failure) -> {
                  if (failure == null) {
                    answers++;
                    Answer written = written(outcome.apply(result));
                    trace(table, key, call, written);
                    invocation.answered(written);
                  } else if (wasNotDone(Errors.of(failure).code())) {
                    invocation.refused();
                  } else {
                    trace(table, key, call, new Answer.Unknown());
                    invocation.lost();
                  }
                  pause();
                });
  }

  private static Answer written(WriteResult result) {
    return result.getStatus() == WriteStatus.OK
        ? new Answer.Written(result.getTimestamp())
        : new Answer.Outdated(result.getTimestamp());
  }

  /** All other errors leave open whether some replica has it. */
  private static boolean wasNotDone(ErrorCode code) {
    return code == ErrorCode.FROZEN || code == ErrorCode.NOT_SUPPORTED;
  }

  private <R extends TBase<R, F>, F extends TFieldIdEnum> CompletableFuture<R> send(
      String method, TBase<?, ?> arguments, Supplier<R> emptyResult) {
    String daemon = cluster.id(chance.between(0, cluster.size() - 1)).value();
    return cluster
        .network()
        .call(lane, daemon, Service.PUBLIC, method, arguments, emptyResult, TIMEOUT_MS);
  }

  private void trace(SimulatedTable table, String key, Call call, Answer answer) {
    cluster.trace().event("client" + number, name(table, key), call, "=>", answer);
  }

  static String name(SimulatedTable table, String key) {
    return table.name() + "/" + key;
  }

  private String value() {
    return number + "-" + ++written;
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
