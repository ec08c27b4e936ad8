// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon;

import io.sedna.client.SednaClient;
import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.conf.ServerConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.curator.test.TestingServer;
import org.apache.hadoop.conf.Configuration;

/** Daemons of one instance in this process, with a ZooKeeper of their own, for tests. */
final class TestDaemons implements AutoCloseable {
  private static final long READY_MS = 60_000;

  private final TestingServer zooKeeper;
  private final File directory;
  private final Map<String, SednaDaemon> running = new TreeMap<>();
  private final Configuration settings = new Configuration(false);

  TestDaemons(File directory) throws Exception {
    this.zooKeeper = new TestingServer();
    this.directory = directory;
  }

  /** For daemons that are started from now on. */
  TestDaemons with(String key, Object value) {
    settings.set(key, value.toString());
    return this;
  }

  Configuration conf(String nodeId) {
    Configuration conf = SednaConfiguration.create(new Configuration(false));
    conf.set(ZooKeeperConfig.QUORUM, zooKeeper.getConnectString());
    conf.setInt(ZooKeeperConfig.SESSION_TIMEOUT_MS, 4000);
    conf.set(ClusterConfig.INSTANCE, "test");
    conf.set(ClusterConfig.NODE_ID, nodeId);
    conf.set(ClusterConfig.NODE_RACK, "/rack-1");
    conf.setInt(ClusterConfig.PARTITIONS, 32);
    conf.setLong(ClusterConfig.CONTROLLER_REBALANCE_DELAY_MS, 100);
    conf.set(ServerConfig.BIND_ADDRESS, "127.0.0.1");
    conf.setInt(ServerConfig.THRIFT_PORT, 0);
    conf.setInt(ServerConfig.HTTP_PORT, 0);
    conf.setInt(ServerConfig.EVENT_LOOPS, 2);
    conf.setLong(ServerConfig.SHUTDOWN_GRACE_MS, 2000);
    conf.set(SnapshotConfig.DIR, new File(directory, "snapshots").toURI().toString());
    settings.forEach(entry -> conf.set(entry.getKey(), entry.getValue()));
    return conf;
  }

  SednaDaemon start(String nodeId) {
    var daemon = new SednaDaemon(conf(nodeId));
    daemon.start();
    running.put(nodeId, daemon);
    return daemon;
  }

  TestDaemons start(String... nodeIds) {
    with(ClusterConfig.CLUSTER_INITIAL_DAEMONS, nodeIds.length);
    for (String nodeId : nodeIds) {
      start(nodeId);
    }
    awaitReady();
    return this;
  }

  void awaitReady() {
    running.values().forEach(daemon -> daemon.awaitReady(READY_MS));
  }

  SednaDaemon daemon(String nodeId) {
    return running.get(nodeId);
  }

  SednaDaemon controller() {
    return running.values().stream()
        .filter(SednaDaemon::controllerActive)
        .findFirst()
        .orElseThrow();
  }

  void kill(String nodeId) {
    running.remove(nodeId).kill();
  }

  void stop(String nodeId) {
    running.remove(nodeId).stop();
  }

  TestingServer zooKeeper() {
    return zooKeeper;
  }

  SednaClient client() {
    String bootstrap =
        running.values().stream()
            .map(daemon -> daemon.host() + ":" + daemon.thriftPort())
            .collect(Collectors.joining(","));
    return SednaClient.builder().bootstrap(bootstrap).build();
  }

  @Override
  public void close() throws Exception {
    running.values().forEach(SednaDaemon::stop);
    running.clear();
    zooKeeper.close();
  }
}
