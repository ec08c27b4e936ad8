// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.MemberInfo;
import io.sedna.thrift.generated.NodeStatistics;
import io.sedna.thrift.generated.Statistics;
import io.sedna.thrift.generated.TableStatistics;
import io.sedna.yarn.launch.InstanceConnector;
import io.sedna.yarn.web.DaemonView;
import io.sedna.yarn.web.InstanceView;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts together what the web page shows, from the slots and from what the daemons last answered.
 * {@link #poll} blocks and is for one thread; {@link #view} does not and is for any.
 */
final class InstanceMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceMonitor.class);

  /** What does not change while the master runs. */
  record Identity(String instance, String application, String zookeeper, long startedAtMs) {}

  /** What the master knows by itself. */
  record Slots(int desired, boolean stopping, List<SlotView> slots) {}

  private record Answer(
      Optional<ClusterState> cluster,
      Optional<Statistics> statistics,
      List<String> warnings,
      long readAtMs,
      String message) {}

  private final Identity identity;
  private final Function<Integer, String> nodeIds;
  private final Function<String, String> racks;
  private final InstanceConnector connection;
  private volatile Slots slots = new Slots(0, false, List.of());
  private volatile Answer answer =
      new Answer(Optional.empty(), Optional.empty(), List.of(), 0, "No daemon has answered yet.");

  /**
   * @param racks rack of a container's host, empty where it is not known
   */
  InstanceMonitor(
      Identity identity,
      Function<Integer, String> nodeIds,
      Function<String, String> racks,
      InstanceConnector connection) {
    this.identity = identity;
    this.nodeIds = nodeIds;
    this.racks = racks;
    this.connection = connection;
  }

  void slots(Slots now) {
    slots = now;
  }

  void poll(long nowMs) {
    try {
      var cluster = connection.admin().clusterState();
      var statistics = connection.admin().statistics();
      List<String> warnings = cluster.getEpoch() > 0 ? connection.copyWarnings() : List.of();
      answer = new Answer(Optional.of(cluster), Optional.of(statistics), warnings, nowMs, "");
    } catch (SednaException e) {
      LOG.debug("no statistics", e);
      connection.reset();
      answer =
          new Answer(
              Optional.empty(),
              Optional.empty(),
              List.of(),
              nowMs,
              "No daemon answers: " + e.toString());
    }
  }

  InstanceView view() {
    var current = slots;
    var known = answer;
    var cluster = known.cluster();
    var tables = known.statistics().map(Statistics::getTables).orElse(List.of());
    var daemons = daemons(current, known);
    return new InstanceView(
        identity.instance(),
        identity.application(),
        state(current, cluster, daemons),
        identity.zookeeper(),
        identity.startedAtMs(),
        known.readAtMs(),
        current.desired(),
        cluster.map(ClusterState::getEpoch).orElse(0L),
        cluster.map(ClusterState::getController).orElse(""),
        cluster.map(ClusterState::getPartitions).orElse(0),
        cluster.map(ClusterState::getReplication).orElse(0),
        cluster.map(ClusterState::getUnderReplicated).orElse(0),
        cluster.map(ClusterState::getLoading).orElse(0),
        tables.stream().mapToLong(TableStatistics::getRecords).sum(),
        tables.stream().mapToLong(TableStatistics::getBytes).sum(),
        daemons.stream().mapToDouble(DaemonView::operationsPerSecond).sum(),
        daemons,
        known.warnings(),
        known.message());
  }

  private List<DaemonView> daemons(Slots current, Answer known) {
    var members =
        known.cluster().map(ClusterState::getMembers).orElse(List.of()).stream()
            .collect(Collectors.toMap(MemberInfo::getNodeId, Function.identity(), (a, b) -> b));
    var statistics =
        known.statistics().map(Statistics::getNodes).orElse(List.of()).stream()
            .collect(Collectors.toMap(NodeStatistics::getNodeId, Function.identity(), (a, b) -> b));
    return current.slots().stream().map(slot -> daemon(slot, members, statistics)).toList();
  }

  private DaemonView daemon(
      SlotView slot, Map<String, MemberInfo> members, Map<String, NodeStatistics> statistics) {
    var nodeId = nodeIds.apply(slot.slot());
    var member = Optional.ofNullable(members.get(nodeId));
    var numbers = Optional.ofNullable(statistics.get(nodeId));
    return new DaemonView(
        nodeId,
        slot.state().name().toLowerCase(Locale.ROOT),
        member.map(MemberInfo::isLive).orElse(false),
        slot.host(),
        member.map(MemberInfo::getThriftPort).orElse(0),
        member.map(MemberInfo::getHttpPort).orElse(0),
        member.map(MemberInfo::getRack).orElseGet(() -> racks.apply(slot.host())),
        slot.container(),
        numbers.map(NodeStatistics::getHeapUsedBytes).orElse(0L),
        numbers.map(NodeStatistics::getHeapMaxBytes).orElse(0L),
        member.map(MemberInfo::getPrimaries).orElse(0),
        member.map(MemberInfo::getReplicas).orElse(0),
        numbers.map(NodeStatistics::getRecords).orElse(0L),
        numbers.map(NodeStatistics::getOperationsPerSecond).orElse(0.0),
        numbers.map(NodeStatistics::getUptimeMs).orElse(0L),
        slot.losses(),
        slot.note());
  }

  private static String state(
      Slots slots, Optional<ClusterState> cluster, List<DaemonView> daemons) {
    if (slots.stopping()) {
      return "stopping";
    }
    if (cluster.isEmpty() || cluster.get().getEpoch() == 0) {
      return "starting";
    }
    if (cluster.get().isFrozen()) {
      return "frozen";
    }
    if (cluster.get().getLoading() > 0) {
      return "loading";
    }
    var serving = daemons.stream().filter(DaemonView::serving).count();
    return serving < slots.desired() || cluster.get().getUnderReplicated() > 0
        ? "degraded"
        : "serving";
  }
}
