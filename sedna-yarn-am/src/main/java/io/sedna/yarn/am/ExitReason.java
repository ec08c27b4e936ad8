// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import org.apache.hadoop.yarn.api.records.ContainerExitStatus;
import org.apache.hadoop.yarn.api.records.ContainerStatus;

/** Why a container ended. */
final class ExitReason {
  /** 128 + SIGKILL. */
  private static final int KILLED = 137;

  private ExitReason() {}

  /** Whether it may happen again when the daemon is started again at once. */
  static boolean ownFault(int exitStatus) {
    return switch (exitStatus) {
      // Lost nodes are reported as aborted.
      case ContainerExitStatus.ABORTED,
          ContainerExitStatus.DISKS_FAILED,
          ContainerExitStatus.PREEMPTED,
          ContainerExitStatus.KILLED_BY_RESOURCEMANAGER,
          ContainerExitStatus.KILLED_BY_APPMASTER,
          ContainerExitStatus.KILLED_AFTER_APP_COMPLETION,
          ContainerExitStatus.KILLED_BY_CONTAINER_SCHEDULER ->
          false;
      default -> true;
    };
  }

  static String describe(ContainerStatus status) {
    var exit = status.getExitStatus();
    var name =
        switch (exit) {
          case ContainerExitStatus.ABORTED -> "given back, or lost with its node";
          case ContainerExitStatus.DISKS_FAILED -> "lost to failed disks";
          case ContainerExitStatus.PREEMPTED -> "preempted";
          case ContainerExitStatus.KILLED_EXCEEDED_PMEM -> "killed for taking too much memory";
          case ContainerExitStatus.KILLED_EXCEEDED_VMEM ->
              "killed for taking too much virtual memory";
          case KILLED -> "killed";
          default -> "ended with " + exit;
        };
    var diagnostics = status.getDiagnostics() == null ? "" : status.getDiagnostics().strip();
    return diagnostics.isEmpty() ? name : name + ": " + diagnostics.lines().findFirst().orElse("");
  }
}
