// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaClient;
import io.sedna.client.SednaClientBuilder;
import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.conf.ServerConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.DaemonMain;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.MemberInfo;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * ZooKeeper and daemons as processes of their own, each at a node of its own. A daemon that comes
 * back has the same node id and address, and holds nothing. Not thread-safe, but for {@link
 * #client}.
 */
final class Cluster implements AutoCloseable {
  private static final int PARTITIONS = 16;
  static final int COPIES = 3;

  /** Near enough that a test need not set a clock wrong by much. */
  static final long MAX_CLOCK_SKEW_MS = 10_000;

  /** ZooKeeper ends a lost session at its next tick: the fewer ticks, the later. */
  private static final int TICKS_PER_SESSION = 12;

  private static final int MEMORY_MB = 64;
  private static final int PROBE_PAUSE_MS = 50;
  private static final int HTTP_TIMEOUT_MS = 1_000;
  private static final int HTTP_OK = 200;
  private static final Duration START_PATIENCE = Duration.ofSeconds(120);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration DEADLINE = Duration.ofSeconds(4);

  /** One daemon. */
  static final class Daemon {
    private final int node;
    private final String id;
    private final Server server;
    private final String host;
    private final int thriftPort;
    private final int httpPort;
    private boolean wanted;

    private Daemon(int node, String id, Server server, String host, int thriftPort, int httpPort) {
      this.node = node;
      this.id = id;
      this.server = server;
      this.host = host;
      this.thriftPort = thriftPort;
      this.httpPort = httpPort;
    }

    String id() {
      return id;
    }

    int node() {
      return node;
    }

    Server server() {
      return server;
    }

    String host() {
      return host;
    }

    int port() {
      return thriftPort;
    }

    private String address() {
      return host + ":" + thriftPort;
    }

    /** Whether it says of itself that it does its whole part. */
    private boolean isReady() {
      try {
        var connection =
            (HttpURLConnection)
                URI.create("http://" + host + ":" + httpPort + "/ready").toURL().openConnection();
        connection.setConnectTimeout(HTTP_TIMEOUT_MS);
        connection.setReadTimeout(HTTP_TIMEOUT_MS);
        try {
          return connection.getResponseCode() == HTTP_OK;
        } finally {
          connection.disconnect();
        }
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public String toString() {
      return id;
    }
  }

  private final Network network;
  private final Server zooKeeper;
  private final List<Daemon> daemons = new ArrayList<>();
  private SednaClient client;

  /**
   * Nothing runs yet.
   *
   * @param directory of what ZooKeeper keeps
   * @param daemons that run from the beginning
   * @param spares that can be started later
   */
  Cluster(
      Children children,
      Network network,
      Path directory,
      int daemons,
      int spares,
      int sessionTimeoutMs)
      throws IOException {
    this.network = network;
    int port = network.port(Network.ZOOKEEPER);
    String host = network.host(Network.ZOOKEEPER);
    zooKeeper =
        new Server(
            children,
            "zookeeper",
            network.at(Network.ZOOKEEPER),
            ZooKeeperMain.class,
            List.of(
                directory.resolve("zookeeper").toString(),
                host,
                Integer.toString(port),
                Integer.toString(Math.max(1, sessionTimeoutMs / TICKS_PER_SESSION))));
    for (int node = 1; node <= daemons + spares; node++) {
      this.daemons.add(
          daemon(children, node, host + ":" + port, directory, daemons, sessionTimeoutMs));
    }
    this.daemons.forEach(daemon -> daemon.wanted = daemon.node <= daemons);
  }

  private Daemon daemon(
      Children children,
      int node,
      String zooKeeperAddress,
      Path directory,
      int initial,
      int sessionTimeoutMs)
      throws IOException {
    String id = "node-" + node;
    String host = network.host(node);
    int thriftPort = network.port(node);
    int httpPort = network.port(node);
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put(ClusterConfig.INSTANCE, "chaos");
    settings.put(ClusterConfig.NODE_ID, id);
    settings.put(ClusterConfig.NODE_RACK, "/default-rack");
    settings.put(ClusterConfig.PARTITIONS, PARTITIONS);
    settings.put(ClusterConfig.REPLICATION, COPIES);
    settings.put(ClusterConfig.CLUSTER_INITIAL_DAEMONS, initial);
    settings.put(ClusterConfig.CLOCK_MAX_SKEW_MS, MAX_CLOCK_SKEW_MS);
    settings.put(ClusterConfig.CONTROLLER_REBALANCE_DELAY_MS, 500);
    settings.put(ZooKeeperConfig.QUORUM, zooKeeperAddress);
    settings.put(ZooKeeperConfig.SESSION_TIMEOUT_MS, sessionTimeoutMs);
    settings.put(ServerConfig.BIND_ADDRESS, host);
    settings.put(ServerConfig.ADVERTISED_HOST, host);
    settings.put(ServerConfig.THRIFT_PORT, thriftPort);
    settings.put(ServerConfig.HTTP_PORT, httpPort);
    settings.put(ReplicationConfig.REPLICATION_TIMEOUT_MS, 1_000);
    settings.put(StoreConfig.MEMORY_MB, MEMORY_MB);
    settings.put("fs.defaultFS", "file:///");
    settings.put(SnapshotConfig.DIR, directory.resolve("snapshots").toUri());
    settings.put(SnapshotConfig.INTERVAL_MS, 0);
    var arguments = new ArrayList<String>();
    settings.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    var server = new Server(children, id, network.at(node), DaemonMain.class, arguments);
    return new Daemon(node, id, server, host, thriftPort, httpPort);
  }

  /** Starts everything; returns when all partitions have all their copies. */
  void start() throws IOException {
    zooKeeper.start();
    for (Daemon daemon : daemons()) {
      daemon.server.start();
    }
    awaitReady(START_PATIENCE);
    client = newClient();
    awaitComplete(START_PATIENCE);
  }

  Network network() {
    return network;
  }

  Server zooKeeper() {
    return zooKeeper;
  }

  /** Those that ought to run. */
  List<Daemon> daemons() {
    return daemons.stream().filter(daemon -> daemon.wanted).toList();
  }

  /** Starts one that did not run so far. */
  Daemon join() throws IOException {
    Daemon daemon = daemons.stream().filter(spare -> !spare.wanted).findFirst().orElseThrow();
    daemon.server.start();
    daemon.wanted = true;
    return daemon;
  }

  /** Stops one for good, which must have been drained. */
  void leave(Daemon daemon) throws IOException {
    daemon.wanted = false;
    daemon.server.stop();
  }

  boolean hasSpare() {
    return daemons.stream().anyMatch(daemon -> !daemon.wanted);
  }

  /** Where the active controller is; a guess while there is none. */
  Daemon controller() {
    String id = "";
    try {
      id = client.admin().clusterState().getController();
    } catch (SednaException e) {
      // There is none, or nobody who could say.
      return daemons().get(0);
    }
    String controller = id;
    return daemons().stream()
        .filter(daemon -> daemon.id.equals(controller))
        .findFirst()
        .orElse(daemons().get(0));
  }

  /** For administration and comparisons. */
  SednaClient client() {
    return client;
  }

  /** Another client, of little patience: calls fail while what they need is broken. */
  SednaClient newClient() {
    return clientBuilder().requestTimeout(REQUEST_TIMEOUT).deadline(DEADLINE).build();
  }

  /** Another client, with the default time-outs but for those that are set yet. */
  SednaClientBuilder clientBuilder() {
    return SednaClient.builder()
        .bootstrap(daemons().stream().map(Daemon::address).collect(Collectors.joining(",")))
        .eventLoops(1);
  }

  /**
   * Waits until all daemons are ready and all partitions have all their copies.
   *
   * @throws IOException with what is missing, after so long
   */
  void awaitComplete(Duration patience) throws IOException {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    awaitReady(patience);
    while (System.nanoTime() - deadlineNs < 0) {
      try {
        if (isComplete()) {
          return;
        }
      } catch (SednaException e) {
        Pauses.ms(PROBE_PAUSE_MS); // Nobody is there who could say.
      }
      Pauses.ms(PROBE_PAUSE_MS);
    }
    throw new IOException("not complete after " + patience.toSeconds() + " s: " + state());
  }

  /**
   * Whether all daemons that ought to run are members, and all partitions have all their copies.
   *
   * @throws SednaException if nobody says
   */
  boolean isComplete() {
    ClusterState state = client.admin().clusterState();
    long live = state.getMembers().stream().filter(MemberInfo::isLive).count();
    return state.getComplete() == state.getPartitions() && live == daemons().size();
  }

  private String state() {
    try {
      ClusterState state = client.admin().clusterState();
      return "partitions="
          + state.getPartitions()
          + ", complete="
          + state.getComplete()
          + ", loading="
          + state.getLoading()
          + ", live="
          + state.getMembers().stream().filter(MemberInfo::isLive).count()
          + " of "
          + daemons().size();
    } catch (SednaException e) {
      return e.toString();
    }
  }

  private void awaitReady(Duration patience) throws IOException {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    for (Daemon daemon : daemons()) {
      while (!daemon.isReady()) {
        if (!daemon.server.isRunning()) {
          throw new IOException(daemon + " ended by itself, log=" + daemon.server.log());
        }
        if (System.nanoTime() - deadlineNs > 0) {
          throw new IOException(
              daemon
                  + " is not ready after "
                  + patience.toSeconds()
                  + " s, log="
                  + daemon.server.log());
        }
        Pauses.ms(PROBE_PAUSE_MS);
      }
    }
  }

  /** Ends its clients; the processes end with {@link Children}. */
  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
