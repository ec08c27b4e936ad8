// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.thrift.convert.Errors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Questions on their way to the primaries of their keys. Each daemon gets all that concerns it in
 * one call; those that it could not answer are asked again, by a newer map or after a pause, until
 * the deadline.
 *
 * @param <Q> a question about one key
 * @param <A> an answer, which may be an error
 */
final class Routed<Q, A> {
  private static final long FIRST_PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 200;

  private final StrongContext context;
  private final Sender<Q, A> sender;
  private final List<Q> questions;
  private final long deadlineNanos;
  private final List<A> answers; // guarded by this
  private final CompletableFuture<List<A>> done = new CompletableFuture<>();

  /** What is asked, and how. */
  interface Sender<Q, A> {
    long hash(Q question);

    /** May throw a SednaException instead of a failed future. */
    CompletableFuture<List<A>> here(List<Q> questions);

    CompletableFuture<List<A>> there(MapNode node, long epoch, List<Q> questions, long timeoutMs);

    /** Null: it is an answer. */
    SednaException error(A answer);

    A failed(SednaException error);

    /** Whether to ask again after an error. */
    boolean again(SednaException error);
  }

  Routed(StrongContext context, Sender<Q, A> sender, List<Q> questions) {
    this.context = context;
    this.sender = sender;
    this.questions = questions;
    this.deadlineNanos = context.deadlineNanos();
    this.answers = new ArrayList<>(questions.size());
    questions.forEach(question -> answers.add(null));
  }

  CompletableFuture<List<A>> start() {
    if (questions.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    int[] all = new int[questions.size()];
    Arrays.setAll(all, i -> i);
    attempt(all, FIRST_PAUSE_MS);
    return done;
  }

  private void attempt(int[] indexes, long pauseMs) {
    MapTracker.Seen seen = context.maps().seen();
    Map<Integer, List<Integer>> shares = new TreeMap<>();
    for (int index : indexes) {
      int primary =
          seen == null
              ? -1
              : seen.primary(seen.map().partitionOf(sender.hash(questions.get(index))));
      shares.computeIfAbsent(primary, n -> new ArrayList<>()).add(index);
    }
    var pending = new AtomicInteger(shares.size());
    shares.forEach(
        (node, share) -> {
          var unused =
              ask(seen, node, share)
                  .whenComplete(
                      (got, failure) -> {
                        take(share, got, failure);
                        if (pending.decrementAndGet() == 0) {
                          attempted(indexes, seen, pauseMs);
                        }
                      });
        });
  }

  private CompletableFuture<List<A>> ask(MapTracker.Seen seen, int node, List<Integer> share) {
    if (node < 0) {
      return CompletableFuture.failedFuture(
          new SednaException(
              ErrorCode.LOADING,
              seen == null
                  ? "there is no partition map yet: the instance is starting"
                  : "the partition has no serving replica; epoch=" + seen.epoch()));
    }
    List<Q> asked = share.stream().map(questions::get).toList();
    MapNode target = seen.map().nodes().get(node);
    try {
      return target.id().equals(context.self())
          ? context.bounded(sender.here(asked), deadlineNanos)
          : sender.there(target, seen.epoch(), asked, context.remainingMs(deadlineNanos));
    } catch (SednaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private synchronized void take(List<Integer> share, List<A> got, Throwable failure) {
    for (int i = 0; i < share.size(); i++) {
      A answer = failure == null ? got.get(i) : sender.failed(Errors.of(failure));
      answers.set(share.get(i), answer);
    }
  }

  private void attempted(int[] indexes, MapTracker.Seen seen, long pauseMs) {
    int[] again;
    synchronized (this) {
      again =
          Arrays.stream(indexes)
              .filter(
                  index -> {
                    SednaException error = sender.error(answers.get(index));
                    return error != null && sender.again(error);
                  })
              .toArray();
      // A last attempt that cannot be answered in time would only hide why the others failed.
      if (context.remainingMs(deadlineNanos) <= pauseMs) {
        again = new int[0];
      }
    }
    if (again.length == 0) {
      done.complete(answers);
      return;
    }
    int[] asked = again;
    var unused =
        context
            .maps()
            .await(seen == null ? 1 : seen.epoch() + 1, pauseMs)
            .whenComplete((map, late) -> attempt(asked, Math.min(2 * pauseMs, LONGEST_PAUSE_MS)));
  }
}
