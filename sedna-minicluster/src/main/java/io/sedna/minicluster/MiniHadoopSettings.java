// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/**
 * Settings that make YARN and MapReduce small and quick enough for a whole cluster on one machine.
 */
final class MiniHadoopSettings {
  /**
   * Containers start often and live shortly: little heap, the simple collector, the quick compiler.
   */
  private static final String JAVA_OPTIONS =
      "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto"
          + " --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED"
          + " --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED";

  private static final int HEARTBEAT_MS = 200;
  private static final int TASK_MB = 512;

  private MiniHadoopSettings() {}

  static void apply(Configuration conf, Path dir, int nodeManagerMemoryMb, Path containerJars) {
    resources(conf, nodeManagerMemoryMb);
    queue(conf);
    tempo(conf);
    containers(conf, containerJars);
    mapReduce(conf, dir);
  }

  private static void resources(Configuration conf, int nodeManagerMemoryMb) {
    conf.setInt("yarn.minicluster.yarn.nodemanager.resource.memory-mb", nodeManagerMemoryMb);
    conf.setInt("yarn.nodemanager.resource.memory-mb", nodeManagerMemoryMb);
    conf.setInt("yarn.nodemanager.resource.cpu-vcores", 16);
    conf.setInt("yarn.scheduler.minimum-allocation-mb", 128);
    conf.setInt("yarn.scheduler.maximum-allocation-mb", nodeManagerMemoryMb);
    conf.setInt("yarn.scheduler.maximum-allocation-vcores", 16);
    // The machine is shared with everything else that runs on it; a full disk is not this cluster's
    // to judge.
    conf.setBoolean("yarn.nodemanager.disk-health-checker.enable", false);
    conf.setBoolean("yarn.nodemanager.pmem-check-enabled", false);
    conf.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
  }

  private static void queue(Configuration conf) {
    conf.set(
        "yarn.resourcemanager.scheduler.class",
        "org.apache.hadoop.yarn.server.resourcemanager.scheduler.capacity.CapacityScheduler");
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
    conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    // Data nodes and node managers have different names here, so waiting for local ones would be in
    // vain.
    conf.setInt("yarn.scheduler.capacity.node-locality-delay", -1);
    // All node managers are on one host: names with ports tell them apart, so that containers can
    // be asked of one.
    conf.setBoolean("yarn.scheduler.include-port-in-node-name", true);
  }

  private static void tempo(Configuration conf) {
    conf.setInt("yarn.resourcemanager.nodemanagers.heartbeat-interval-ms", HEARTBEAT_MS);
    conf.setInt("yarn.app.mapreduce.am.scheduler.heartbeat.interval-ms", HEARTBEAT_MS);
    conf.setInt("mapreduce.client.progressmonitor.pollinterval", HEARTBEAT_MS);
    conf.setInt("mapreduce.client.completion.pollinterval", HEARTBEAT_MS);
    conf.setInt("yarn.client.application-client-protocol.poll-interval-ms", HEARTBEAT_MS);
    conf.setInt("yarn.app.mapreduce.am.hard-kill-timeout-ms", 5_000);
    // The sum of these is also how long a node manager takes to stop: it keeps finished
    // applications for their logs.
    conf.setInt("yarn.nodemanager.sleep-delay-before-sigkill.ms", 3_000);
    conf.setInt("yarn.nodemanager.process-kill-wait.ms", 500);
    conf.setInt("yarn.resourcemanager.am.max-attempts", 4);
    conf.setBoolean("yarn.nodemanager.recovery.enabled", false);
  }

  private static void containers(Configuration conf, Path jars) {
    var classPath = jars + "/*";
    conf.set("yarn.application.classpath", classPath);
    conf.set("mapreduce.application.classpath", classPath);
    // Logs stay in the node managers' directories, where they can be read after a failure.
    conf.setBoolean("yarn.log-aggregation-enable", false);
    conf.setInt("yarn.nodemanager.log.retain-seconds", 86_400);
    var javaHome = System.getProperty("java.home");
    conf.set("sedna.yarn.java.home", javaHome);
    conf.set("yarn.app.mapreduce.am.env", "JAVA_HOME=" + javaHome);
    conf.set("mapreduce.map.env", "JAVA_HOME=" + javaHome);
    conf.set("mapreduce.reduce.env", "JAVA_HOME=" + javaHome);
  }

  private static void mapReduce(Configuration conf, Path dir) {
    conf.set("mapreduce.framework.name", "yarn");
    conf.set("yarn.app.mapreduce.am.staging-dir", "/tmp/hadoop-yarn/staging");
    conf.set("hadoop.tmp.dir", dir.resolve("tmp").toString());
    conf.setInt("yarn.app.mapreduce.am.resource.mb", TASK_MB);
    conf.set("yarn.app.mapreduce.am.command-opts", "-Xmx300m " + JAVA_OPTIONS);
    conf.setInt("mapreduce.map.memory.mb", TASK_MB);
    conf.setInt("mapreduce.reduce.memory.mb", TASK_MB);
    conf.set("mapreduce.map.java.opts", "-Xmx300m " + JAVA_OPTIONS);
    conf.set("mapreduce.reduce.java.opts", "-Xmx300m " + JAVA_OPTIONS);
    conf.setInt("mapreduce.task.io.sort.mb", 32);
    // A reducer waiting for mappers holds a container that the mappers may need.
    conf.setFloat("mapreduce.job.reduce.slowstart.completedmaps", 1.0f);
    conf.setBoolean("mapreduce.map.speculative", false);
    conf.setBoolean("mapreduce.reduce.speculative", false);
  }
}
