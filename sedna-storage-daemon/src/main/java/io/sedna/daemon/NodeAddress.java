// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon;

import io.sedna.common.conf.ServerConfig;
import io.sedna.common.partition.MapNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.net.DNSToSwitchMapping;
import org.apache.hadoop.net.ScriptBasedMapping;
import org.apache.hadoop.util.ReflectionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How others reach this daemon, and where it stands. */
final class NodeAddress {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAddress.class);

  private NodeAddress() {}

  /**
   * What the administrator said; else the address listened on, if it is one; else the machine's.
   */
  static String host(ServerConfig config) {
    if (config.advertisedHost().isPresent()) {
      return config.advertisedHost().get();
    }
    try {
      InetAddress bound = InetAddress.getByName(config.bindAddress());
      return bound.isAnyLocalAddress()
          ? InetAddress.getLocalHost().getCanonicalHostName()
          : config.bindAddress();
    } catch (UnknownHostException e) {
      LOG.warn("cannot find this machine's name, using localhost: {}", e.getMessage());
      return "localhost";
    }
  }

  /** What the administrator said; else what Hadoop says of the host. */
  static String rack(Optional<String> configured, Configuration conf, String host) {
    if (configured.isPresent()) {
      return configured.get();
    }
    Class<? extends DNSToSwitchMapping> type =
        conf.getClass(
            CommonConfigurationKeysPublic.NET_TOPOLOGY_NODE_SWITCH_MAPPING_IMPL_KEY,
            ScriptBasedMapping.class,
            DNSToSwitchMapping.class);
    List<String> racks = ReflectionUtils.newInstance(type, conf).resolve(List.of(host));
    return racks == null || racks.isEmpty() ? MapNode.DEFAULT_RACK : racks.get(0);
  }
}
