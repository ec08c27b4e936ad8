// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** Writes down what clients ask for and are answered. Thread-safe. */
@InterfaceAudience.LimitedPrivate("tests")
@InterfaceStability.Unstable
public final class HistoryRecorder {
  private final LongSupplier nanos;
  private final long origin;
  private final AtomicInteger ids = new AtomicInteger();
  private final Queue<Invocation> invocations = new ConcurrentLinkedQueue<>();

  /**
   * @param nanos monotonic clock that all clients share, in nanoseconds; times of the history begin
   *     with this call
   */
  public HistoryRecorder(LongSupplier nanos) {
    this.nanos = nanos;
    this.origin = nanos.getAsLong();
  }

  /** To be called before the request is sent. */
  public Invocation invoke(int client, String key, Call call) {
    var invocation =
        new Invocation(ids.getAndIncrement(), client, key, call, nanos.getAsLong() - origin);
    invocations.add(invocation);
    return invocation;
  }

  /**
   * What was recorded so far, in the order of invocations, without what was refused. Operations
   * that are not answered yet are of unknown answer.
   */
  public List<Operation> history() {
    var operations = new ArrayList<Operation>();
    for (Invocation invocation : invocations) {
      End end = invocation.end;
      if (end == null || end.answer() != null) {
        operations.add(invocation.operation(end));
      }
    }
    operations.sort(
        Comparator.comparingLong(Operation::invokedNanos).thenComparingInt(Operation::id));
    return List.copyOf(operations);
  }

  /**
   * @param answer null: refused
   */
  private record End(long nanos, Answer answer) {}

  /** A request that was sent. The first call of one of its methods counts. */
  public final class Invocation {
    private final int id;
    private final int client;
    private final String key;
    private final Call call;
    private final long invokedNanos;
    private volatile End end;

    private Invocation(int id, int client, String key, Call call, long invokedNanos) {
      this.id = id;
      this.client = client;
      this.key = key;
      this.call = call;
      this.invokedNanos = invokedNanos;
    }

    /** To be called after the answer has come. */
    public void answered(Answer answer) {
      end(new End(nanos.getAsLong() - origin, answer));
    }

    /** An error says that nothing was done, and that nothing will be. */
    public void refused() {
      end(new End(nanos.getAsLong() - origin, null));
    }

    /** A time-out, a lost connection, or an error that does not say whether it was done. */
    public void lost() {
      end(new End(Operation.NEVER, new Answer.Unknown()));
    }

    private synchronized void end(End ended) {
      if (end == null) {
        end = ended;
      }
    }

    private Operation operation(End ended) {
      boolean unknown = ended == null || ended.answer() instanceof Answer.Unknown;
      return new Operation(
          id,
          client,
          key,
          call,
          invokedNanos,
          unknown ? Operation.NEVER : ended.nanos(),
          unknown ? new Answer.Unknown() : ended.answer());
    }
  }
}
