// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sedna.yarn.client.InstanceStatus;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints instances, for people or as JSON. */
final class StatusPrinter {
  private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private final PrintStream out;

  StatusPrinter(PrintStream out) {
    this.out = out;
  }

  void list(List<InstanceStatus> statuses, boolean asJson) throws JsonProcessingException {
    if (asJson) {
      out.println(json.writeValueAsString(statuses));
      return;
    }
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("NAME", "STATE", "DAEMONS", "MEMORY", "QUEUE", "APPLICATION", "WEB PAGE"));
    for (var status : statuses) {
      rows.add(
          List.of(
              status.name(),
              state(status),
              status.daemons() == 0 ? "" : Integer.toString(status.daemons()),
              status.memoryMb() == 0 ? "" : status.memoryMb() + " MiB",
              status.queue(),
              text(status.applicationId()),
              text(status.trackingUrl())));
    }
    table(rows);
  }

  void status(InstanceStatus status, boolean asJson) throws JsonProcessingException {
    if (asJson) {
      out.println(json.writeValueAsString(status));
      return;
    }
    out.println("instance     " + status.name());
    out.println("state        " + state(status));
    out.println("application  " + text(status.applicationId()));
    out.println("web page     " + text(status.trackingUrl()));
    out.println("zookeeper    " + status.zookeeper());
    out.println("queue        " + status.queue());
    out.println("daemons      " + status.daemons() + " of " + status.memoryMb() + " MiB");
    if (!status.diagnostics().isEmpty()) {
      out.println("diagnostics  " + status.diagnostics());
    }
    if (status.cluster() != null) {
      cluster(status.cluster());
    }
  }

  private void cluster(InstanceStatus.Cluster cluster) {
    out.println(
        "partitions   "
            + cluster.partitions()
            + " with "
            + cluster.replication()
            + " copies: "
            + cluster.complete()
            + " complete, "
            + cluster.underReplicated()
            + " under-replicated, "
            + cluster.loading()
            + " loading");
    out.println("map epoch    " + cluster.epoch());
    out.println("controller   " + cluster.controller());
    if (cluster.frozen()) {
      out.println("frozen       writes are refused");
    }
    for (var warning : cluster.warnings()) {
      out.println("warning      " + warning);
    }
    out.println();
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("DAEMON", "STATE", "THRIFT", "RACK", "PRIMARIES", "REPLICAS"));
    for (var daemon : cluster.daemons()) {
      rows.add(
          List.of(
              daemon.nodeId(),
              !daemon.live() ? "lost" : daemon.draining() ? "draining" : "serving",
              daemon.host() + ":" + daemon.thriftPort(),
              daemon.rack(),
              Integer.toString(daemon.primaries()),
              Integer.toString(daemon.replicas())));
    }
    table(rows);
  }

  private void table(List<List<String>> rows) {
    var widths = new int[rows.get(0).size()];
    for (var row : rows) {
      for (var column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    for (var row : rows) {
      var line = new StringBuilder();
      for (var column = 0; column < widths.length; column++) {
        line.append(row.get(column))
            .append(" ".repeat(widths[column] - row.get(column).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static String state(InstanceStatus status) {
    return status.state().name().toLowerCase(Locale.ROOT);
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}
