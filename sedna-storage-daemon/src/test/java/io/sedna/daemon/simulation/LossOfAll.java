// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.verify.Answer;
import io.sedna.common.verify.Operation;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.Sedna;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * All daemons die at once, and with them all copies; they come back empty, and no snapshot holds
 * anything. Whatever is asked then must be refused until somebody accepts the loss: an answer that
 * nothing is there would be wrong, and a write that is taken would be as good as one that is lost.
 * Afterwards everything is empty and is served again.
 */
final class LossOfAll {
  private static final long LONGEST_APART_MS = 3000;
  private static final long PROBE_MS = 100;
  private static final long TIMEOUT_MS = 2500;

  private final SimulatedCluster cluster;
  private final List<String> keys;
  private final Lane lane;
  private final Chance chance;
  private boolean writes = true;
  private boolean accepted;
  private boolean over;
  private int answered;

  LossOfAll(SimulatedCluster cluster, List<Operation> history, Chance chance) {
    this.cluster = cluster;
    this.keys = history.stream().map(Operation::key).distinct().sorted().toList();
    this.chance = chance;
    this.lane = cluster.client("probe").lane("probe");
  }

  /** Loses everything and begins to ask. */
  void begin() {
    cluster.trace().event("faults", "loss of all");
    for (int node = 0; node < cluster.size(); node++) {
      cluster.crash(node);
    }
    for (int node = 0; node < cluster.size(); node++) {
      int back = node;
      var unused =
          lane.schedule(
              () -> cluster.start(back, chance.between(-1000L, 1000L)),
              chance.between(1L, LONGEST_APART_MS));
    }
    lane.every(PROBE_MS, this::probe);
  }

  /** Every partition waits to be given back. */
  boolean isKnown() {
    PartitionMap map = cluster.zooKeeper().map().orElseThrow();
    return IntStream.range(0, map.partitions())
        .allMatch(
            p ->
                map.replicaCount(p) > 0
                    && IntStream.range(0, map.replicaCount(p))
                        .allMatch(i -> map.replicaState(p, i) == ReplicaState.LOADING));
  }

  /** What was written may be on its way yet; it must have ended before the loss is accepted. */
  void stopWriting() {
    writes = false;
  }

  /** Accepts the loss, as an operator does; to be asked for until all copies are there. */
  void accept() {
    accepted = true;
    cluster
        .controller()
        .ifPresent(
            daemon -> {
              var unused = daemon.controller().admin().acceptLoss(List.of());
            });
  }

  /** Whether reads were answered since the loss was accepted. */
  boolean isServedAgain() {
    return answered > keys.size();
  }

  void end() {
    over = true;
  }

  private void probe() {
    if (over || keys.isEmpty()) {
      return;
    }
    String name = chance.of(keys);
    int slash = name.indexOf('/');
    String table = name.substring(0, slash);
    var key = SimulatedClient.bytes(name.substring(slash + 1));
    boolean before = !accepted;
    if (writes && chance.oneIn(4)) {
      ask(
          name,
          "writeLatest",
          cluster
              .network()
              .call(
                  lane,
                  daemon(),
                  Service.PUBLIC,
                  "writeLatest",
                  new Sedna.writeLatest_args(0, table, key, SimulatedClient.bytes("late"), null),
                  Sedna.writeLatest_result::new,
                  TIMEOUT_MS)
              .thenAccept(written -> refuse(name, "took a write", written.getSuccess())));
      return;
    }
    ask(
        name,
        "readLatest",
        cluster
            .network()
            .call(
                lane,
                daemon(),
                Service.PUBLIC,
                "readLatest",
                new Sedna.readLatest_args(0, table, key),
                Sedna.readLatest_result::new,
                TIMEOUT_MS)
            .thenAccept(
                read -> {
                  if (before && !accepted) {
                    refuse(name, "answered a read", read.getSuccess());
                  } else if (!before) {
                    servedAgain(name, read.getSuccess());
                  }
                }));
  }

  private void ask(String name, String method, CompletableFuture<Void> answer) {
    var unused =
        answer.whenComplete(
            (done, failure) ->
                cluster
                    .trace()
                    .event("probe", method, name, failure == null ? "done" : failure.toString()));
  }

  private String daemon() {
    return cluster.id(chance.between(0, cluster.size() - 1)).value();
  }

  private void refuse(String name, String did, Object answer) {
    cluster
        .findings()
        .add("all copies of " + name + " are lost, and a daemon " + did + ": " + answer);
  }

  private void servedAgain(String name, ReadResult result) {
    answered++;
    if (!(SimulatedClient.found(result) instanceof Answer.Missing)) {
      cluster.findings().add("nobody has " + name + " any more, and found was " + result);
    }
  }
}
