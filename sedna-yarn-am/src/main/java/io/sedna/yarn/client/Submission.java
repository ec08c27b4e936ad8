// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.YarnConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.yarn.launch.ContainerCredentials;
import io.sedna.yarn.launch.ContainerEnvironment;
import io.sedna.yarn.launch.InstanceDescriptor;
import io.sedna.yarn.launch.JavaCommand;
import io.sedna.yarn.launch.StagingDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.yarn.api.records.ApplicationSubmissionContext;
import org.apache.hadoop.yarn.api.records.ContainerLaunchContext;
import org.apache.hadoop.yarn.api.records.LogAggregationContext;
import org.apache.hadoop.yarn.api.records.Resource;

/** Describes the application master to the resource manager. */
final class Submission {
  private static final String MASTER_CLASS = "io.sedna.yarn.am.ApplicationMaster";

  /** The rest of the master's container is for what is not heap. */
  private static final double MASTER_HEAP_SHARE = 0.6;

  private final Configuration conf;
  private final YarnConfig config;
  private final StagingDirectory staging;

  Submission(Configuration conf, StagingDirectory staging) {
    this.conf = conf;
    this.config = YarnConfig.from(conf);
    this.staging = staging;
  }

  /** Fills in a context that the resource manager gave. */
  ApplicationSubmissionContext fill(
      ApplicationSubmissionContext context, InstanceDescriptor instance) {
    context.setApplicationName(instance.name());
    context.setApplicationType(Applications.TYPE);
    context.setApplicationTags(Set.of("sedna", "sedna:" + instance.name()));
    context.setQueue(instance.queue());
    context.setResource(Resource.newInstance(config.amMemoryMb(), config.amVcores()));
    context.setMaxAppAttempts(config.amMaxAttempts());
    context.setAttemptFailuresValidityInterval(config.amFailuresValidityIntervalMs());
    context.setKeepContainersAcrossApplicationAttempts(true);
    // Rolled files are collected while the instance runs, as it runs for months.
    context.setLogAggregationContext(LogAggregationContext.newInstance(".*", "", ".*", ""));
    context.setAMContainerSpec(master(instance));
    return context;
  }

  private ContainerLaunchContext master(InstanceDescriptor instance) {
    try {
      var ugi = UserGroupInformation.getCurrentUser();
      var launch =
          ContainerLaunchContext.newInstance(
              staging.localResources(instance.name()),
              ContainerEnvironment.of(conf, ugi.getShortUserName()),
              List.of(command(instance)),
              Map.of(),
              null,
              Map.of());
      if (UserGroupInformation.isSecurityEnabled()) {
        launch.setTokens(ContainerCredentials.serialise(tokens(ugi)));
      }
      return launch;
    } catch (IOException e) {
      throw new SednaException(
          ErrorCode.STORAGE_FAILED, "cannot describe the master: " + e.getMessage(), e);
    }
  }

  private String command(InstanceDescriptor instance) {
    var heapMb = (int) (config.amMemoryMb() * MASTER_HEAP_SHARE);
    return new JavaCommand(MASTER_CLASS, config.javaHome())
        .options("-Xmx" + heapMb + "m -XX:+UseSerialGC")
        .setting(ClusterConfig.INSTANCE, instance.name())
        .build();
  }

  /** For the master and the daemons to read and write HDFS as the user. */
  private Credentials tokens(UserGroupInformation ugi) throws IOException {
    var credentials = new Credentials(ugi.getCredentials());
    var renewer = conf.get("yarn.resourcemanager.principal", "");
    staging.fileSystem().addDelegationTokens(renewer, credentials);
    return credentials;
  }
}
