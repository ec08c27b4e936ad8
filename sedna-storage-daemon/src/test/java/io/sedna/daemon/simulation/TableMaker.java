// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

/** Creates the tables through whatever controller is active, until they are there. */
final class TableMaker {
  private static final long AGAIN_MS = 200;

  private final SimulatedCluster cluster;
  private final boolean persists;
  private final Lane lane;

  TableMaker(SimulatedCluster cluster, boolean persists) {
    this.cluster = cluster;
    this.persists = persists;
    this.lane = cluster.client("admin").lane("admin");
  }

  void start() {
    lane.every(AGAIN_MS, this::make);
  }

  boolean isDone() {
    return SimulatedTable.ALL.stream()
        .allMatch(
            table -> cluster.daemons().stream().allMatch(daemon -> daemon.knows(table.name())));
  }

  private void make() {
    for (SimulatedTable table : SimulatedTable.ALL) {
      if (cluster.zooKeeper().tables().byName(table.name()).isEmpty()) {
        cluster
            .controller()
            .ifPresent(
                daemon -> {
                  var unused = daemon.controller().admin().createTable(table.schema(persists));
                });
        return;
      }
    }
  }
}
