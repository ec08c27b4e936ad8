// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an instance's submitter and its application master tell each other through ZooKeeper, under
 * {@code ROOT/INSTANCE/yarn}, so that it is there when the master comes back:
 *
 * <pre>
 * application   id of the YARN application that the instance runs as
 * daemons       how many daemons there should be
 * stop          id of an application that should end
 * </pre>
 *
 * Thread-safe. Every call is bounded by {@code sedna.zookeeper.connect.timeout.ms} and a few
 * retries, and fails with ZOOKEEPER_UNREACHABLE, which names the servers.
 */
@InterfaceAudience.Private
public final class InstanceZnodes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceZnodes.class);

  private static final int RETRIES = 5;
  private static final int RETRY_BASE_MS = 100;
  private static final int RETRY_MAX_MS = 1000;

  /** What daemons leave behind when all are gone; made anew when the instance starts again. */
  private static final List<String> RUN_TIME =
      List.of("members", "clocks", "election", "active", "map", "tables", "draining", "frozen");

  private final CuratorFramework curator;
  private final ZooKeeperConfig config;
  private final String base;

  private InstanceZnodes(CuratorFramework curator, ZooKeeperConfig config, String instance) {
    this.curator = curator;
    this.config = config;
    this.base = (config.root().equals("/") ? "" : config.root()) + "/" + instance;
  }

  /** Without waiting for a connection: calls fail until there is one. */
  public static InstanceZnodes open(ZooKeeperConfig config, String instance) {
    var curator = curator(config);
    curator.start();
    return new InstanceZnodes(curator, config, instance);
  }

  private static CuratorFramework curator(ZooKeeperConfig config) {
    return CuratorFrameworkFactory.builder()
        .connectString(config.quorum())
        .sessionTimeoutMs(config.sessionTimeoutMs())
        .connectionTimeoutMs(config.connectTimeoutMs())
        .retryPolicy(new BoundedExponentialBackoffRetry(RETRY_BASE_MS, RETRY_MAX_MS, RETRIES))
        .build();
  }

  /**
   * @throws SednaException ZOOKEEPER_UNREACHABLE naming the servers
   */
  public static InstanceZnodes connect(ZooKeeperConfig config, String instance) {
    var curator = curator(config);
    try {
      curator.start();
      if (curator.blockUntilConnected(config.connectTimeoutMs(), TimeUnit.MILLISECONDS)) {
        return new InstanceZnodes(curator, config, instance);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Curator wraps an unknown host, for one.
      LOG.debug("cannot connect to {}", config.quorum(), e);
    }
    curator.close();
    throw new SednaException(
        ErrorCode.ZOOKEEPER_UNREACHABLE,
        "no ZooKeeper answered at "
            + config.quorum()
            + " within "
            + config.connectTimeoutMs()
            + " ms ("
            + ZooKeeperConfig.QUORUM
            + ")");
  }

  /** Where everything of the instance lies. */
  public String path() {
    return base;
  }

  public Optional<String> application() {
    return read("application");
  }

  /**
   * Takes the instance's name for an application, unless another one got there first.
   *
   * @param previous what {@link #application} answered; that application has ended
   * @return false if somebody else was quicker
   */
  public boolean claim(String applicationId, Optional<String> previous) {
    return call(
        () -> {
          var path = node("application");
          var data = applicationId.getBytes(StandardCharsets.UTF_8);
          try {
            if (previous.isEmpty()) {
              curator.create().creatingParentsIfNeeded().forPath(path, data);
              return true;
            }
            var stat = new Stat();
            var now = text(curator.getData().storingStatIn(stat).forPath(path));
            if (!now.equals(previous.get())) {
              return false;
            }
            curator.setData().withVersion(stat.getVersion()).forPath(path, data);
            return true;
          } catch (KeeperException.NodeExistsException
              | KeeperException.NoNodeException
              | KeeperException.BadVersionException e) {
            return false;
          }
        });
  }

  /** Takes {@link #claim} back, if the name is still held by that application. */
  public void disclaim(String applicationId) {
    if (application().filter(applicationId::equals).isPresent()) {
      delete("application");
    }
  }

  /** The id of the instance that the path belongs to, which its daemons check. */
  public Optional<String> owner() {
    return readAt(base + "/owner");
  }

  public OptionalInt daemons() {
    return count(read("daemons"));
  }

  public void setDaemons(int count) {
    write("daemons", Integer.toString(count));
  }

  /** Asks the application to stop its containers and end. */
  public void requestStop(String applicationId) {
    write("stop", applicationId);
  }

  /** Whether {@link #requestStop} was called for it. */
  public boolean stopRequested(String applicationId) {
    return read("stop").filter(applicationId::equals).isPresent();
  }

  /** Runs {@code listener}, on a thread of Curator's, after each change and each reconnection. */
  public AutoCloseable watch(Runnable listener) {
    var cache = CuratorCache.build(curator, base + "/yarn");
    cache
        .listenable()
        .addListener(CuratorCacheListener.builder().forAll((t, a, b) -> listener.run()).build());
    cache.start();
    return cache;
  }

  /** Node ids of the daemons that are there. */
  public List<String> members() {
    return call(
        () -> {
          try {
            return curator.getChildren().forPath(base + "/members");
          } catch (KeeperException.NoNodeException e) {
            return List.of();
          }
        });
  }

  /**
   * Forgets all that belongs to the run that has ended, but for the claim of the one that begins;
   * what was fixed when the instance was created is kept. From then on the path is that
   * application's: daemons of earlier runs are kept out.
   */
  public void clearRun(String applicationId) {
    writeAt(base + "/owner", applicationId);
    RUN_TIME.forEach(this::deleteTree);
    delete("stop");
    if (!application().equals(Optional.of(applicationId))) {
      throw new SednaException(
          ErrorCode.INSTANCE_EXISTS,
          base + " is claimed by " + application().orElse("another application"));
    }
  }

  /** Forgets the instance. */
  public void clearAll() {
    deleteTree("");
  }

  @Override
  public void close() {
    curator.close();
  }

  private void deleteTree(String name) {
    call(
        () -> {
          var path = name.isEmpty() ? base : base + "/" + name;
          if (curator.checkExists().forPath(path) != null) {
            curator.delete().quietly().deletingChildrenIfNeeded().forPath(path);
          }
          return true;
        });
  }

  private void delete(String name) {
    call(() -> curator.delete().quietly().forPath(node(name)));
  }

  private Optional<String> read(String name) {
    return readAt(node(name));
  }

  private Optional<String> readAt(String path) {
    return call(
        () -> {
          try {
            return Optional.of(text(curator.getData().forPath(path)));
          } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
          }
        });
  }

  private void write(String name, String value) {
    writeAt(node(name), value);
  }

  private void writeAt(String path, String value) {
    var data = value.getBytes(StandardCharsets.UTF_8);
    call(() -> curator.create().orSetData().creatingParentsIfNeeded().forPath(path, data));
  }

  private String node(String name) {
    return base + "/yarn/" + name;
  }

  private static String text(byte[] data) {
    return new String(data, StandardCharsets.UTF_8);
  }

  private static OptionalInt count(Optional<String> text) {
    return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text.get()));
  }

  private interface ZooKeeperCall<T> {
    T run() throws Exception;
  }

  private <T> T call(ZooKeeperCall<T> call) {
    try {
      return call.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SednaException(ErrorCode.ZOOKEEPER_UNREACHABLE, "interrupted", e);
    } catch (Exception e) {
      throw new SednaException(
          ErrorCode.ZOOKEEPER_UNREACHABLE,
          "ZooKeeper at " + config.quorum() + " failed on " + base + ": " + e.getMessage(),
          e);
    }
  }
}
