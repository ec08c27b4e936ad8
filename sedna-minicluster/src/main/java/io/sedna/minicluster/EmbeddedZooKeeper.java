// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.PurgeTxnLog;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * One ZooKeeper server in this JVM, whose data survives: another server started on the same
 * directory goes on where this one ended, even if its process was killed. It does not wait for the
 * disk, so a machine that loses power may lose the last writes.
 *
 * <p>Thread-safe.
 */
@InterfaceAudience.Private
@InterfaceStability.Evolving
public final class EmbeddedZooKeeper implements AutoCloseable {
  /** Half of the shortest session that a client can ask for. */
  private static final int TICK_MS = 1_000;

  private static final int SNAPSHOTS_KEPT = 3;

  private final ZooKeeperServer server;
  private final NIOServerCnxnFactory connections;
  private final String connectString;

  private EmbeddedZooKeeper(
      ZooKeeperServer server, NIOServerCnxnFactory connections, String connectString) {
    this.server = server;
    this.connections = connections;
    this.connectString = connectString;
  }

  /**
   * @param dir of its data; created if need be
   * @param host address to listen on, and to be known by
   * @param port 0: any free one
   * @throws IOException if the data cannot be read or the port is taken
   */
  public static EmbeddedZooKeeper start(Path dir, String host, int port) throws IOException {
    return start(dir, host, port, TICK_MS);
  }

  /**
   * As the other.
   *
   * @param tickMs half of the shortest session and a twentieth of the longest; a session that has
   *     lost its client ends up to so much later than its time-out
   */
  public static EmbeddedZooKeeper start(Path dir, String host, int port, int tickMs)
      throws IOException {
    // Read by ZooKeeper when its classes are loaded: small log files, no wait for the disk.
    System.setProperty("zookeeper.preAllocSize", "1024");
    System.setProperty("zookeeper.forceSync", "no");
    Files.createDirectories(dir);
    if (Files.exists(dir.resolve("version-2"))) {
      PurgeTxnLog.purge(dir.toFile(), dir.toFile(), SNAPSHOTS_KEPT);
    }
    var server = new ZooKeeperServer(new FileTxnSnapLog(dir.toFile(), dir.toFile()), tickMs, "");
    var connections = new NIOServerCnxnFactory();
    try {
      connections.configure(new InetSocketAddress(host, port), 0);
      connections.startup(server);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while ZooKeeper started, dir=" + dir, e);
    } catch (IOException e) {
      connections.shutdown();
      throw new IOException(
          "ZooKeeper did not start: address=" + host + ":" + port + ", dir=" + dir + ": " + e, e);
    }
    return new EmbeddedZooKeeper(server, connections, host + ":" + connections.getLocalPort());
  }

  /** {@code host:port}. */
  public String connectString() {
    return connectString;
  }

  @Override
  public void close() {
    connections.shutdown();
    server.shutdown(true);
  }
}
