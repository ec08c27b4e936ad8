// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Lets so many requests be under way to one daemon; further ones wait their turn, in order. How
 * many may wait is bounded by {@link ClientCore}, and how long by the time-outs of those before.
 * Thread-safe; nobody is ever held up by another thread.
 */
final class Gate {
  private final int limit;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger underWay = new AtomicInteger();

  /** Above 0: a thread starts those who wait, and looks again for each that is added meanwhile. */
  private final AtomicInteger starting = new AtomicInteger();

  Gate(int limit) {
    this.limit = limit;
  }

  <T> CompletableFuture<T> pass(Supplier<CompletableFuture<T>> request) {
    var answer = new CompletableFuture<T>();
    enter(() -> start(request, answer));
    return answer;
  }

  private <T> void start(Supplier<CompletableFuture<T>> request, CompletableFuture<T> answer) {
    var unused =
        request
            .get()
            .whenComplete(
                (value, failure) -> {
                  leave();
                  if (failure == null) {
                    answer.complete(value);
                  } else {
                    answer.completeExceptionally(failure);
                  }
                });
  }

  /** Runs a request now or when its turn has come; {@link #leave} must follow once it has ended. */
  void enter(Runnable request) {
    if (waiting.isEmpty() && tryEnter()) {
      request.run();
    } else {
      waiting.add(request);
      startWaiting();
    }
  }

  void leave() {
    underWay.decrementAndGet();
    if (!waiting.isEmpty()) {
      startWaiting();
    }
  }

  private boolean tryEnter() {
    int now = underWay.get();
    while (now < limit) {
      int seen = underWay.compareAndExchange(now, now + 1);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  /** Only one thread starts those who wait: requests that fail at once would nest without end. */
  private void startWaiting() {
    if (starting.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      while (!waiting.isEmpty() && tryEnter()) {
        waiting.remove().run();
      }
      seen = starting.addAndGet(-seen);
    } while (seen != 0);
  }
}
