// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon;

import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.cluster.ZooKeeperClusterView;
import io.sedna.daemon.http.Readiness;
import java.util.Optional;

/**
 * Whether a daemon can do its whole part: it is a member, in the map, the instance is not waiting
 * for a restore, and none of its own replicas is being filled or loaded, or is out of sync.
 * Thread-safe.
 */
final class DaemonReadiness implements Readiness {
  private final ZooKeeperClusterView view;

  DaemonReadiness(ZooKeeperClusterView view) {
    this.view = view;
  }

  @Override
  public Optional<String> waitsFor() {
    if (!view.registered()) {
      return Optional.of("not registered in ZooKeeper");
    }
    if (view.catalogue().pendingRestore().isPresent()) {
      return Optional.of(
          "the instance is being restored from " + view.catalogue().pendingRestore().get());
    }
    Optional<PartitionMap> map = view.map();
    if (map.isEmpty()) {
      return Optional.of("there is no partition map yet");
    }
    boolean placed =
        map.get()
            .node(view.self())
            .filter(node -> node.incarnation() == view.incarnation())
            .isPresent();
    return placed ? unready(map.get()) : Optional.of("not in the partition map yet");
  }

  private Optional<String> unready(PartitionMap map) {
    int[] counts = new int[ReplicaState.values().length];
    int self = map.nodeIndex(view.self());
    for (int p = 0; p < map.partitions(); p++) {
      for (int i = 0; i < map.replicaCount(p); i++) {
        if (map.replicaNodeIndex(p, i) == self) {
          counts[map.replicaState(p, i).ordinal()]++;
        }
      }
    }
    int filling = counts[ReplicaState.FILLING.ordinal()];
    int loading = counts[ReplicaState.LOADING.ordinal()];
    int outOfSync =
        counts[ReplicaState.OUT_OF_SYNC.ordinal()] + counts[ReplicaState.CATCHING_UP.ordinal()];
    return filling + loading + outOfSync == 0
        ? Optional.empty()
        : Optional.of(
            "partitions being filled: "
                + filling
                + ", being loaded: "
                + loading
                + ", out of sync: "
                + outOfSync);
  }
}
