// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.error.ErrorCategory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.verify.Answer;
import io.sedna.common.verify.Call;
import io.sedna.common.verify.HistoryRecorder;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.thrift.TBase;
import org.apache.thrift.TFieldIdEnum;

/**
 * A client of a strong table. It tries again after whatever failure, at any daemon and under the
 * same request id. A key of which it does not know in the end what became of a change it leaves
 * alone from then on, lest the search for an order of all changes take for ever.
 */
final class StrongClient implements Client {
  private static final long TIMEOUT_MS = 2500;
  private static final long LONGEST_PAUSE_MS = 300;
  private static final int KEYS = 4;
  private static final int ATTEMPTS = 8;

  private final int number;
  private final SimulatedCluster cluster;
  private final HistoryRecorder recorder;
  private final Keys keys;
  private final Lane lane;
  private final Chance chance;
  private final Map<String, Long> versions = new TreeMap<>();
  private int left;
  private int written;
  private long requests;
  private long answers;

  /** Names of keys, which all clients go by. */
  static final class Keys {
    private final Map<String, Integer> generations = new TreeMap<>();

    String of(String slot) {
      return slot + "." + generations.getOrDefault(slot, 0);
    }

    void leave(String slot, String key) {
      if (of(slot).equals(key)) {
        generations.merge(slot, 1, Integer::sum);
      }
    }
  }

  StrongClient(
      int number,
      SimulatedCluster cluster,
      HistoryRecorder recorder,
      Keys keys,
      Chance chance,
      int operations) {
    this.number = number;
    this.cluster = cluster;
    this.recorder = recorder;
    this.keys = keys;
    this.chance = chance;
    this.lane = cluster.client("strong" + number).lane("client");
    this.left = operations;
  }

  @Override
  public void start() {
    pause(this::next);
  }

  @Override
  public boolean isDone() {
    return left == 0;
  }

  @Override
  public long answers() {
    return answers;
  }

  private void pause(Runnable then) {
    var unused = lane.schedule(then, chance.between(1L, LONGEST_PAUSE_MS));
  }

  private void next() {
    if (left == 0) {
      return;
    }
    int kind = chance.between(0, 15);
    if (kind < 4) {
      new Attempts("n", new Call.Increment(chance.between(1, 3)), kind == 0).start();
    } else if (kind < 6) {
      new Attempts("t", new Call.Append(";" + value()), false).start();
    } else if (kind == 6) {
      new Attempts("t", new Call.Put(value()), false).start();
    } else {
      new Attempts("r", null, kind < 10).start();
    }
  }

  /** What to do to a register. */
  private Call onRegister(String key) {
    long seen = versions.getOrDefault(key, 0L);
    return switch (chance.between(0, 7)) {
      case 0, 1 -> new Call.Put(value());
      case 2 -> new Call.Delete();
      case 3 -> new Call.PutIfAbsent(value());
      case 4 -> new Call.CompareAndDelete(Math.max(1, seen));
      default -> new Call.CompareAndSet(seen, value());
    };
  }

  private String value() {
    return number + "-" + ++written;
  }

  /** One operation, tried until it is answered or hopeless. */
  private final class Attempts {
    private final String slot;
    private final String key;
    private final Call call;
    private final WriteOptions options;
    private HistoryRecorder.Invocation invocation;
    private int tried;

    /**
     * @param change null: one that suits a register
     */
    Attempts(String kind, Call change, boolean read) {
      slot = kind + chance.between(1, KEYS);
      key = keys.of(slot);
      Call made = change == null ? onRegister(key) : change;
      call = read || chance.oneIn(5) ? new Call.Get() : made;
      options =
          new WriteOptions()
              .setRequestId(new RequestId(number, ++requests, lane.process().wallClock().millis()));
    }

    void start() {
      invocation = recorder.invoke(number, name(), call);
      attempt();
    }

    private String name() {
      return SimulatedClient.name(SimulatedTable.STRONG, key);
    }

