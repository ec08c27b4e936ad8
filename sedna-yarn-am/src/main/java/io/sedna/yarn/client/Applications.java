// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.ApplicationSubmissionContext;
import org.apache.hadoop.yarn.api.records.NodeState;
import org.apache.hadoop.yarn.api.records.QueueState;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.client.api.YarnClientApplication;
import org.apache.hadoop.yarn.exceptions.ApplicationNotFoundException;
import org.apache.hadoop.yarn.exceptions.YarnException;

/** Sedna's applications at the resource manager. Thread-safe; calls block. */
final class Applications implements AutoCloseable {
  static final String TYPE = "SEDNA";

  private static final long POLL_MS = 200;

  private static final EnumSet<YarnApplicationState> LIVE =
      EnumSet.of(
          YarnApplicationState.NEW,
          YarnApplicationState.NEW_SAVING,
          YarnApplicationState.SUBMITTED,
          YarnApplicationState.ACCEPTED,
          YarnApplicationState.RUNNING);

  private final YarnClient yarn;

  Applications(Configuration conf) {
    yarn = YarnClient.createYarnClient();
    yarn.init(conf);
    yarn.start();
  }

  static boolean isLive(ApplicationReport report) {
    return LIVE.contains(report.getYarnApplicationState());
  }

  /** All that live, by name. */
  List<ApplicationReport> live() {
    return call(() -> yarn.getApplications(Set.of(TYPE), LIVE)).stream()
        .sorted(Comparator.comparing(ApplicationReport::getName))
        .toList();
  }

  /** The application that the instance runs as, if it does. */
  Optional<ApplicationReport> live(String instance) {
    return live().stream().filter(report -> report.getName().equals(instance)).findFirst();
  }

  /** An application by id, while the resource manager remembers it. */
  Optional<ApplicationReport> find(String applicationId) {
    return call(
        () -> {
          try {
            return Optional.of(yarn.getApplicationReport(ApplicationId.fromString(applicationId)));
          } catch (ApplicationNotFoundException e) {
            return Optional.empty();
          }
        });
  }

  YarnClientApplication create() {
    return call(yarn::createApplication);
  }

  ApplicationReport submit(ApplicationSubmissionContext context) {
    return call(
        () -> {
          yarn.submitApplication(context);
          return yarn.getApplicationReport(context.getApplicationId());
        });
  }

  void kill(ApplicationId id, String reason) {
    call(
        () -> {
          yarn.killApplication(id, reason);
          return true;
        });
  }

  /** Waits until the application has ended. */
  boolean awaitEnd(ApplicationId id, long timeoutMs) {
    var deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (true) {
      var report = find(id.toString());
      if (report.isEmpty() || !isLive(report.get())) {
        return true;
      }
      if (System.nanoTime() > deadlineNs) {
        return false;
      }
      Pause.forMs(POLL_MS);
    }
  }

  /**
   * @throws SednaException INVALID_ARGUMENT naming the queue, if there is none or it is stopped
   */
  ClusterLimits limits(YarnClientApplication application, String queue) {
    var largest = application.getNewApplicationResponse().getMaximumResourceCapability();
    return call(
        () -> {
          var nodes =
              yarn.getNodeReports(NodeState.RUNNING).stream()
                  .map(
                      node ->
                          new ClusterLimits.Node(
                              node.getCapability().getMemorySize(),
                              node.getCapability().getVirtualCores()))
                  .toList();
          return new ClusterLimits(
              largest.getMemorySize(), largest.getVirtualCores(), nodes, queue, queueShare(queue));
        });
  }

  private double queueShare(String queue) throws IOException, YarnException {
    var info = yarn.getQueueInfo(queue);
    if (info == null) {
      throw new SednaException(ErrorCode.INVALID_ARGUMENT, "the cluster has no queue " + queue);
    }
    if (info.getQueueState() == QueueState.STOPPED) {
      throw new SednaException(ErrorCode.INVALID_ARGUMENT, "queue " + queue + " is stopped");
    }
    // Of its parent, and so no less than of the cluster; other schedulers do not say.
    var share = info.getMaximumCapacity();
    return share > 0 && share <= 1 ? share : 1;
  }

  @Override
  public void close() {
    yarn.stop();
  }

  private interface YarnCall<T> {
    T run() throws IOException, YarnException;
  }

  private static <T> T call(YarnCall<T> call) {
    try {
      return call.run();
    } catch (IOException | YarnException e) {
      var message = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new SednaException(
          ErrorCode.UNAVAILABLE,
          "the resource manager refused or did not answer: "
              + message.lines().findFirst().orElse(""),
          e);
    }
  }
}
