// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.thrift.generated.ConsistencyMode;
import io.sedna.thrift.generated.PersistenceMode;
import io.sedna.thrift.generated.TableSchema;
import java.util.List;

/**
 * A table of the simulation and what it promises.
 *
 * @param readQuorum R
 * @param writeQuorum W
 */
record SimulatedTable(String name, int readQuorum, int writeQuorum) {
  static final SimulatedTable STRONG = new SimulatedTable("sim.strong", 2, 2);

  static final List<SimulatedTable> EVENTUAL =
      List.of(new SimulatedTable("sim.quorum", 2, 2), new SimulatedTable("sim.one", 1, 1));

  static final List<SimulatedTable> ALL = List.of(STRONG, EVENTUAL.get(0), EVENTUAL.get(1));

  /** Whether reads meet what was acknowledged before, and one lost copy loses none of it. */
  boolean keepsAcknowledged() {
    return writeQuorum > 1 && readQuorum + writeQuorum > SimulatedSettings.COPIES;
  }

  /**
   * @param persists no copy is given back empty
   */
  TableSchema schema(boolean persists) {
    var schema =
        new TableSchema(name)
            .setReplicas(SimulatedSettings.COPIES)
            .setPersistence(persists ? PersistenceMode.SNAPSHOT : PersistenceMode.NONE);
    return this == STRONG
        ? schema.setConsistency(ConsistencyMode.STRONG)
        : schema.setReadQuorum(readQuorum).setWriteQuorum(writeQuorum);
  }
}
