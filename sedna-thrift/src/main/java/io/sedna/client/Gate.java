// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets so many requests be under way to one daemon; further ones wait their turn, in order. How
 * many may wait is bounded by {@link ClientCore}, and how long by the time-outs of those before.
 * Thread-safe.
 */
final class Gate {
  private final int limit;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int underWay;
  private boolean draining;

  Gate(int limit) {
    this.limit = limit;
  }

  <T> CompletableFuture<T> pass(Supplier<CompletableFuture<T>> request) {
    synchronized (this) {
      if (underWay >= limit) {
        var later = new CompletableFuture<T>();
        waiting.add(() -> start(request, later));
        return later;
      }
      underWay++;
    }
    var now = new CompletableFuture<T>();
    start(request, now);
    return now;
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

  /** Only one thread starts those who wait: requests that fail at once would nest without end. */
  private void leave() {
    synchronized (this) {
      underWay--;
      if (draining) {
        return;
      }
      draining = true;
    }
    while (true) {
      Runnable next;
      synchronized (this) {
        next = underWay < limit ? waiting.poll() : null;
        if (next == null) {
          draining = false;
          return;
        }
        underWay++;
      }
      next.run();
    }
  }
}
