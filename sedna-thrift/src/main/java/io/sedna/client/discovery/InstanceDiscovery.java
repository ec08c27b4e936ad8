// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.HostPort;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.zookeeper.KeeperException;

/**
 * Asks ZooKeeper, once, who the daemons of an instance are. Each call connects, reads and
 * disconnects; it waits sedna.zookeeper.connect.timeout.ms at most for ZooKeeper.
 *
 * <p>Layout: {@code ${sedna.zookeeper.root}/INSTANCE/members/NODE} is ephemeral and holds JSON with
 * {@code host} and {@code thriftPort}.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class InstanceDiscovery {
  private static final int RETRY_BASE_MS = 200;
  private static final int RETRIES = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  private InstanceDiscovery() {}

  /** The daemons of {@code sedna.instance}; see {@link #find(ZooKeeperConfig, String)}. */
  public static List<HostPort> find(Configuration conf) {
    return find(
        ZooKeeperConfig.from(conf),
        conf.get(ClusterConfig.INSTANCE, ClusterConfig.INSTANCE_DEFAULT));
  }

  /**
   * Addresses of the live daemons' Thrift ports, at least one.
   *
   * @throws SednaException ZOOKEEPER_UNREACHABLE naming the address; INSTANCE_NOT_FOUND where there
   *     is no such instance; UNAVAILABLE where it has no live daemon
   */
  public static List<HostPort> find(ZooKeeperConfig config, String instance) {
    String path = child(config.root(), instance);
    return ask(
        config,
        zookeeper -> {
          if (zookeeper.checkExists().forPath(path) == null) {
            throw new SednaException(
                ErrorCode.INSTANCE_NOT_FOUND,
                "no such instance: "
                    + instance
                    + " (no znode "
                    + path
                    + " at "
                    + config.quorum()
                    + ")");
          }
          var daemons = new ArrayList<HostPort>();
          for (String node : children(zookeeper, path + "/members")) {
            byte[] member = data(zookeeper, path + "/members/" + node);
            if (member != null) {
              daemons.add(address(path + "/members/" + node, member));
            }
          }
          if (daemons.isEmpty()) {
            throw new SednaException(
                ErrorCode.UNAVAILABLE,
                "instance "
                    + instance
                    + " has no live daemon ("
                    + path
                    + "/members at "
                    + config.quorum()
                    + " is empty)");
          }
          return daemons;
        });
  }

  /**
   * Names of the instances that ZooKeeper knows, stopped ones too, in order.
   *
   * @throws SednaException ZOOKEEPER_UNREACHABLE naming the address
   */
  public static List<String> instances(ZooKeeperConfig config) {
    return ask(config, zookeeper -> children(zookeeper, config.root()).stream().sorted().toList());
  }

  private interface Question<T> {
    @SuppressWarnings("checkstyle:IllegalThrows") // Curator's own signature.
    T ask(CuratorFramework zookeeper) throws Exception;
  }

  private static <T> T ask(ZooKeeperConfig config, Question<T> question) {
    try (CuratorFramework zookeeper =
        CuratorFrameworkFactory.newClient(
            config.quorum(),
            config.sessionTimeoutMs(),
            config.connectTimeoutMs(),
            new ExponentialBackoffRetry(RETRY_BASE_MS, RETRIES))) {
      zookeeper.start();
      if (!zookeeper.blockUntilConnected(config.connectTimeoutMs(), TimeUnit.MILLISECONDS)) {
        throw unreachable(config, null);
      }
      return question.ask(zookeeper);
    } catch (SednaException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SednaException(
          ErrorCode.ZOOKEEPER_UNREACHABLE, "interrupted while asking " + config.quorum(), e);
    } catch (Exception e) {
      throw unreachable(config, e);
    }
  }

  private static SednaException unreachable(ZooKeeperConfig config, Exception cause) {
    return new SednaException(
        ErrorCode.ZOOKEEPER_UNREACHABLE,
        "ZooKeeper cannot be reached: "
            + ZooKeeperConfig.QUORUM
            + "="
            + config.quorum()
            + ", tried for ms="
            + config.connectTimeoutMs()
            + (cause == null ? "" : ", last error: " + cause.getMessage()),
        cause);
  }

  private static List<String> children(CuratorFramework zookeeper, String path) throws Exception {
    try {
      return zookeeper.getChildren().forPath(path);
    } catch (KeeperException.NoNodeException e) {
      return List.of();
    }
  }

  private static byte[] data(CuratorFramework zookeeper, String path) throws Exception {
    try {
      return zookeeper.getData().forPath(path);
    } catch (KeeperException.NoNodeException e) {
      return null; // It has just left.
    }
  }

  private static HostPort address(String path, byte[] member) throws IOException {
    JsonNode json = JSON.readTree(member);
    if (!json.hasNonNull("host") || !json.hasNonNull("thriftPort")) {
      throw new SednaException(
          ErrorCode.PROTOCOL_ERROR, "znode " + path + " names no host and thriftPort: " + json);
    }
    return new HostPort(json.get("host").asText(), json.get("thriftPort").asInt());
  }

  private static String child(String root, String name) {
    return root.endsWith("/") ? root + name : root + "/" + name;
  }
}
