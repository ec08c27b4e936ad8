// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.verify.Copy;
import io.sedna.common.verify.EventualChecker;
import io.sedna.common.verify.Finding;
import io.sedna.common.verify.LinearizabilityChecker;
import io.sedna.common.verify.Operation;
import io.sedna.common.verify.ReadPromises;
import io.sedna.common.verify.SourcedValue;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What must be true when everything is mended and quiet. */
final class FinalChecks {
  /** What need not hold once copies of acknowledged writes were lost. */
  private static final Set<Finding.Rule> OF_ACKNOWLEDGED =
      EnumSet.of(
          Finding.Rule.NO_LOST_WRITE,
          Finding.Rule.READ_SEES_ACKNOWLEDGED,
          Finding.Rule.DELETED_STAYS_DELETED,
          Finding.Rule.OUTDATED_IS_NOT_THERE);

  private final SimulatedCluster cluster;
  private final SimulationPlan plan;
  private final List<Operation> history;

  FinalChecks(SimulatedCluster cluster, SimulationPlan plan, List<Operation> history) {
    this.cluster = cluster;
    this.plan = plan;
    this.history = history;
  }

  void check() {
    for (SimulatedTable table : SimulatedTable.EVENTUAL) {
      checkTable(table);
    }
    checkStrongAlike();
    if (plan.careful()) {
      checkLinearizable();
    }
  }

  private List<Operation> historyOf(SimulatedTable table) {
    return history.stream().filter(each -> each.key().startsWith(table.name() + "/")).toList();
  }

  /** Of a strong table too all replicas hold the same; none is out of sync any more. */
  private void checkStrongAlike() {
    var keys = new TreeSet<String>();
    historyOf(SimulatedTable.STRONG).forEach(operation -> keys.add(operation.key()));
    for (String key : keys) {
      List<Copy> copies =
          copies(SimulatedTable.STRONG, key.substring(SimulatedTable.STRONG.name().length() + 1));
      if (copies.stream().map(Copy::values).distinct().count() > 1) {
        cluster
            .findings()
            .add(new Finding(key, Finding.Rule.REPLICAS_ALIKE, copies.toString()).toString());
      }
    }
  }

  private void checkLinearizable() {
    for (Finding finding : new LinearizabilityChecker().check(historyOf(SimulatedTable.STRONG))) {
      cluster.findings().add(finding.toString());
    }
  }

  private void checkTable(SimulatedTable table) {
    boolean keeps = plan.careful() && table.keepsAcknowledged();
    List<Operation> ofTable = historyOf(table);
    Map<String, List<Copy>> copies = new TreeMap<>();
    var keys = new TreeSet<String>();
    ofTable.forEach(operation -> keys.add(operation.key()));
    keys.forEach(key -> copies.put(key, copies(table, key.substring(table.name().length() + 1))));
    for (Finding finding :
        new EventualChecker(new ReadPromises(keeps, false)).check(ofTable, copies)) {
      if (keeps || !OF_ACKNOWLEDGED.contains(finding.rule())) {
        cluster.findings().add(finding.toString());
      }
    }
  }

  /** What each replica holds. */
  private List<Copy> copies(SimulatedTable table, String key) {
    int tableId = cluster.zooKeeper().tables().require(table.name()).id();
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    long hash = KeyHash.ofTable(tableId).hash(bytes);
    PartitionMap map = cluster.zooKeeper().map().orElseThrow();
    int partition = map.partitionOf(hash);
    var copies = new ArrayList<Copy>();
    for (SimulatedDaemon daemon : cluster.servers(partition)) {
      PartitionStore store = daemon.engine().find(tableId, partition);
      StoredRecord record =
          store == null ? StoredRecord.empty(bytes, hash) : store.read(bytes, hash);
      copies.add(new Copy(daemon.node().id().value(), values(record)));
    }
    return copies;
  }

  private static List<SourcedValue> values(StoredRecord record) {
    var values = new ArrayList<SourcedValue>();
    for (StoredVersion version : record.versions()) {
      if (!version.tombstone()) {
        values.add(
            new SourcedValue(
                version.source(), SimulatedClient.text(version.value()), version.timestamp()));
      }
    }
    return values;
  }
}
