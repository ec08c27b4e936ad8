// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.YarnConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.TableSchema;
import io.sedna.yarn.launch.ContainerBudget;
import io.sedna.yarn.launch.InstanceDescriptor;
import java.util.Optional;

/**
 * Tells before submission what the cluster could never give, which YARN would let wait for ever or
 * kill later.
 */
final class ResourceCheck {
  private ResourceCheck() {}

  /**
   * @return a warning where the instance will do, but not as well as it should
   * @throws SednaException IMPOSSIBLE_RESOURCES with the numbers
   */
  static Optional<String> check(
      InstanceDescriptor instance, StoreConfig store, YarnConfig config, ClusterLimits limits) {
    var memoryMb = instance.memoryMb();
    ContainerBudget.of(memoryMb, store.memoryMb(), config);
    largest("a daemon", memoryMb, instance.vcores(), limits);
    largest("the application master", config.amMemoryMb(), config.amVcores(), limits);
    var total = limits.nodes().stream().mapToLong(ClusterLimits.Node::memoryMb).sum();
    var wanted = (long) instance.daemons() * memoryMb + config.amMemoryMb();
    var queueMb = (long) (total * limits.queueShare());
    if (wanted > queueMb) {
      throw impossible(
          instance.daemons()
              + " daemons of "
              + memoryMb
              + " MiB and a master of "
              + config.amMemoryMb()
              + " MiB need "
              + wanted
              + " MiB; queue "
              + limits.queue()
              + " can have "
              + queueMb
              + " of the cluster's "
              + total
              + " MiB");
    }
    var fitting = limits.nodes().stream().filter(node -> node.memoryMb() >= memoryMb).count();
    if (fitting >= instance.daemons()) {
      return Optional.empty();
    }
    var shortage =
        instance.daemons()
            + " daemons of "
            + memoryMb
            + " MiB belong on as many nodes; of the cluster's "
            + limits.nodes().size()
            + " nodes "
            + fitting
            + " are large enough";
    if (!instance.allowColocation() || fitting == 0) {
      throw impossible(
          shortage + (fitting == 0 ? "" : " (--allow-colocation lets daemons share a node)"));
    }
    return Optional.of(
        shortage + "; daemons will share nodes, and copies of a partition may be lost together");
  }

  /**
   * A warning where tables that say nothing of N would ask for more copies than there are daemons.
   *
   * @param replication the instance's sedna.replication
   */
  static Optional<String> copies(int daemons, int replication) {
    if (daemons >= replication) {
      return Optional.empty();
    }
    int majority = TableSchema.majority(replication);
    return Optional.of(
        daemons
            + " daemons cannot hold "
            + ClusterConfig.REPLICATION
            + "="
            + replication
            + " copies: tables that do not say n ask for that many, and their reads and writes need "
            + majority
            + (daemons < majority ? ", so that they will be refused" : ""));
  }

  private static void largest(String what, int memoryMb, int vcores, ClusterLimits limits) {
    if (memoryMb > limits.largestMb() || vcores > limits.largestVcores()) {
      throw impossible(
          what
              + " of "
              + memoryMb
              + " MiB and "
              + vcores
              + " virtual cores is larger than the largest container, "
              + limits.largestMb()
              + " MiB and "
              + limits.largestVcores()
              + " virtual cores");
    }
  }

  private static SednaException impossible(String message) {
    return new SednaException(ErrorCode.IMPOSSIBLE_RESOURCES, message);
  }
}
