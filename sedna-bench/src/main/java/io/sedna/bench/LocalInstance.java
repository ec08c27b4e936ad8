// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.MemcachedConfig;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.conf.ServerConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.daemon.SednaDaemon;
import io.sedna.minicluster.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** An instance in this process: real daemons over real sockets, with a ZooKeeper of their own. */
final class LocalInstance implements AutoCloseable {
  private static final long READY_TIMEOUT_MS = 60_000;
  static final String MEMCACHED_TABLE = "default.memcached";
  private static final String HOST = "127.0.0.1";

  private final Path directory;
  private final Deque<SednaDaemon> daemons = new ArrayDeque<>();
  private EmbeddedZooKeeper zooKeeper;

  private LocalInstance(Path directory) {
    this.directory = directory;
  }

  /** Returns when every daemon serves. */
  static LocalInstance start(int daemons) throws IOException {
    var instance = new LocalInstance(Files.createTempDirectory("sedna-bench"));
    try {
      instance.zooKeeper = EmbeddedZooKeeper.start(instance.directory.resolve("zk"), HOST, 0);
      for (int i = 0; i < daemons; i++) {
        var daemon = new SednaDaemon(instance.configuration(i, daemons));
        daemon.start();
        instance.daemons.push(daemon);
      }
      instance.daemons.forEach(daemon -> daemon.awaitReady(READY_TIMEOUT_MS));
      return instance;
    } catch (IOException | RuntimeException e) {
      instance.close();
      throw e;
    }
  }

  private Configuration configuration(int index, int count) {
    Configuration conf = SednaConfiguration.create(new Configuration(false));
    conf.set(ZooKeeperConfig.QUORUM, zooKeeper.connectString());
    conf.set(ClusterConfig.INSTANCE, "bench");
    conf.set(ClusterConfig.NODE_ID, "bench-" + index);
    conf.set(ClusterConfig.NODE_RACK, "/default-rack");
    conf.setInt(ClusterConfig.CLUSTER_INITIAL_DAEMONS, count);
    conf.set(ServerConfig.BIND_ADDRESS, HOST);
    conf.set(ServerConfig.ADVERTISED_HOST, HOST);
    conf.setInt(ServerConfig.THRIFT_PORT, 0);
    conf.setInt(ServerConfig.HTTP_PORT, 0);
    // What is measured is memory and wire, not the file system under snapshots.
    conf.set("fs.defaultFS", "file:///");
    conf.set(SnapshotConfig.DIR, directory.resolve("snapshots").toUri().toString());
    conf.setLong(SnapshotConfig.INTERVAL_MS, 0);
    return conf;
  }

  String bootstrap() {
    return daemons.stream()
        .map(daemon -> daemon.host() + ":" + daemon.thriftPort())
        .collect(Collectors.joining(","));
  }

  /**
   * Makes one daemon speak memcached's protocol, for {@link #MEMCACHED_TABLE}; returns the port.
   */
  int serveMemcached() {
    Configuration conf = SednaConfiguration.create(new Configuration(false));
    conf.setInt(MemcachedConfig.PORT, 0);
    conf.set(MemcachedConfig.TABLE, MEMCACHED_TABLE);
    return daemons.getFirst().serveMemcached(MemcachedConfig.from(conf));
  }

  @Override
  public void close() throws IOException {
    daemons.forEach(SednaDaemon::kill);
    if (zooKeeper != null) {
      zooKeeper.close();
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
