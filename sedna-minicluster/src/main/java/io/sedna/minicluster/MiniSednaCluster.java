// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import io.sedna.client.SednaClient;
import io.sedna.common.conf.ClientConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.SednaDaemon;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.curator.test.TestingServer;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * An instance of Sedna in this JVM, for tests: real daemons that speak to each other and to clients
 * over sockets, with a ZooKeeper server of their own. Every port is a free one. Snapshots go to a
 * temporary directory, or to any Hadoop file system.
 *
 * <pre>{@code
 * @ClassRule public static final TemporaryFolder FOLDER = new TemporaryFolder();
 *
 * @Test
 * public void shouldKeepPricesWhenADaemonDies() throws Exception {
 *   try (var sedna = MiniSednaCluster.builder().daemons(3).start()) {
 *     sedna.client().admin().createTable("shop.prices");
 *     SednaTable prices = sedna.client().table("shop.prices");
 *     prices.put("apple".getBytes(UTF_8), "3".getBytes(UTF_8));
 *
 *     sedna.killDaemon(0);
 *
 *     assertThat(prices.get("apple".getBytes(UTF_8))).isPresent();
 *     sedna.startDaemon(0);
 *     sedna.awaitComplete(Duration.ofSeconds(30));
 *   }
 * }
 * }</pre>
 *
 * <p>Daemons are counted from 0 and keep their node ids when they are started again. Thread-safe.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class MiniSednaCluster implements AutoCloseable {
  private static final long POLL_MS = 10;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final MiniSednaClusterBuilder settings;
  private final URI snapshots;
  private final TestingServer zooKeeper;
  private final Optional<Path> temporaryDir;
  private final List<Optional<SednaDaemon>> daemons = new ArrayList<>();
  private SednaClient client;

  MiniSednaCluster(
      MiniSednaClusterBuilder settings,
      URI snapshots,
      TestingServer zooKeeper,
      Optional<Path> temporaryDir) {
    this.settings = settings;
    this.snapshots = snapshots;
    this.zooKeeper = zooKeeper;
    this.temporaryDir = temporaryDir;
  }

  /** One daemon, 16 partitions, as many copies as there are daemons but 3 at most. */
  public static MiniSednaClusterBuilder builder() {
    return new MiniSednaClusterBuilder();
  }

  void startAll() {
    // All of them before any is ready: the first map waits for every one.
    for (int i = 0; i < settings.daemons(); i++) {
      daemons.add(Optional.of(launch(i)));
    }
    daemons.forEach(daemon -> daemon.orElseThrow().awaitReady(START_TIMEOUT.toMillis()));
    awaitComplete(START_TIMEOUT);
  }

  private SednaDaemon launch(int index) {
    var daemon =
        new SednaDaemon(
            settings.daemonConfiguration(index, zooKeeper.getConnectString(), snapshots));
    daemon.start();
    return daemon;
  }

  /** A client of this instance; shared, closed with the cluster. */
  public synchronized SednaClient client() {
    if (client == null) {
      client = newClient();
    }
    return client;
  }

  /** Another client, for the caller to close. */
  public SednaClient newClient() {
    return SednaClient.builder().configuration(configuration()).build();
  }

  /** Thrift addresses of the daemons that run, as {@code host:port} separated by commas. */
  public synchronized String addresses() {
    return daemons.stream()
        .flatMap(Optional::stream)
        .map(daemon -> daemon.host() + ":" + daemon.thriftPort())
        .collect(Collectors.joining(","));
  }

  /**
   * What clients and MapReduce jobs need: where the daemons are, and ZooKeeper. Each call gives a
   * copy.
   */
  public Configuration configuration() {
    var conf = settings.clientConfiguration();
    conf.set(ZooKeeperConfig.QUORUM, zooKeeper.getConnectString());
    conf.set(ClientConfig.BOOTSTRAP, addresses());
    return conf;
  }

  /** {@code host:port} of ZooKeeper. */
  public String zooKeeper() {
    return zooKeeper.getConnectString();
  }

  /** Daemons that there are, running or not. */
  public synchronized int size() {
    return daemons.size();
  }

  /** Stable name of a daemon. */
  public String nodeId(int index) {
    return settings.nodeId(index);
  }

  public synchronized boolean isRunning(int index) {
    return daemons.get(index).isPresent();
  }

  /**
   * The daemon itself.
   *
   * @throws IllegalStateException if it does not run
   */
  public synchronized SednaDaemon daemon(int index) {
    return daemons
        .get(index)
        .orElseThrow(() -> new IllegalStateException("daemon " + index + " does not run"));
  }

  /** Ends a daemon as a crash would: nothing is finished, what only it had is gone. */
  public synchronized void killDaemon(int index) {
    daemon(index).kill();
    daemons.set(index, Optional.empty());
  }

  /**
   * Ends a daemon as SIGTERM would: requests under way are answered. Its partitions are not drained
   * first.
   */
  public synchronized void stopDaemon(int index) {
    daemon(index).stop();
    daemons.set(index, Optional.empty());
  }

  /**
   * Starts a daemon that was killed or stopped, empty as after a crash, or one more, whose index is
   * {@link #size}. Waits until it is ready, not until it has been filled; {@link #awaitComplete}
   * does.
   *
   * @throws IllegalStateException if it runs
   */
  public synchronized void startDaemon(int index) {
    if (index < daemons.size() && isRunning(index)) {
      throw new IllegalStateException("daemon " + index + " runs");
    }
    var daemon = Optional.of(launch(index));
    if (index == daemons.size()) {
      daemons.add(daemon);
    } else {
      daemons.set(index, daemon);
    }
    daemon.get().awaitReady(START_TIMEOUT.toMillis());
  }

  /**
   * Waits until all running daemons agree on a map in which every partition is served by as many of
   * them as it should have copies, and by nobody else.
   *
   * @throws SednaException TIMEOUT that tells how far it came
   */
  public void awaitComplete(Duration timeout) {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    while (true) {
      var missing = incompleteness();
      if (missing.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadlineNs) {
        throw new SednaException(
            ErrorCode.TIMEOUT,
            "the mini cluster is not complete after "
                + timeout.toMillis()
                + " ms: "
                + missing.get());
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SednaException(ErrorCode.TIMEOUT, "interrupted while waiting for copies", e);
      }
    }
  }

  private synchronized Optional<String> incompleteness() {
    var running = daemons.stream().flatMap(Optional::stream).toList();
    var maps = running.stream().map(SednaDaemon::map).flatMap(Optional::stream).toList();
    if (running.isEmpty() || maps.size() < running.size()) {
      return Optional.of(maps.size() + " of " + running.size() + " daemons have a map");
    }
    var epochs = maps.stream().map(PartitionMap::epoch).distinct().toList();
    if (epochs.size() > 1) {
      return Optional.of("daemons know maps of epochs " + epochs);
    }
    var map = maps.get(0);
    if (map.nodes().size() != running.size()) {
      return Optional.of(
          "map of epoch " + map.epoch() + " has " + map.nodes() + ", running=" + running.size());
    }
    int wanted = Math.min(map.replication(), running.size());
    long complete =
        IntStream.range(0, map.partitions()).filter(p -> isComplete(map, p, wanted)).count();
    return complete == map.partitions()
        ? Optional.empty()
        : Optional.of(
            complete + " of " + map.partitions() + " partitions have " + wanted + " copies");
  }

  private static boolean isComplete(PartitionMap map, int partition, int wanted) {
    return map.replicaCount(partition) == wanted
        && IntStream.range(0, wanted)
            .allMatch(i -> map.replicaState(partition, i) == ReplicaState.SERVING);
  }

  /** Stops everything; deletes the snapshots if they were in a temporary directory. */
  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
    }
    // Killed rather than stopped: nobody is left whom a graceful end would help.
    daemons.forEach(daemon -> daemon.ifPresent(SednaDaemon::kill));
    daemons.clear();
    try {
      zooKeeper.close();
    } catch (IOException e) {
      throw new IllegalStateException("ZooKeeper does not stop", e);
    } finally {
      temporaryDir.ifPresent(MiniSednaClusterBuilder::delete);
    }
  }
}
