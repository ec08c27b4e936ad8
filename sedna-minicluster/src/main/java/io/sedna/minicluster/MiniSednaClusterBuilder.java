// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.conf.ServerConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.curator.test.TestingServer;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/** Settings of a {@link MiniSednaCluster} that is still to be started. Not thread-safe. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class MiniSednaClusterBuilder {
  private static final int DEFAULT_COPIES = 3;
  private static final String HOST = "127.0.0.1";

  private int daemons = 1;
  private int partitions = 16;
  private Optional<Integer> replication = Optional.empty();
  private List<String> racks = List.of();
  private String instance = "mini";
  private Optional<URI> snapshotDir = Optional.empty();
  private Configuration overrides = new Configuration(false);

  MiniSednaClusterBuilder() {}

  /** Number of daemons. Default 1. */
  public MiniSednaClusterBuilder daemons(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("daemons=" + count + ", least=1");
    }
    daemons = count;
    return this;
  }

  /** Number of partitions, a power of two. Default 16. */
  public MiniSednaClusterBuilder partitions(int count) {
    partitions = count;
    return this;
  }

  /** Copies of each partition. Default: as many as daemons, 3 at most. */
  public MiniSednaClusterBuilder replication(int copies) {
    replication = Optional.of(copies);
    return this;
  }

  /**
   * Rack of each daemon, as {@code /rack}, repeated in turn where there are fewer. Default: one
   * rack.
   */
  public MiniSednaClusterBuilder racks(String... names) {
    racks = List.of(names);
    return this;
  }

  /** Name of the instance. Default "mini". */
  public MiniSednaClusterBuilder instance(String name) {
    instance = name;
    return this;
  }

  /**
   * Where snapshots go, on any Hadoop file system whose settings are in {@link #configuration}.
   * Kept when the cluster is closed, so that another can restore from it. Default: a temporary
   * directory.
   */
  public MiniSednaClusterBuilder snapshotDirectory(URI dir) {
    snapshotDir = Optional.of(dir);
    return this;
  }

  /** Settings, Sedna's or Hadoop's, that win over those that the cluster makes for itself. */
  public MiniSednaClusterBuilder configuration(Configuration settings) {
    overrides = new Configuration(settings);
    return this;
  }

  /** One setting, as {@link #configuration}. */
  public MiniSednaClusterBuilder set(String key, String value) {
    overrides.set(key, value);
    return this;
  }

  /**
   * Starts it and waits until every partition has its copies.
   *
   * @throws SednaException if a daemon does not start; what had started is stopped again
   * @throws IOException if ZooKeeper does not start
   */
  public MiniSednaCluster start() throws IOException {
    Optional<Path> temporary =
        snapshotDir.isPresent()
            ? Optional.empty()
            : Optional.of(Files.createTempDirectory("sedna-mini-"));
    var snapshots = snapshotDir.orElseGet(() -> temporary.orElseThrow().toUri());
    var cluster = new MiniSednaCluster(this, snapshots, zooKeeper(), temporary);
    boolean started = false;
    try {
      cluster.startAll();
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  private static TestingServer zooKeeper() throws IOException {
    try {
      return new TestingServer(true);
    } catch (Exception e) {
      throw new IOException("ZooKeeper did not start: " + e.getMessage(), e);
    }
  }

  int daemons() {
    return daemons;
  }

  String nodeId(int index) {
    return instance + "-" + index;
  }

  /** Everything but where ZooKeeper and the daemons are. */
  Configuration clientConfiguration() {
    var conf = SednaConfiguration.create();
    Overrides.apply(overrides, conf);
    conf.set(ClusterConfig.INSTANCE, instance);
    return conf;
  }

  Configuration daemonConfiguration(int index, String zooKeeper, URI snapshots) {
    var conf = SednaConfiguration.create();
    conf.set(ClusterConfig.INSTANCE, instance);
    conf.set(ClusterConfig.NODE_ID, nodeId(index));
    conf.set(ZooKeeperConfig.QUORUM, zooKeeper);
    conf.setInt(ClusterConfig.PARTITIONS, partitions);
    conf.setInt(ClusterConfig.REPLICATION, replication.orElse(Math.min(DEFAULT_COPIES, daemons)));
    conf.setInt(ClusterConfig.CLUSTER_INITIAL_DAEMONS, daemons);
    conf.setLong(ClusterConfig.CONTROLLER_REBALANCE_DELAY_MS, 200);
    conf.set(ServerConfig.BIND_ADDRESS, HOST);
    conf.set(ServerConfig.ADVERTISED_HOST, HOST);
    conf.setInt(ServerConfig.THRIFT_PORT, 0);
    conf.setInt(ServerConfig.HTTP_PORT, 0);
    conf.setInt(ServerConfig.EVENT_LOOPS, 1);
    conf.setLong(ServerConfig.SHUTDOWN_GRACE_MS, 2_000);
    conf.setLong(SnapshotConfig.INTERVAL_MS, 0);
    conf.set(SnapshotConfig.DIR, snapshots.toString());
    // The heap is shared.
    conf.setDouble(
        StoreConfig.MEMORY_FRACTION, StoreConfig.MEMORY_FRACTION_DEFAULT / Math.max(1, daemons));
    if (!racks.isEmpty()) {
      conf.set(ClusterConfig.NODE_RACK, racks.get(index % racks.size()));
    }
    Overrides.apply(overrides, conf);
    return conf;
  }

  static void delete(Path dir) {
    try (var files = Files.walk(dir)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + dir, e);
    }
  }
}
