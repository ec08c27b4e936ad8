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

/** An instance of daemons, each a process of its own. Closing it ends them. */
final class DaemonGroup implements AutoCloseable {
  private static final Pattern STARTED = Pattern.compile("started node=\\S+ thrift=[^: ]+:(\\d+)");

  private static final int MEMORY_MB = 256;
  private static final int PARTITIONS = 64;

  private final EmbeddedZooKeeper zooKeeper;
  private final List<Server> daemons = new ArrayList<>();

  private DaemonGroup(EmbeddedZooKeeper zooKeeper) {
    this.zooKeeper = zooKeeper;
  }

  /** Returns when every partition has as many copies as there are daemons. */
  static DaemonGroup start(Workspace workspace, CompareOptions options, int size)
      throws IOException, InterruptedException {
    Path folder = workspace.folder("instance");
    var group = new DaemonGroup(EmbeddedZooKeeper.start(folder.resolve("zk"), Workspace.HOST, 0));
    try {
      for (int i = 0; i < size; i++) {
        group.daemons.add(group.startDaemon(workspace, options, folder, size, i));
      }
      for (Server daemon : group.daemons) {
        daemon.await(() -> STARTED.matcher(daemon.log()).find());
      }
      group.awaitComplete();
      return group;
    } catch (InterruptedException | RuntimeException e) {
      group.close();
      throw e;
    }
  }

  private Server startDaemon(
      Workspace workspace, CompareOptions options, Path folder, int size, int index) {
    var settings = new LinkedHashMap<String, String>();
    settings.put(ZooKeeperConfig.QUORUM, zooKeeper.connectString());
    settings.put(ClusterConfig.INSTANCE, "bench-" + size);
    settings.put(ClusterConfig.NODE_ID, "bench-" + index);
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
    settings.putAll(options.settings());
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String opened : List.of("java.lang", "java.util", "java.nio", "sun.nio.ch")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.add("-XX:+UseParallelGC");
    command.addAll(List.of(options.sednaJavaOptions().trim().split(" +")));
    String log4j = System.getProperty("log4j.configuration");
    if (log4j != null) {
      command.addAll(List.of("-Dlog4j.configuration=" + log4j, "-Dsedna.root.logger=WARN,console"));
    }
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), DaemonMain.class.getName()));
    settings.forEach((key, value) -> command.addAll(List.of("-D", key + "=" + value)));
    // Huge pages, as bin/sedna asks for them.
    Map<String, String> environment = Map.of("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
    return new Server(
        workspace, workspace.start("daemon", command, environment), "daemon " + index, 0);
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

  /** The Thrift port of a daemon. */
  int port(int daemon) {
    Matcher started = STARTED.matcher(daemons.get(daemon).log());
    return started.find() ? Integer.parseInt(started.group(1)) : 0;
  }

  String bootstrap() {
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
