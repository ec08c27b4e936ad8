// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import io.sedna.client.SednaAdmin;
import io.sedna.client.SednaClient;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.MemberInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** What is asked of an instance's daemons in the course of its life on YARN. */
final class InstanceOperations {
  private static final DateTimeFormatter STOP_NAME =
      DateTimeFormatter.ofPattern("'stop-'yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private InstanceOperations() {}

  static InstanceStatus.Cluster cluster(ClusterState state, List<String> warnings) {
    return new InstanceStatus.Cluster(
        state.getEpoch(),
        state.getController(),
        state.getPartitions(),
        state.getReplication(),
        state.getComplete(),
        state.getUnderReplicated(),
        state.getLoading(),
        state.isFrozen(),
        state.getMembers().stream()
            .map(
                member ->
                    new InstanceStatus.Daemon(
                        member.getNodeId(),
                        member.getHost(),
                        member.getThriftPort(),
                        member.getHttpPort(),
                        member.getRack(),
                        member.isLive(),
                        member.isDraining(),
                        member.getPrimaries(),
                        member.getReplicas()))
            .toList(),
        warnings);
  }

  /**
   * Whether all daemons are there, every partition serves, and no table is still being restored.
   * With fewer daemons than copies, partitions never have all their copies.
   */
  static boolean serves(SednaAdmin admin, ClusterState state, int daemons, ReadyProbe probe) {
    var live = state.getMembers().stream().filter(MemberInfo::isLive).toList();
    var complete = state.getComplete() == state.getPartitions() || daemons < state.getReplication();
    return state.getEpoch() > 0
        && live.size() >= daemons
        && complete
        && state.getLoading() == 0
        && admin.listTables("").stream().noneMatch(Table::restoring)
        && live.stream().allMatch(member -> probe.whyNot(member).isEmpty());
  }

  /**
   * Refuses writes and puts everything that persists into a snapshot, so that what was acknowledged
   * is in it. If that fails, writes are taken again.
   *
   * @return name of the snapshot
   */
  static String freezeAndSnapshot(SednaClient client, Duration timeout, Progress progress) {
    var admin = client.admin();
    for (var table : admin.listTables("")) {
      if (table.schema().persistence() == PersistenceMode.NONE) {
        progress.warning("table " + table.name() + " is not persistent: it will not come back");
      }
    }
    progress.step("freezing", 0, 0);
    admin.freeze();
    try {
      var name = STOP_NAME.format(Instant.now());
      var operation = admin.snapshot(new SnapshotRequest().setName(name));
      admin.awaitOperation(
          operation.getId(),
          timeout,
          info -> progress.step("snapshot " + name, info.getDone(), info.getTotal()));
      return name;
    } catch (RuntimeException e) {
      thaw(admin, e);
      throw e instanceof SednaException
          ? e
          : new SednaException(ErrorCode.INTERNAL, "the snapshot failed: " + e.getMessage(), e);
    }
  }

  private static void thaw(SednaAdmin admin, RuntimeException cause) {
    try {
      admin.thaw();
    } catch (SednaException e) {
      cause.addSuppressed(e);
    }
  }
}
