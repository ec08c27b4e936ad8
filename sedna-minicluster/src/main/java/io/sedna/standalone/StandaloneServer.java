// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.standalone;

import io.sedna.client.SednaClient;
import io.sedna.common.conf.ClientConfig;
import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.MemcachedConfig;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.conf.ServerConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.daemon.SednaDaemon;
import io.sedna.minicluster.EmbeddedZooKeeper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance in this process: ZooKeeper, daemons and checkpoints. ZooKeeper keeps its data, so
 * tables outlive any end; a restart finds that all copies of all partitions were lost, and the
 * controller gives them back from the newest snapshots, as it would on a cluster. Used by one
 * thread.
 */
final class StandaloneServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StandaloneServer.class);
  private static final String HOST = "127.0.0.1";
  private static final String INSTANCE = "standalone";
  private static final int MOST_COPIES = 3;

  /**
   * Each partition with records is a file of each snapshot, so they are few; fixed for the life of
   * an instance.
   */
  private static final int PARTITIONS = 16;

  /** How much may be lost if the process is killed. */
  private static final long CHECKPOINT_INTERVAL_MS = 10_000;

  /** A daemon that was killed stands in the way of its successor for as long. */
  private static final int SESSION_TIMEOUT_MS = 4_000;

  private static final long READY_TIMEOUT_MS = 120_000;

  private final StandaloneOptions options;
  private final DataDirectory directory;
  private final List<SednaDaemon> daemons = new ArrayList<>();
  private EmbeddedZooKeeper zooKeeper;
  private SednaClient client;
  private Checkpoints checkpoints;

  /** Takes the directory over; it is released when the server is closed. */
  StandaloneServer(StandaloneOptions options, DataDirectory directory) {
    this.options = options;
    this.directory = directory;
  }

  /** Returns when the instance serves, with all that was saved. */
  void start() throws IOException {
    int copies = directory.copies(Math.min(MOST_COPIES, options.daemons()), options.daemons());
    zooKeeper = EmbeddedZooKeeper.start(directory.zooKeeper(), HOST, 0);
    for (int i = 0; i < options.daemons(); i++) {
      var daemon = new SednaDaemon(configuration(i, copies));
      daemons.add(daemon);
      daemon.start();
    }
    var conf = configuration(0, copies);
    conf.set(ClientConfig.BOOTSTRAP, thriftAddresses());
    client = SednaClient.builder().configuration(conf).build();
    // A stop freezes, so that nothing is written after the last snapshot.
    client.admin().thaw();
    giveUpUnsavedTables();
    boolean memcached = options.memcachedPort() != StandaloneOptions.NO_PORT;
    if (memcached) {
      conf.setInt(MemcachedConfig.PORT, options.memcachedPort());
      createMemcachedTable(MemcachedConfig.from(conf));
    }
    daemons.forEach(daemon -> daemon.awaitReady(READY_TIMEOUT_MS));
    if (memcached) {
      daemons.get(0).serveMemcached(MemcachedConfig.from(conf));
    }
    checkpoints = new Checkpoints(client.admin());
    checkpoints.start(conf.getLong(StandaloneMain.CHECKPOINT_INTERVAL_KEY, CHECKPOINT_INTERVAL_MS));
  }

  /**
   * A table that was created and written after the last snapshot, before the process was killed:
   * its partitions would wait for ever for a snapshot that holds them. What was in it is within
   * what a kill may lose.
   */
  private void giveUpUnsavedTables() {
    var admin = client.admin();
    var snapshots = admin.listSnapshots();
    for (Table table : admin.listTables("")) {
      boolean saved =
          snapshots.stream()
              .anyMatch(
                  snapshot ->
                      snapshot.getTables().contains(table.name().toString())
                          && snapshot.getCreatedAtMs() >= table.createdAtMs());
      if (!saved && table.schema().persistence() != PersistenceMode.NONE) {
        LOG.warn(
            "Table {} was not saved before the last server was killed: it begins empty",
            table.name());
        admin.truncateTable(table.name().toString());
      }
    }
  }

  /**
   * A cache that memcached clients may lose: one copy, not saved. One that is there stays as it is.
   */
  private void createMemcachedTable(MemcachedConfig config) {
    var name = TableName.parse(config.table());
    boolean exists =
        client.admin().listTables("").stream().anyMatch(table -> table.name().equals(name));
    if (!exists) {
      client
          .admin()
          .createTable(
              new TableSchema(
                  name,
                  1,
                  1,
                  1,
                  ConsistencyMode.EVENTUAL,
                  MemoryMode.CACHE,
                  0,
                  PersistenceMode.NONE,
                  0,
                  0));
    }
  }

  private Configuration configuration(int index, int copies) {
    var conf = SednaConfiguration.create();
    conf.set(ClusterConfig.INSTANCE, INSTANCE);
    // Not the name of the directory of snapshots: the data directory can be moved.
    conf.set(ClusterConfig.INSTANCE_ID, INSTANCE);
    conf.set(ClusterConfig.NODE_ID, INSTANCE + "-" + index);
    conf.setInt(ClusterConfig.PARTITIONS, PARTITIONS);
    conf.setInt(ClusterConfig.REPLICATION, copies);
    conf.setInt(ClusterConfig.CLUSTER_INITIAL_DAEMONS, options.daemons());
    conf.setLong(ClusterConfig.CONTROLLER_REBALANCE_DELAY_MS, 500);
    conf.set(ServerConfig.BIND_ADDRESS, HOST);
    conf.set(ServerConfig.ADVERTISED_HOST, HOST);
    conf.setLong(ServerConfig.SHUTDOWN_GRACE_MS, 2_000);
    conf.setInt(ZooKeeperConfig.SESSION_TIMEOUT_MS, SESSION_TIMEOUT_MS);
    conf.set(SnapshotConfig.DIR, directory.snapshots().toUri().toString());
    conf.setLong(SnapshotConfig.INTERVAL_MS, 0);
    // Otherwise Hadoop closes them at SIGTERM, under the last snapshot.
    conf.setBoolean("fs.automatic.close", false);
    // The heap is shared.
    conf.setDouble(
        StoreConfig.MEMORY_FRACTION, StoreConfig.MEMORY_FRACTION_DEFAULT / options.daemons());
    options.properties().forEach(conf::set);
    conf.set(ZooKeeperConfig.QUORUM, zooKeeper.connectString());
    conf.setInt(ServerConfig.THRIFT_PORT, options.thriftPort(index));
    conf.setInt(ServerConfig.HTTP_PORT, options.httpPort(index));
    return conf;
  }

  /** What the user is told when it serves. */
  String readyLine() {
    var first = daemons.get(0);
    return "ready thrift="
        + thriftAddresses()
        + " http="
        + first.host()
        + ":"
        + first.httpPort()
        + " zookeeper="
        + zooKeeper.connectString()
        + (first.memcachedPort().isEmpty()
            ? ""
            : " memcached=" + first.host() + ":" + first.memcachedPort().getAsInt());
  }

  private String thriftAddresses() {
    return daemons.stream()
        .map(daemon -> daemon.host() + ":" + daemon.thriftPort())
        .collect(Collectors.joining(","));
  }

  /** Completes when a daemon has failed and the server must end. */
  CompletableFuture<Object> failure() {
    return CompletableFuture.anyOf(
        daemons.stream().map(SednaDaemon::failure).toArray(CompletableFuture[]::new));
  }

  /**
   * Saves everything: refuses writes, then takes the last snapshot.
   *
   * @throws SednaException if it could not be saved
   */
  void save() {
    checkpoints.close();
    client.admin().freeze();
    checkpoints.checkpoint();
  }

  /** Ends without saving. */
  @Override
  public void close() throws IOException {
    if (checkpoints != null) {
      checkpoints.close();
    }
    if (client != null) {
      client.close();
    }
    // Nobody is left whom a graceful end would help.
    daemons.forEach(SednaDaemon::kill);
    if (zooKeeper != null) {
      zooKeeper.close();
    }
    directory.close();
  }
}
