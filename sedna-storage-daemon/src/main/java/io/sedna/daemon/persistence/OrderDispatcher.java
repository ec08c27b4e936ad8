// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.error.ErrorCategory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.thrift.convert.Errors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has units of work done by daemons: a few orders at once at each, and a unit whose order failed
 * for the moment, or whose daemon is gone, ordered again by the newest map. For one run, by one
 * thread, which it blocks.
 *
 * @param <U> a unit of work; equal units are one
 * @param <R> what a daemon answers to an order
 */
final class OrderDispatcher<U, R> {
  /** What is to be done, and by whom. */
  interface Work<U, R> {
    /** Daemons that can do the unit by this map; none: it waits for another map. */
    List<MapNode> candidates(U unit, PartitionMap map);

    /** Units of one order have an equal group. */
    Object group(U unit);

    CompletableFuture<R> order(MapNode node, List<U> units);

    void done(List<U> units, R answer);

    /** Whether the unit need not be done any more, seeing that it failed so. */
    default boolean needless(U unit, SednaException failure) {
      return false;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(OrderDispatcher.class);
  private static final int ORDERS_PER_NODE = 3;
  private static final int MOST_UNITS_PER_ORDER = 16;

  /** Orders that each daemon gets in the whole run, if all goes well and the units are many. */
  private static final int ORDERS_IN_ALL = 8;

  /** How often a unit may meet a failing file system. */
  private static final int STORAGE_FAILURES = 3;

  private static final long LOOK_MS = 100;
  private static final long NODE_REST_MS = 300;

  private final ClusterView view;
  private final Work<U, R> work;
  private final long patienceMs;
  private final Set<U> waiting = new LinkedHashSet<>();
  private final Set<Order> underWay = new HashSet<>();
  private final LinkedBlockingQueue<Order> answered = new LinkedBlockingQueue<>();
  private final Map<NodeId, Long> restingUntil = new HashMap<>();
  private final Map<U, Failures> failures = new HashMap<>();
  private final int unitsPerOrder;
  private long idleSince;

  /** An order at a daemon; compared by identity. */
  private final class Order {
    final MapNode node;
    final List<U> units;
    R answer;
    SednaException failure;

    Order(MapNode node, List<U> units) {
      this.node = node;
      this.units = units;
    }
  }

  private static final class Failures {
    final long firstAtMs;
    int ofStorage;

    Failures(long firstAtMs) {
      this.firstAtMs = firstAtMs;
    }
  }

  /**
   * @param patienceMs how long a unit may go on failing for the moment, or all of them wait for a
   *     daemon
   */
  OrderDispatcher(ClusterView view, Collection<U> units, Work<U, R> work, long patienceMs) {
    this.view = view;
    this.work = work;
    this.patienceMs = patienceMs;
    waiting.addAll(units);
    int nodes = view.map().map(map -> map.nodes().size()).orElse(1);
    int share = waiting.size() / Math.max(1, nodes * ORDERS_IN_ALL);
    unitsPerOrder = Math.max(1, Math.min(share, MOST_UNITS_PER_ORDER));
  }

  /**
   * Returns when every unit is done or needless.
   *
   * @throws SednaException the failure that could not be waited out; orders under way are left to
   *     themselves
   */
  void run(BooleanSupplier cancelled) throws InterruptedException {
    idleSince = nowMs();
    while (!waiting.isEmpty() || !underWay.isEmpty()) {
      if (cancelled.getAsBoolean()) {
        throw new SednaException(
            ErrorCode.SHUTTING_DOWN, "given up: this daemon's controller is active no longer");
      }
      dispatch();
      Order order = answered.poll(LOOK_MS, TimeUnit.MILLISECONDS);
      if (order != null && underWay.remove(order)) {
        settle(order);
      }
      giveUpOnTheGone();
      requireSomebody();
    }
  }

  private void dispatch() {
    PartitionMap map = view.map().orElse(null);
    if (map == null || waiting.isEmpty()) {
      return;
    }
    long now = nowMs();
    Map<NodeId, Integer> room = new HashMap<>();
    for (MapNode node : map.nodes()) {
      if (restingUntil.getOrDefault(node.id(), 0L) <= now) {
        room.put(node.id(), ORDERS_PER_NODE);
      }
    }
    underWay.forEach(order -> room.computeIfPresent(order.node.id(), (id, n) -> n - 1));
    room.values().removeIf(n -> n <= 0);
    Map<NodeId, Map<Object, List<U>>> open = new HashMap<>();
    Iterator<U> units = waiting.iterator();
    while (units.hasNext() && !(room.isEmpty() && open.isEmpty())) {
      U unit = units.next();
      Object group = work.group(unit);
      MapNode node = choose(work.candidates(unit, map), group, room, open);
      if (node == null) {
        continue;
      }
      units.remove();
      Map<Object, List<U>> ofNode = open.computeIfAbsent(node.id(), id -> new HashMap<>());
      List<U> order = ofNode.get(group);
      if (order == null) {
        order = new ArrayList<>();
        ofNode.put(group, order);
        room.computeIfPresent(node.id(), (id, n) -> n > 1 ? n - 1 : null);
      }
      order.add(unit);
      if (order.size() >= unitsPerOrder) {
        ofNode.remove(group);
        if (ofNode.isEmpty()) {
          open.remove(node.id());
        }
        send(node, order);
      }
    }
    open.forEach(
        (id, groups) -> groups.values().forEach(order -> send(map.node(id).orElseThrow(), order)));
  }

  /** The candidate whose order has room for another unit of the group, or else the least busy. */
  private MapNode choose(
      List<MapNode> candidates,
      Object group,
      Map<NodeId, Integer> room,
      Map<NodeId, Map<Object, List<U>>> open) {
    MapNode chosen = null;
    for (MapNode node : candidates) {
      if (open.getOrDefault(node.id(), Map.of()).containsKey(group)) {
        return node;
      }
      int free = room.getOrDefault(node.id(), 0);
      if (free > 0 && (chosen == null || free > room.get(chosen.id()))) {
        chosen = node;
      }
    }
    return chosen;
  }

  private void send(MapNode node, List<U> units) {
    var order = new Order(node, units);
    underWay.add(order);
    CompletableFuture<Boolean> unused =
        work.order(node, units)
            .handle(
                (answer, failure) -> {
                  order.answer = answer;
                  order.failure = failure == null ? null : Errors.of(failure);
                  return answered.add(order);
                });
  }

  private void settle(Order order) {
    idleSince = nowMs();
    if (order.failure == null) {
      work.done(order.units, order.answer);
      return;
    }
    failed(order, order.failure);
  }

  private void failed(Order order, SednaException failure) {
    boolean momentary =
        failure.code().category() == ErrorCategory.RETRY || failure.code() == ErrorCode.OVERLOADED;
    boolean ofStorage = failure.code() == ErrorCode.STORAGE_FAILED;
    LOG.debug("order at {} failed: {}", order.node.id(), failure.toString());
    restingUntil.put(order.node.id(), nowMs() + NODE_REST_MS);
    for (U unit : order.units) {
      if (work.needless(unit, failure)) {
        continue;
      }
      Failures soFar = failures.computeIfAbsent(unit, u -> new Failures(nowMs()));
      soFar.ofStorage += ofStorage ? 1 : 0;
      if (!momentary && (!ofStorage || soFar.ofStorage >= STORAGE_FAILURES)) {
        throw failure;
      }
      if (nowMs() - soFar.firstAtMs > patienceMs) {
        throw new SednaException(
            failure.code(),
            "still failing after " + patienceMs + " ms: " + failure.getMessage(),
            failure);
      }
      waiting.add(unit);
    }
  }

  /** A daemon that the map no longer knows, or that has begun anew, will not answer what counts. */
  private void giveUpOnTheGone() {
    PartitionMap map = view.map().orElse(null);
    if (map == null) {
      return;
    }
    for (Order order : List.copyOf(underWay)) {
      boolean there =
          map.node(order.node.id())
              .filter(node -> node.incarnation() == order.node.incarnation())
              .isPresent();
      if (!there) {
        underWay.remove(order);
        failed(
            order, new SednaException(ErrorCode.UNAVAILABLE, "daemon is gone: " + order.node.id()));
      }
    }
  }

  private void requireSomebody() {
    if (!underWay.isEmpty() || waiting.isEmpty()) {
      return;
    }
    if (nowMs() - idleSince > patienceMs) {
      throw new SednaException(
          ErrorCode.LOADING,
          "no daemon could do it for "
              + patienceMs
              + " ms: waiting="
              + waiting.size()
              + ", first="
              + waiting.iterator().next());
    }
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
