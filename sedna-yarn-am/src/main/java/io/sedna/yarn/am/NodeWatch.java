// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.NodeReport;
import org.apache.hadoop.yarn.api.records.NodeState;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster's nodes, as last reported. {@link #refresh} blocks; reading does not. */
final class NodeWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

  private final YarnClient yarn;
  private final boolean portInName;
  private volatile Map<String, CandidateNode> nodes = Map.of();

  NodeWatch(Configuration conf) {
    portInName =
        conf.getBoolean(
            YarnConfiguration.RM_SCHEDULER_INCLUDE_PORT_IN_NODE_NAME,
            YarnConfiguration.DEFAULT_RM_SCHEDULER_USE_PORT_FOR_NODE_NAME);
    yarn = YarnClient.createYarnClient();
    yarn.init(conf);
    yarn.start();
  }

  /** Asks the resource manager; if it does not answer, what was known stays. */
  void refresh() {
    try {
      var reports = yarn.getNodeReports(NodeState.RUNNING);
      nodes =
          reports.stream()
              .map(this::candidate)
              .collect(Collectors.toUnmodifiableMap(CandidateNode::id, Function.identity()));
      nodes.values().forEach(node -> ReportedRacks.report(node.requestName(), node.rack()));
    } catch (IOException | YarnException e) {
      LOG.warn("the resource manager does not tell its nodes: {}", e.getMessage());
    }
  }

  List<CandidateNode> nodes() {
    return List.copyOf(nodes.values());
  }

  /** Rack of a node, by host:port; empty if it is not known. */
  String rack(String nodeId) {
    var node = nodes.get(nodeId);
    return node == null ? "" : node.rack();
  }

  private CandidateNode candidate(NodeReport report) {
    var id = report.getNodeId();
    var total = report.getCapability();
    var used = report.getUsed();
    var usedMb = used == null ? 0 : used.getMemorySize();
    var usedVcores = used == null ? 0 : used.getVirtualCores();
    return new CandidateNode(
        id.toString(),
        portInName ? id.toString() : id.getHost(),
        report.getRackName(),
        total.getMemorySize() - usedMb,
        total.getVirtualCores() - usedVcores,
        total.getMemorySize());
  }

  @Override
  public void close() {
    yarn.stop();
  }
}
