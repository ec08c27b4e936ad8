// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Changes of keys that are under way to the replicas. Of each key one group of calls is under way
 * at a time, and calls that come meanwhile make the next one: so each call is decided by what
 * counts already, and a key that many write at once costs one round for all of them. No lock is
 * held while a group is under way. Thread-safe.
 */
final class KeyQueues {
  /** Calls that may wait for one key. */
  static final int MOST_WAITING = 4096;

  private final Map<KeyId, Queue> queues = new ConcurrentHashMap<>();

  /** Of one key with a group under way. Changed inside the map's compute alone. */
  private static final class Queue {
    private CompletableFuture<Void> underWay = new CompletableFuture<>();
    private List<Op> waiting = new ArrayList<>();
  }

  /**
   * Adds a call.
   *
   * @return true: nothing is under way, the caller begins with it and calls {@link #leave}; false:
   *     whoever leaves will be given it
   * @throws SednaException OVERLOADED
   */
  boolean enter(KeyId key, Op op) {
    boolean[] first = new boolean[1];
    queues.compute(
        key,
        (k, queue) -> {
          if (queue == null) {
            first[0] = true;
            return new Queue();
          }
          if (queue.waiting.size() >= MOST_WAITING) {
            throw new SednaException(
                ErrorCode.OVERLOADED,
                "too many calls wait for one key: waiting="
                    + queue.waiting.size()
                    + ", limit="
                    + MOST_WAITING);
          }
          queue.waiting.add(op);
          return queue;
        });
    return first[0];
  }

  /**
   * The group that was under way is over.
   *
   * @return the next group, which is the caller's to begin; empty: nothing is under way any more
   */
  List<Op> leave(KeyId key, Throwable failure) {
    List<Op> next = new ArrayList<>();
    List<CompletableFuture<Void>> over = new ArrayList<>(1);
    queues.compute(
        key,
        (k, queue) -> {
          over.add(queue.underWay);
          if (queue.waiting.isEmpty()) {
            return null;
          }
          next.addAll(queue.waiting);
          queue.waiting = new ArrayList<>();
          queue.underWay = new CompletableFuture<>();
          return queue;
        });
    if (failure == null) {
      over.get(0).complete(null);
    } else {
      over.get(0).completeExceptionally(failure);
    }
    return next;
  }

  /**
   * For who has read a key: completes when what may have been under way then counts, fails if it
   * may never. Null: nothing is under way.
   */
  CompletableFuture<Void> underWay(KeyId key) {
    if (queues.isEmpty()) {
      return null;
    }
    Queue queue = queues.get(key);
    if (queue == null) {
      return null;
    }
    var found = new ArrayList<CompletableFuture<Void>>(1);
    queues.computeIfPresent(
        key,
        (k, now) -> {
          found.add(now.underWay);
          return now;
        });
    return found.isEmpty() ? null : found.get(0);
  }

  /** Keys with changes under way. */
  int size() {
    return queues.size();
  }
}
