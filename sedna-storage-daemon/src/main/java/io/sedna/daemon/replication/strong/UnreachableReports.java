// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.metrics.StrongMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the controller which replicas do not take what this daemon, their primary, has decided.
 * Reports of many writes that wait for the same daemon make one; it is repeated while writes go on
 * waiting. Thread-safe.
 */
final class UnreachableReports {
  private static final Logger LOG = LoggerFactory.getLogger(UnreachableReports.class);

  /** Reports within this time of each other go together. */
  private static final long GATHER_MS = 5;

  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final StrongContext context;
  private final StrongMetrics metrics;
  private final Map<NodeId, Long> reportedNanos = new HashMap<>(); // guarded by this
  private final List<NodeId> gathered = new ArrayList<>(); // guarded by this

  UnreachableReports(StrongContext context, StrongMetrics metrics) {
    this.context = context;
    this.metrics = metrics;
  }

  /** A node does not take a write. */
  void report(NodeId node, String why) {
    synchronized (this) {
      long now = context.timers().nanoTime();
      Long last = reportedNanos.get(node);
      if (last != null && now - last < AGAIN_NANOS) {
        return;
      }
      reportedNanos.put(node, now);
      gathered.add(node);
      if (gathered.size() > 1) {
        return;
      }
    }
    LOG.warn("Replicas on node={} do not take writes: {}", node, why);
    var unused = context.timers().schedule(this::send, GATHER_MS);
  }

  private void send() {
    List<NodeId> nodes;
    synchronized (this) {
      nodes = List.copyOf(gathered);
      gathered.clear();
    }
    PartitionMap map = context.maps().seen().map();
    Optional<MapNode> controller = context.view().controller().flatMap(map::node);
    if (controller.isEmpty()) {
      forget(nodes);
      return;
    }
    nodes.forEach(node -> metrics.reportedUnreachable());
    var unused =
        context
            .peers()
            .reportUnreachable(
                controller.get(), context.self(), map.epoch(), nodes, context.timeoutMs())
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.info(
                        "Controller={} did not take the report of {}: {}",
                        controller.get().id(),
                        nodes,
                        failure.toString());
                    forget(nodes);
                  }
                });
  }

  /** So that they are reported again at once. */
  private synchronized void forget(List<NodeId> nodes) {
    nodes.forEach(reportedNanos::remove);
  }
}
