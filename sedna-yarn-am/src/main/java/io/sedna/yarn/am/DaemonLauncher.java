// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.ServerConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.YarnConfig;
import io.sedna.yarn.launch.Collector;
import io.sedna.yarn.launch.ContainerBudget;
import io.sedna.yarn.launch.ContainerCredentials;
import io.sedna.yarn.launch.ContainerEnvironment;
import io.sedna.yarn.launch.InstanceDescriptor;
import io.sedna.yarn.launch.JavaCommand;
import io.sedna.yarn.launch.StagingDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.yarn.api.records.ContainerLaunchContext;
import org.apache.hadoop.yarn.api.records.LocalResource;

/** Describes the process of a daemon to the node manager that is to start it. */
final class DaemonLauncher {
  private static final String MAIN_CLASS = "io.sedna.daemon.DaemonMain";

  private final Configuration conf;
  private final YarnConfig config;
  private final InstanceDescriptor descriptor;
  private final Map<String, LocalResource> resources;
  private final Credentials credentials;
  private final String user;
  private final String applicationId;

  /**
   * Reads from the file system what it will say about files.
   *
   * @param applicationId what daemons know their instance by
   */
  DaemonLauncher(Configuration conf, InstanceDescriptor descriptor, String applicationId)
      throws IOException {
    this.conf = conf;
    this.applicationId = applicationId;
    this.config = YarnConfig.from(conf);
    this.descriptor = descriptor;
    this.resources = StagingDirectory.of(conf).localResources(descriptor.name());
    var ugi = UserGroupInformation.getCurrentUser();
    this.credentials = ContainerCredentials.withoutMasterToken(ugi.getCredentials());
    this.user = ugi.getShortUserName();
  }

  ContainerLaunchContext describe(int slot, HeldContainer container, String rack, int desired)
      throws IOException {
    return ContainerLaunchContext.newInstance(
        resources,
        ContainerEnvironment.ofDaemon(conf, user),
        List.of(command(slot, container, rack, desired)),
        Map.of(),
        ContainerCredentials.serialise(credentials),
        Map.of());
  }

  String command(int slot, HeldContainer container, String rack, int desired) {
    var budget =
        ContainerBudget.of(descriptor.memoryMb(), StoreConfig.from(conf).memoryMb(), config);
    String userOptions = config.daemonJavaOpts().orElse("");
    var command =
        new JavaCommand(MAIN_CLASS, config.javaHome())
            .options(budget.javaOptions())
            .options(Collector.option(userOptions))
            .options(userOptions);
    command
        .setting(ClusterConfig.INSTANCE, descriptor.name())
        .setting(ClusterConfig.INSTANCE_ID, applicationId)
        .setting(ClusterConfig.NODE_ID, descriptor.nodeId(slot))
        .setting(StoreConfig.MEMORY_MB, Integer.toString(budget.storeMb()))
        .setting(ClusterConfig.CLUSTER_INITIAL_DAEMONS, Integer.toString(desired))
        // Where the node manager is reached, its containers are: a host may have other names.
        .setting(ServerConfig.ADVERTISED_HOST, container.host());
    if (!rack.isEmpty()) {
      command.setting(ClusterConfig.NODE_RACK, rack);
    }
    // Fixed ports collide where daemons share a node, or where the last one has just died.
    for (var port : List.of(ServerConfig.THRIFT_PORT, ServerConfig.HTTP_PORT)) {
      if (!descriptor.settings().containsKey(port)) {
        command.setting(port, "0");
      }
    }
    return command.build();
  }
}
