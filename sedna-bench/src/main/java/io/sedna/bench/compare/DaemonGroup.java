// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.client.SednaClient;
import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.ServerConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.daemon.DaemonMain;
import io.sedna.minicluster.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.classification.InterfaceAudience;

/** An instance of daemons, each a process of its own. Closing it ends them. For one thread. */
@InterfaceAudience.Private
public final class DaemonGroup implements AutoCloseable {
  private static final Pattern STARTED = Pattern.compile("started node=\\S+ thrift=[^: ]+:(\\d+)");

  private static final int MEMORY_MB = 256;
  private static final int PARTITIONS = 64;

  private final Workspace workspace;
  private final String javaOptions;
  private final Map<String, String> settings;
  private final Path folder;
  private final int size;
  private final EmbeddedZooKeeper zooKeeper;
  private final List<Server> daemons = new ArrayList<>();
  private int started;

  private DaemonGroup(
      Workspace workspace,
      String javaOptions,
      Map<String, String> settings,
      Path folder,
      int size,
      EmbeddedZooKeeper zooKeeper) {
    this.workspace = workspace;
    this.javaOptions = javaOptions;
    this.settings = settings;
    this.folder = folder;
    this.size = size;
    this.zooKeeper = zooKeeper;
  }

  /**
   * Returns when every partition has as many copies as there are daemons.
   *
   * @param javaOptions of the daemons, by blanks
   * @param settings of the daemons, beside those that make them an instance
   */
  public static DaemonGroup start(
      Workspace workspace, String javaOptions, Map<String, String> settings, int size)
      throws IOException, InterruptedException {
    Path folder = workspace.folder("instance");
    var zooKeeper = EmbeddedZooKeeper.start(folder.resolve("zk"), Workspace.HOST, 0);
    var group = new DaemonGroup(workspace, javaOptions, settings, folder, size, zooKeeper);
    try {
      for (int i = 0; i < size; i++) {
        group.startDaemon();
      }
      for (Server daemon : group.daemons) {
        group.awaitStarted(daemon);
      }
      group.awaitComplete();
      return group;
    } catch (InterruptedException | RuntimeException e) {
      group.close();
      throw e;
    }
  }

  /** Ends one with SIGKILL. */
  public void kill(int daemon) {
    daemons.remove(daemon).close();
  }

  /** Starts another one, empty and under a name of its own; returns when it takes connections. */
  public void join() throws InterruptedException {
    awaitStarted(startDaemon());
  }

  private void awaitStarted(Server daemon) throws InterruptedException {
    daemon.await(() -> STARTED.matcher(daemon.log()).find());
  }

  private Server startDaemon() {
    int index = started++;
    var settings = new LinkedHashMap<String, String>();
    settings.put(ZooKeeperConfig.QUORUM, zooKeeper.connectString());
    settings.put(ClusterConfig.INSTANCE, "bench-" + size);
    settings.put(ClusterConfig.NODE_ID, name(index));
    settings.put(ClusterConfig.NODE_RACK, "/default-rack");
    settings.put(ClusterConfig.PARTITIONS, Integer.toString(PARTITIONS));
    settings.put(ClusterConfig.REPLICATION, Integer.toString(size));
    settings.put(ClusterConfig.CLUSTER_INITIAL_DAEMONS, Integer.toString(size));
    settings.put(ServerConfig.BIND_ADDRESS, Workspace.HOST);
    settings.put(ServerConfig.ADVERTISED_HOST, Workspace.HOST);
    settings.put(ServerConfig.THRIFT_PORT, "0");
    settings.put(ServerConfig.HTTP_PORT, "0");
    settings.put(StoreConfig.MEMORY_MB, Integer.toString(MEMORY_MB));
    settings.put("fs.defaultFS", "file:///");
    settings.put(SnapshotConfig.DIR, folder.resolve("snapshots").toUri().toString());
    settings.put(SnapshotConfig.INTERVAL_MS, "0");
    settings.putAll(this.settings);
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String opened : List.of("java.lang", "java.util", "java.nio", "sun.nio.ch")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.add("-XX:+UseParallelGC");
    command.addAll(List.of(javaOptions.trim().split(" +")));
    String log4j = System.getProperty("log4j.configuration");
    if (log4j != null) {
      command.addAll(List.of("-Dlog4j.configuration=" + log4j, "-Dsedna.root.logger=WARN,console"));
    }
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), DaemonMain.class.getName()));
    settings.forEach((key, value) -> command.addAll(List.of("-D", key + "=" + value)));
    // Huge pages, as bin/sedna asks for them.
    Map<String, String> environment = Map.of("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
    var daemon =
        new Server(
            workspace, workspace.start("daemon", command, environment), "daemon " + index, 0);
    daemons.add(daemon);
    return daemon;
  }

  private void awaitComplete() throws InterruptedException {
    try (SednaClient client = SednaClient.builder().bootstrap(bootstrap()).build()) {
      daemons
          .get(0)
          .await(
              () -> {
                var state = client.admin().clusterState();
                return state.getPartitions() > 0 && state.getComplete() == state.getPartitions();
              });
    }
  }

  /** Name of the daemon that was started last. */
  public String newest() {
    return name(started - 1);
  }

  private static String name(int index) {
    return "bench-" + index;
  }

  /** Of the processes, in the order in which they were started. */
  public List<Long> pids() {
    return daemons.stream().map(Server::pid).toList();
  }

  /** The Thrift port of a daemon. */
  public int port(int daemon) {
    Matcher started = STARTED.matcher(daemons.get(daemon).log());
    return started.find() ? Integer.parseInt(started.group(1)) : 0;
  }

  /** Of those that run. */
  public String bootstrap() {
    return daemons.stream()
        .map(daemon -> Workspace.HOST + ":" + port(daemons.indexOf(daemon)))
        .collect(Collectors.joining(","));
  }

  @Override
  public void close() throws IOException {
    daemons.forEach(Server::close);
    zooKeeper.close();
  }
}
