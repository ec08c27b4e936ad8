// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.mapreduce.v2.MiniMRYarnCluster;
import org.apache.hadoop.service.ServiceOperations;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.hadoop.yarn.server.resourcemanager.ResourceManager;

/**
 * HDFS and YARN in this JVM, with MapReduce's shuffle handler and job history: name node, data
 * nodes, resource manager and node managers are threads here, but containers are processes of their
 * own, as on a real cluster.
 *
 * <p>Every port is a free one and every file lies under one directory, so any number of them can
 * run at once. Containers get the Hadoop jars of this JVM's class path and nothing of Sedna:
 * whatever an application needs it must bring, as on a stock cluster.
 *
 * <p>All node managers run on this one host, so they differ by port alone and are all on the
 * default rack; data nodes have the racks that were asked for.
 *
 * <pre>{@code
 * try (var hadoop = MiniHadoopCluster.builder(dir).datanodes(3).nodeManagers(3).start()) {
 *   Job job = Job.getInstance(hadoop.configuration());
 *   ...
 * }
 * }</pre>
 *
 * <p>Thread-safe once started.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class MiniHadoopCluster implements AutoCloseable {
  /**
   * Names the directory that {@code MiniYARNCluster} puts its own under; read once per cluster,
   * when it is made.
   */
  private static final String TEST_DATA_PROPERTY = "test.build.data";

  private static final Object TEST_DATA_LOCK = new Object();
  private static final long NODES_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(60);

  static {
    trustJobHistory();
  }

  private final Path dir;
  private final MiniDFSCluster hdfs;
  private final MiniMRYarnCluster yarn;
  private final int nodeManagers;
  private final Configuration conf;

  private MiniHadoopCluster(
      Path dir, MiniDFSCluster hdfs, MiniMRYarnCluster yarn, int nodeManagers, Configuration conf) {
    this.dir = dir;
    this.hdfs = hdfs;
    this.yarn = yarn;
    this.nodeManagers = nodeManagers;
    this.conf = conf;
  }

  /**
   * The job history server runs in this JVM with Sedna's Avro, which makes objects of named
   * packages only, and reads their names once, when it is first used. Without this, counters of
   * finished jobs cannot be had.
   */
  private static void trustJobHistory() {
    var property = "org.apache.avro.SERIALIZABLE_PACKAGES";
    var history = "org.apache.hadoop.mapreduce.jobhistory";
    var trusted = System.getProperty(property, "");
    if (!List.of(trusted.split(",")).contains(history)) {
      System.setProperty(property, trusted.isEmpty() ? history : trusted + "," + history);
    }
  }

  /**
   * A cluster whose files lie under {@code dir}, which is created if need be. What an earlier
   * cluster left there is overwritten.
   */
  public static Builder builder(Path dir) {
    return new Builder(dir);
  }

  /**
   * What a client of this cluster needs: file system, resource manager, MapReduce. Each call gives
   * a copy.
   */
  public Configuration configuration() {
    return new Configuration(conf);
  }

  /** Of this cluster's HDFS; shared, closed with the cluster. */
  public FileSystem fileSystem() throws IOException {
    return hdfs == null ? FileSystem.get(conf) : hdfs.getFileSystem();
  }

  /** {@code host:port} of the resource manager's web pages. */
  public String resourceManagerWebAddress() {
    return conf.get(YarnConfiguration.RM_WEBAPP_ADDRESS);
  }

  /** {@code host:port} of the name node's web pages, or empty if there is no HDFS. */
  public String nameNodeWebAddress() {
    return hdfs == null ? "" : conf.get("dfs.namenode.http-address", "");
  }

  /** Where everything lies, container logs too (in {@code userlogs} directories below). */
  public Path directory() {
    return dir;
  }

  /** Stops YARN, and with it every container, then HDFS. Files stay. */
  @Override
  public void close() {
    stopNodeManagers();
    yarn.stop();
    if (hdfs != null) {
      hdfs.shutdown(true);
    }
  }

  /**
   * All at once: one after another, as the cluster itself stops them, each would wait for its
   * containers in turn.
   */
  private void stopNodeManagers() {
    var threads =
        IntStream.range(0, nodeManagers)
            .mapToObj(
                i ->
                    new Thread(
                        () -> ServiceOperations.stopQuietly(yarn.getNodeManager(i)),
                        "stop-node-manager-" + i))
            .toList();
    threads.forEach(Thread::start);
    try {
      for (var thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Settings of a cluster that is still to be started. Not thread-safe. */
  @InterfaceAudience.Public
  @InterfaceStability.Evolving
  public static final class Builder {
    private final Path dir;
    private int datanodes = 1;
    private int nodeManagers = 1;
    private int nodeManagerMemoryMb = 4096;
    private List<String> racks = List.of();
    private Configuration overrides = new Configuration(false);

    private Builder(Path dir) {
      this.dir = Objects.requireNonNull(dir, "dir").toAbsolutePath();
    }

    /** Number of data nodes; 0: no HDFS, the local file system instead. Default 1. */
    public Builder datanodes(int count) {
      this.datanodes = atLeast(0, count, "datanodes");
      return this;
    }

    /**
     * Rack of each data node, as {@code /rack}, repeated in turn where there are fewer. Default:
     * the default rack.
     */
    public Builder racks(String... racks) {
      this.racks = List.of(racks);
      return this;
    }

    /** Number of node managers. Default 1. */
    public Builder nodeManagers(int count) {
      this.nodeManagers = atLeast(1, count, "nodeManagers");
      return this;
    }

    /** Memory that each node manager offers, in MiB, whatever the machine has. Default 4096. */
    public Builder nodeManagerMemoryMb(int megabytes) {
      this.nodeManagerMemoryMb = atLeast(512, megabytes, "nodeManagerMemoryMb");
      return this;
    }

    /** Settings that win over those that the cluster makes for itself. */
    public Builder configuration(Configuration overrides) {
      this.overrides = Objects.requireNonNull(overrides, "overrides");
      return this;
    }

    /**
     * Starts everything and waits until each node has registered.
     *
     * @throws IOException if it cannot start; what had started is stopped again
     */
    public MiniHadoopCluster start() throws IOException {
      Files.createDirectories(dir);
      var hdfs = datanodes == 0 ? null : startHdfs();
      try {
        return startYarn(hdfs);
      } catch (IOException | RuntimeException e) {
        if (hdfs != null) {
          hdfs.shutdown(true);
        }
        throw e;
      }
    }

    private MiniDFSCluster startHdfs() throws IOException {
      var conf = new Configuration();
      conf.setInt("dfs.replication", Math.min(3, datanodes));
      conf.setInt("dfs.namenode.replication.min", 1);
      conf.setInt("dfs.heartbeat.interval", 1);
      conf.setBoolean("dfs.namenode.edits.noeditlogchannelflush", true);
      Overrides.apply(overrides, conf);
      var builder =
          new MiniDFSCluster.Builder(conf, dir.resolve("hdfs").toFile())
              .numDataNodes(datanodes)
              .checkExitOnShutdown(false);
      if (!racks.isEmpty()) {
        builder.racks(nodeRacks()).hosts(nodeNames());
      }
      return builder.build();
    }

    private String[] nodeRacks() {
      var result = new String[datanodes];
      for (int i = 0; i < datanodes; i++) {
        result[i] = racks.get(i % racks.size());
      }
      return result;
    }

    /**
     * Racks go by host name, so each node needs its own; literal addresses are never looked up in
     * the DNS.
     */
    private String[] nodeNames() {
      var result = new String[datanodes];
      for (int i = 0; i < datanodes; i++) {
        result[i] = "127.0.1." + (i + 1);
      }
      return result;
    }

    private MiniHadoopCluster startYarn(MiniDFSCluster hdfs) throws IOException {
      var conf = new YarnConfiguration();
      if (hdfs == null) {
        conf.set("fs.defaultFS", "file:///");
      } else {
        conf.set("fs.defaultFS", hdfs.getURI().toString());
        conf.setInt("dfs.replication", Math.min(3, datanodes));
        conf.set(
            "dfs.namenode.http-address", hdfs.getConfiguration(0).get("dfs.namenode.http-address"));
      }
      MiniHadoopSettings.apply(conf, dir, nodeManagerMemoryMb, linkContainerJars());
      Overrides.apply(overrides, conf);

      var yarn = create();
      try {
        yarn.init(conf);
        yarn.start();
        if (!yarn.waitForNodeManagersToConnect(NODES_TIMEOUT_MS)) {
          throw new IOException(
              "Not all node managers registered: nodeManagers="
                  + nodeManagers
                  + ", timeoutMs="
                  + NODES_TIMEOUT_MS
                  + ", dir="
                  + dir);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        yarn.stop();
        throw new IOException("Interrupted while YARN started, dir=" + dir, e);
      } catch (IOException | RuntimeException e) {
        yarn.stop();
        throw e;
      } catch (Exception e) {
        yarn.stop();
        throw new IOException("YARN did not start, dir=" + dir, e);
      }
      return new MiniHadoopCluster(
          dir, hdfs, yarn, nodeManagers, new Configuration(yarn.getConfig()));
    }

    private MiniMRYarnCluster create() {
      synchronized (TEST_DATA_LOCK) {
        var before = System.getProperty(TEST_DATA_PROPERTY);
        System.setProperty(TEST_DATA_PROPERTY, dir.toString());
        try {
          return new KnownWebPort(nodeManagers);
        } finally {
          if (before == null) {
            System.clearProperty(TEST_DATA_PROPERTY);
          } else {
            System.setProperty(TEST_DATA_PROPERTY, before);
          }
        }
      }
    }

    /** A directory of links to the Hadoop jars of this JVM: a class path of one short element. */
    private Path linkContainerJars() throws IOException {
      var target = dir.resolve("container-lib");
      Files.createDirectories(target);
      for (var jar : containerJars()) {
        var link = target.resolve(jar.getFileName());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, jar);
      }
      return target;
    }

    private static Set<Path> containerJars() throws IOException {
      var jars = new LinkedHashSet<Path>();
      for (var element : classPath()) {
        var name = element.getFileName().toString();
        if (name.endsWith(".jar") && !name.startsWith("sedna-")) {
          jars.add(element);
        }
      }
      return jars;
    }

    /**
     * This JVM's class path, without elements that do not exist, which Java allows. Surefire and
     * Failsafe hide it in the manifest of one jar but name it in a property.
     */
    private static List<Path> classPath() throws IOException {
      var text =
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
      var elements = new ArrayList<Path>();
      for (var element : text.split(File.pathSeparator)) {
        var path = Path.of(element);
        if (!element.isEmpty() && Files.exists(path)) {
          elements.add(path.toRealPath());
        }
      }
      return elements;
    }

    private static int atLeast(int least, int value, String name) {
      if (value < least) {
        throw new IllegalArgumentException(name + "=" + value + ", least=" + least);
      }
      return value;
    }
  }

  /**
   * Gives the resource manager's web pages a port before it starts: it hands out addresses of
   * applications' pages by the one that it was configured with, even if that is 0.
   */
  private static final class KnownWebPort extends MiniMRYarnCluster {
    KnownWebPort(int nodeManagers) {
      super("yarn", nodeManagers);
    }

    @Override
    protected ResourceManager createResourceManager() {
      return new ResourceManager() {
        @Override
        protected void serviceInit(Configuration conf) throws Exception {
          try (var socket = new ServerSocket(0)) {
            conf.set(
                YarnConfiguration.RM_WEBAPP_ADDRESS,
                MiniYARNCluster.getHostname() + ":" + socket.getLocalPort());
          }
          super.serviceInit(conf);
        }

        @Override
        protected void doSecureLogin() {
          // There is no Kerberos here.
        }
      };
    }
  }
}
