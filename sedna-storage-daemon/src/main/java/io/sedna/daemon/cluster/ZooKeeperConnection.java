// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.CuratorClosedException;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.zookeeper.KeeperException;

/** Opens connections to ZooKeeper, and turns its failures into Sedna's. */
@InterfaceAudience.Private
public final class ZooKeeperConnection {
  private static final int RETRY_BASE_MS = 100;
  private static final int RETRY_LONGEST_MS = 1000;
  private static final int RETRIES = 5;

  private ZooKeeperConnection() {}

  /**
   * Connects, trying for {@link ZooKeeperConfig#connectTimeoutMs}. The caller closes it.
   *
   * @throws SednaException ZOOKEEPER_UNREACHABLE with the address
   */
  public static CuratorFramework open(ZooKeeperConfig config) {
    CuratorFramework curator =
        CuratorFrameworkFactory.builder()
            .connectString(config.quorum())
            .sessionTimeoutMs(config.sessionTimeoutMs())
            .connectionTimeoutMs(Math.min(config.connectTimeoutMs(), config.sessionTimeoutMs()))
            .retryPolicy(
                new BoundedExponentialBackoffRetry(RETRY_BASE_MS, RETRY_LONGEST_MS, RETRIES))
            // The configured servers are the truth; an ensemble may name addresses of its own
            // network.
            .ensembleTracker(false)
            .build();
    boolean connected = false;
    try {
      curator.start();
      connected = curator.blockUntilConnected(config.connectTimeoutMs(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!connected) {
        curator.close();
      }
    }
    if (!connected) {
      throw new SednaException(
          ErrorCode.ZOOKEEPER_UNREACHABLE,
          "cannot reach ZooKeeper: "
              + ZooKeeperConfig.QUORUM
              + "="
              + config.quorum()
              + ", tried for "
              + config.connectTimeoutMs()
              + " ms");
    }
    return curator;
  }

  /** ZOOKEEPER_UNREACHABLE for what is the connection's fault, INTERNAL for the rest. */
  public static SednaException failure(CuratorFramework curator, String what, Exception cause) {
    if (cause instanceof SednaException e) {
      return e;
    }
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return new SednaException(ErrorCode.SHUTTING_DOWN, what + " was interrupted", cause);
    }
    if (cause instanceof CuratorClosedException) {
      return new SednaException(ErrorCode.SHUTTING_DOWN, what + ": the daemon stops", cause);
    }
    boolean unreachable =
        cause instanceof KeeperException.ConnectionLossException
            || cause instanceof KeeperException.SessionExpiredException
            || cause instanceof KeeperException.OperationTimeoutException;
    return new SednaException(
        unreachable ? ErrorCode.ZOOKEEPER_UNREACHABLE : ErrorCode.INTERNAL,
        what
            + " failed: ZooKeeper at "
            + curator.getZookeeperClient().getCurrentConnectionString()
            + ": "
            + cause,
        cause);
  }
}
