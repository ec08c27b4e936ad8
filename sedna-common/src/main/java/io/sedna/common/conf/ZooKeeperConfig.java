// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * Where the instance agrees. Each component is the setting of the key beside it below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record ZooKeeperConfig(
    String quorum, String root, int sessionTimeoutMs, int connectTimeoutMs) {
  /** ZooKeeper servers, as host:port separated by commas. */
  public static final String QUORUM = "sedna.zookeeper.quorum";

  public static final String QUORUM_DEFAULT = "localhost:2181";

  /** Znode under which every instance has its own. */
  public static final String ROOT = "sedna.zookeeper.root";

  public static final String ROOT_DEFAULT = "/sedna";

  /**
   * Session time-out asked of ZooKeeper: how long a daemon may be silent before it counts as lost.
   */
  public static final String SESSION_TIMEOUT_MS = "sedna.zookeeper.session.timeout.ms";

  public static final int SESSION_TIMEOUT_MS_DEFAULT = 10_000;

  /** How long to try to reach ZooKeeper before giving up with a message that names the address. */
  public static final String CONNECT_TIMEOUT_MS = "sedna.zookeeper.connect.timeout.ms";

  public static final int CONNECT_TIMEOUT_MS_DEFAULT = 15_000;

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static ZooKeeperConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new ZooKeeperConfig(
        reader.string(QUORUM, QUORUM_DEFAULT),
        zookeeperPath(reader.string(ROOT, ROOT_DEFAULT)),
        reader.integer(SESSION_TIMEOUT_MS, SESSION_TIMEOUT_MS_DEFAULT, 1, Integer.MAX_VALUE),
        reader.integer(CONNECT_TIMEOUT_MS, CONNECT_TIMEOUT_MS_DEFAULT, 1, Integer.MAX_VALUE));
  }

  private static String zookeeperPath(String path) {
    if (!path.startsWith("/") || (path.length() > 1 && path.endsWith("/")) || path.contains("//")) {
      throw ConfReader.refused(ROOT, path, "an absolute path without a slash at the end");
    }
    return path;
  }
}
