// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.daemon.placement.Weights;
import io.sedna.thrift.peer.PartitionLoads;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Asks all daemons now and then what partitions weigh on them, for balance. Who does not answer is
 * left out. Used on the controller's scheduler alone.
 */
final class LoadWatch {
  static final long PAUSE_MS = 10_000;

  private final Controller controller;
  private boolean asking;
  private long askAtMs;

  LoadWatch(Controller controller) {
    this.controller = controller;
  }

  /** Asks, if it is time to. */
  void tick(Term term) {
    long nowMs = controller.nowMs();
    if (asking || nowMs < askAtMs || term.live().size() < 2) {
      return;
    }
    asking = true;
    askAtMs = nowMs + PAUSE_MS;
    var answers = new ArrayList<CompletableFuture<PartitionLoads>>();
    term.live()
        .forEach(
            node ->
                answers.add(
                    controller.peers().partitionLoads(node).handle((loads, failure) -> loads)));
    var unused =
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
            .thenRun(
                () ->
                    controller.after(
                        0,
                        () ->
                            answered(
                                answers.stream()
                                    .map(CompletableFuture::join)
                                    .filter(Objects::nonNull)
                                    .toList())));
  }

  private void answered(List<PartitionLoads> answers) {
    asking = false;
    Weights weights = weights(answers, controller.settings().partitions());
    var unused =
        controller.call(
            term -> {
              term.core().weightsAre(weights);
              return null;
            });
  }

  static Weights weights(List<PartitionLoads> answers, int partitions) {
    long[] records = new long[partitions];
    long[] bytes = new long[partitions];
    double[] operations = new double[partitions];
    for (PartitionLoads loads : answers) {
      for (int i = 0; i < loads.getPartitionsSize(); i++) {
        int p = loads.getPartitions().get(i);
        records[p] = Math.max(records[p], loads.getRecords().get(i));
        bytes[p] = Math.max(bytes[p], loads.getBytes().get(i));
        operations[p] += loads.getOperationsPerSecond().get(i);
      }
    }
    return Weights.of(records, bytes, operations);
  }
}
