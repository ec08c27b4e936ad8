// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import io.sedna.common.conf.SednaConfiguration;
import io.sedna.minicluster.EmbeddedZooKeeper;
import io.sedna.minicluster.MiniHadoopCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.exceptions.YarnException;

/**
 * ZooKeeper, HDFS and YARN inside this JVM, their settings in files for the launcher, and what YARN
 * tells.
 */
final class EmbeddedCluster implements AutoCloseable {
  static final int NODES = 3;
  private static final int NODE_MEMORY_MB = 2048;

  /** Few, because a snapshot has a file for each, and short, because a loss is to be seen. */
  private static final int PARTITIONS = 64;

  private static final int SESSION_TIMEOUT_MS = 4_000;

  private final Path dir;
  private EmbeddedZooKeeper zooKeeper;
  private MiniHadoopCluster hadoop;
  private YarnClient yarn;
  private Configuration conf;

  EmbeddedCluster(Path dir) {
    this.dir = dir;
  }

  void start() throws IOException {
    zooKeeper = EmbeddedZooKeeper.start(dir.resolve("zookeeper"), "localhost", 0);
    hadoop =
        MiniHadoopCluster.builder(dir.resolve("hadoop"))
            .datanodes(NODES)
            .racks("/rack-a", "/rack-a", "/rack-b")
            .nodeManagers(NODES)
            .nodeManagerMemoryMb(NODE_MEMORY_MB)
            .start();
    var sedna = new Configuration(false);
    sedna.set("sedna.zookeeper.quorum", zooKeeper.connectString());
    sedna.setInt("sedna.zookeeper.session.timeout.ms", SESSION_TIMEOUT_MS);
    sedna.setInt("sedna.partitions", PARTITIONS);
    sedna.setInt("sedna.replication", NODES);
    ClusterSettings.write(hadoop.configuration(), sedna, settings());
    conf = SednaConfiguration.create(hadoop.configuration());
    sedna.forEach(entry -> conf.set(entry.getKey(), entry.getValue()));
    yarn = YarnClient.createYarnClient();
    yarn.init(conf);
    yarn.start();
  }

  /** Directory of configuration files. */
  Path settings() {
    return dir.resolve("conf");
  }

  /** Hadoop's jars, as a class path. */
  String hadoopClassPath() {
    return hadoop.configuration().get("yarn.application.classpath");
  }

  Configuration conf() {
    return new Configuration(conf);
  }

  MiniHadoopCluster hadoop() {
    return hadoop;
  }

  String zooKeeper() {
    return zooKeeper.connectString();
  }

  /** The application that runs now and is of this type (MAPREDUCE, or Sedna's), or null. */
  ApplicationReport running(boolean mapReduce) throws IOException {
    try {
      return yarn
          .getApplications(
              EnumSet.of(
                  YarnApplicationState.ACCEPTED,
                  YarnApplicationState.SUBMITTED,
                  YarnApplicationState.RUNNING))
          .stream()
          .filter(report -> report.getApplicationType().equals("MAPREDUCE") == mapReduce)
          .findFirst()
          .orElse(null);
    } catch (YarnException e) {
      throw new IOException("YARN does not tell its applications", e);
    }
  }

  /** Node managers that have containers of an application, its master's too. */
  long containers(ApplicationId id) throws IOException {
    try {
      var attempt = yarn.getApplicationReport(id).getCurrentApplicationAttemptId();
      return yarn.getContainers(attempt).size();
    } catch (YarnException e) {
      throw new IOException("YARN does not tell the containers of " + id, e);
    }
  }

  /**
   * Shows how far the MapReduce job is that a launcher's command runs, until the command has ended.
   */
  void watchJob(BooleanSupplier running, Progress progress)
      throws IOException, InterruptedException {
    while (running.getAsBoolean()) {
      var report = running(true);
      if (report != null) {
        progress.at(Math.round(report.getProgress() * 100), 100);
      }
      Thread.sleep(300);
    }
  }

  @Override
  public void close() {
    if (yarn != null) {
      yarn.stop();
    }
    if (hadoop != null) {
      hadoop.close();
    }
    if (zooKeeper != null) {
      zooKeeper.close();
    }
  }
}
