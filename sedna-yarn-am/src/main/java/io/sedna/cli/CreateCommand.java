// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.conf.YarnConfig;
import io.sedna.common.id.InstanceName;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.yarn.client.SednaYarnClient;
import io.sedna.yarn.launch.InstanceDescriptor;
import io.sedna.yarn.launch.MemorySize;
import io.sedna.yarn.launch.ShippedSettings;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(name = "create", description = "Create an instance and run it on YARN.")
final class CreateCommand extends InstanceCommand {
  @Parameters(paramLabel = "NAME", description = "Name of the instance.")
  private String name;

  @Option(
      names = {"-n", "--daemons"},
      paramLabel = "N",
      defaultValue = "3",
      description = "Daemons, each on a node of its own; ${DEFAULT-VALUE} by default.")
  private int daemons;

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "SIZE",
      defaultValue = "1g",
      description = "Container of a daemon, as 1g or 1536m; ${DEFAULT-VALUE} by default.")
  private String memory;

  @Option(
      names = "--vcores",
      paramLabel = "N",
      description = "Virtual cores of a daemon; by default sedna.yarn.daemon.vcores.")
  private Integer vcores;

  @Option(
      names = {"-q", "--queue"},
      paramLabel = "QUEUE",
      description = "Queue to submit to; by default sedna.yarn.queue.")
  private String queue;

  @Option(
      names = "--partitions",
      paramLabel = "P",
      description = "Partitions, a power of two, for good; by default sedna.partitions.")
  private Integer partitions;

  @Option(
      names = "--replication",
      paramLabel = "R",
      description = "Copies of each partition, for good; by default sedna.replication.")
  private Integer replication;

  @Option(
      names = "--allow-colocation",
      description = "Let daemons share a node if the cluster is too small.")
  private boolean allowColocation;

  @Mixin private WaitOptions wait = new WaitOptions();

  CreateCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(SednaYarnClient client, ProgressPrinter progress) {
    settle(client, progress, client.create(descriptor(conf()), progress), wait);
    return ExitCode.OK;
  }

  private InstanceDescriptor descriptor(Configuration conf) {
    var yarn = YarnConfig.from(conf);
    conf.set(ClusterConfig.INSTANCE, name);
    if (partitions != null) {
      conf.setInt(ClusterConfig.PARTITIONS, partitions);
    }
    if (replication != null) {
      conf.setInt(ClusterConfig.REPLICATION, replication);
    }
    // Refuses what daemons would refuse, while somebody is looking.
    ClusterConfig.from(conf);
    // Whoever runs the daemons may have another home directory.
    conf.set(
        SnapshotConfig.DIR, SnapshotDirectory.open(conf, new InstanceName(name)).path().toString());
    return new InstanceDescriptor(
        name,
        daemons,
        MemorySize.parseMb(memory),
        vcores == null ? yarn.daemonVcores() : vcores,
        queue == null ? yarn.queue() : queue,
        allowColocation,
        ShippedSettings.of(conf),
        System.currentTimeMillis());
  }
}
