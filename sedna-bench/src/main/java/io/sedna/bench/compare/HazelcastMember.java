// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.core.Hazelcast;
import java.util.List;

/** A member of Hazelcast for one client, in a process of its own. */
final class HazelcastMember {
  static final String READY = "hazelcast-member-ready";
  static final String MAP = "bench";
  static final String CLUSTER = "sedna-bench";

  /** What Hazelcast's own launcher opens to it on Java 17. */
  static final List<String> JAVA_OPTIONS =
      List.of(
          "--add-modules=java.se",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.management/sun.management=ALL-UNNAMED",
          "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

  private HazelcastMember() {}

  /** The port to listen on. */
  public static void main(String[] args) {
    Hazelcast.newHazelcastInstance(config(Integer.parseInt(args[0])));
    System.out.println(READY);
  }

  /** One copy of each record, serialized, as a Sedna table with N=1 has it. */
  private static Config config(int port) {
    var config = new Config();
    config.setClusterName(CLUSTER);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(Workspace.HOST);
    var join = config.getNetworkConfig().getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    config.addMapConfig(
        new MapConfig(MAP).setBackupCount(0).setInMemoryFormat(InMemoryFormat.BINARY));
    return config;
  }
}