    private void attempt() {
      tried++;
      String table = SimulatedTable.STRONG.name();
      var bytes = SimulatedClient.bytes(key);
      if (call instanceof Call.Get) {
        send(
            "readLatest",
            new Sedna.readLatest_args(0, table, bytes),
            Sedna.readLatest_result::new,
            result -> SimulatedClient.found(result.getSuccess()));
      } else if (call instanceof Call.Put put) {
        send(
            "writeLatest",
            new Sedna.writeLatest_args(
                0, table, bytes, SimulatedClient.bytes(put.value()), options),
            Sedna.writeLatest_result::new,
            result -> written(result.getSuccess()));
      } else if (call instanceof Call.Delete) {
        send(
            "remove",
            new Sedna.remove_args(0, table, bytes, options),
            Sedna.remove_result::new,
            result -> written(result.getSuccess()));
      } else if (call instanceof Call.CompareAndSet set) {
        send(
            "compareAndSet",
            new Sedna.compareAndSet_args(
                0, table, bytes, set.expected(), SimulatedClient.bytes(set.value()), options),
            Sedna.compareAndSet_result::new,
            result -> written(result.getSuccess()));
      } else if (call instanceof Call.CompareAndDelete delete) {
        send(
            "compareAndDelete",
            new Sedna.compareAndDelete_args(0, table, bytes, delete.expected(), options),
            Sedna.compareAndDelete_result::new,
            result -> written(result.getSuccess()));
      } else if (call instanceof Call.PutIfAbsent put) {
        send(
            "putIfAbsent",
            new Sedna.putIfAbsent_args(
                0, table, bytes, SimulatedClient.bytes(put.value()), options),
            Sedna.putIfAbsent_result::new,
            result -> written(result.getSuccess()));
      } else if (call instanceof Call.Append append) {
        send(
            "append",
            new Sedna.append_args(0, table, bytes, SimulatedClient.bytes(append.suffix()), options),
            Sedna.append_result::new,
            result -> written(result.getSuccess()));
      } else if (call instanceof Call.Increment increment) {
        send(
            "increment",
            new Sedna.increment_args(0, table, bytes, increment.delta(), options),
            Sedna.increment_result::new,
            result -> new Answer.Sum(result.getSuccess()));
      } else {
        throw new IllegalStateException("not of strong tables: " + call);
      }
    }

    private <R extends TBase<R, F>, F extends TFieldIdEnum> void send(
        String method, TBase<?, ?> arguments, Supplier<R> emptyResult, Function<R, Answer> answer) {
      String daemon = cluster.id(chance.between(0, cluster.size() - 1)).value();
      var unused =
          cluster
              .network()
              .call(lane, daemon, Service.PUBLIC, method, arguments, emptyResult, TIMEOUT_MS)
              .whenComplete(
                  (result, failure) -> {
                    if (failure == null) {
                      answered(answer.apply(result));
                    } else {
                      failed(Errors.of(failure));
                    }
                  });
    }

    private void answered(Answer answer) {
      answers++;
      if (answer instanceof Answer.Found found) {
        versions.put(key, found.version());
      } else if (answer instanceof Answer.Written change) {
        versions.put(key, change.version());
      } else if (answer instanceof Answer.Missing) {
        versions.put(key, 0L);
      }
      end(answer);
      invocation.answered(answer);
    }

    private void failed(SednaException error) {
      if (error.category() == ErrorCategory.USER_ERROR
          && error.code() != ErrorCode.TABLE_NOT_FOUND) {
        cluster.findings().add(call + " of " + key + " was refused: " + error);
      }
      if (tried < ATTEMPTS) {
        pause(this::attempt);
        return;
      }
      end(new Answer.Unknown());
      if (call.isRead()) {
        invocation.refused();
      } else {
        invocation.lost();
        keys.leave(slot, key);
      }
    }

    private void end(Answer answer) {
      cluster.trace().event("strong" + number, name(), call, "=>", answer, "attempts=" + tried);
      left--;
      pause(StrongClient.this::next);
    }

    private Answer written(WriteResult result) {
      return switch (result.getStatus()) {
        case OK -> new Answer.Written(result.getTimestamp());
        case OUTDATED -> new Answer.Outdated(result.getTimestamp());
        case NOT_FOUND -> new Answer.Missing();
        case MISMATCH -> new Answer.Mismatch(result.getTimestamp());
      };
    }
  }
}
