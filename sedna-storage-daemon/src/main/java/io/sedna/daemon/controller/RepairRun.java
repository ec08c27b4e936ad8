// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One repair: every primary is ordered to repair its partitions, and asked how far it has come.
 * What failed, because the primary was lost or changed say, is ordered again from whoever is the
 * primary then, {@link #ROUNDS} times in all; what is left is the operation's failure. Used on the
 * controller's scheduler alone.
 */
final class RepairRun {
  private static final Logger LOG = LoggerFactory.getLogger(RepairRun.class);
  private static final int ROUNDS = 4;
  private static final long ASK_AGAIN_MS = 200;
  private static final long NEXT_ROUND_MS = 1000;

  /** Unanswered questions in a row after which a daemon's part has failed. */
  private static final int PATIENCE = 10;

  private final Controller controller;
  private final Operation operation;
  private final List<Integer> tableIds;
  private final long total;
  private final List<Part> parts = new ArrayList<>();
  private List<Integer> open;
  private int round;
  private String lastFailure = "";

  /** Of one daemon in one round. */
  private static final class Part {
    final MapNode node;
    final List<Integer> partitions = new ArrayList<>();
    long done;
    int unanswered;
    boolean finished;
    boolean failed;

    Part(MapNode node) {
      this.node = node;
    }
  }

  RepairRun(Controller controller, Operation operation, List<Integer> tableIds) {
    this.controller = controller;
    this.operation = operation;
    this.tableIds = tableIds;
    int partitions = controller.settings().partitions();
    this.total = (long) partitions * tableIds.size();
    this.open = IntStream.range(0, partitions).boxed().toList();
  }

  String id() {
    return operation.id();
  }

  boolean running() {
    return operation.running();
  }

  /** Orders what is open. */
  void start(Term term) {
    round++;
    parts.clear();
    Map<MapNode, Part> byNode = new HashMap<>();
    var withoutPrimary = new ArrayList<Integer>();
    PartitionMap map = term.core().map().orElse(null);
    for (int p : tableIds.isEmpty() ? List.<Integer>of() : open) {
      MapNode primary = map == null ? null : map.primary(p).orElse(null);
      if (primary == null) {
        withoutPrimary.add(p);
      } else {
        byNode.computeIfAbsent(primary, Part::new).partitions.add(p);
      }
    }
    open = withoutPrimary;
    if (!withoutPrimary.isEmpty()) {
      lastFailure = "no replica serves partitions " + withoutPrimary;
    }
    parts.addAll(byNode.values());
    parts.forEach(this::ask);
    endRound();
  }

  private void ask(Part part) {
    var order =
        new RepairOrder(operation.id() + "." + round, tableIds).setPartitions(part.partitions);
    int asked = round;
    var unused =
        controller
            .peers()
            .repairPartitions(part.node, order)
            .whenComplete(
                (progress, failure) ->
                    later(term -> answered(term, asked, part, progress, failure)));
  }

  private interface Step {
    void of(Term term);
  }

  private void later(Step step) {
    var unused =
        controller.call(
            term -> {
              if (operation.running()) {
                step.of(term);
              }
              return null;
            });
  }

  private void answered(
      Term term, int asked, Part part, RepairProgress progress, Throwable failure) {
    if (asked != round || part.finished) {
      return;
    }
    if (failure != null) {
      unanswered(term, part, failure);
    } else {
      part.unanswered = 0;
      part.done = progress.getDone();
      part.finished = progress.isFinished();
      part.failed = progress.isFinished() && progress.getFailed() > 0;
      if (progress.isSetFailure()) {
        lastFailure = part.node.id() + ": " + progress.getFailure();
      }
    }
    operation.left(total - done());
    if (part.finished) {
      endRound();
    } else {
      controller.after(ASK_AGAIN_MS, () -> ask(part));
    }
  }

  private void unanswered(Term term, Part part, Throwable failure) {
    part.unanswered++;
    lastFailure = part.node.id() + ": " + Errors.of(failure).getMessage();
    boolean gone = !term.live().contains(part.node);
    if (gone || part.unanswered >= PATIENCE) {
      part.finished = true;
      part.failed = true;
    }
  }

  /** Partitions of tables that need not be looked at again. */
  private long done() {
    long left = open.size();
    long underWay = 0;
    for (Part part : parts) {
      left += part.partitions.size();
      underWay += part.failed ? 0 : part.done;
    }
    return total - left * tableIds.size() + underWay;
  }

  private void endRound() {
    if (!parts.stream().allMatch(part -> part.finished)) {
      return;
    }
    var again = new ArrayList<>(open);
    parts.stream().filter(part -> part.failed).forEach(part -> again.addAll(part.partitions));
    open = again;
    parts.clear();
    operation.left(total - done());
    if (open.isEmpty()) {
      operation.succeed();
    } else if (round < ROUNDS) {
      LOG.info("{}: {} partitions again: {}", id(), open.size(), lastFailure);
      controller.after(NEXT_ROUND_MS, () -> later(this::start));
    } else {
      LOG.warn("{} has failed for partitions {}: {}", id(), open, lastFailure);
      operation.fail(
          new SednaException(
              ErrorCode.UNAVAILABLE,
              open.size() + " partitions could not be repaired; the last: " + lastFailure));
    }
  }
}
