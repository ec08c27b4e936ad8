// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.common.conf.ClientConfig;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** Which instance a command speaks to, and how its daemons are found. */
@InterfaceAudience.Private
public final class ConnectionOptions {
  @Option(
      names = "--connect",
      paramLabel = "HOST:PORT[,…]",
      description = "Daemons to begin with; otherwise they are found through ZooKeeper.")
  private String connect;

  @Option(
      names = "--instance",
      paramLabel = "NAME",
      description = "Name of the instance (otherwise the setting sedna.instance).")
  private String instance;

  @Option(
      names = "--zookeeper",
      paramLabel = "HOST:PORT[,…]",
      description = "ZooKeeper servers (otherwise the setting sedna.zookeeper.quorum).")
  private String zookeeper;

  /** Sets what was said on the command line. */
  public void applyTo(Configuration conf) {
    if (zookeeper != null) {
      conf.set("sedna.zookeeper.quorum", zookeeper);
    }
    if (instance != null) {
      conf.set("sedna.instance", instance);
      // What a file says of another instance's daemons does not hold for the one that was named.
      conf.unset(ClientConfig.BOOTSTRAP);
    }
    if (connect != null) {
      conf.set(ClientConfig.BOOTSTRAP, connect);
    }
  }
}
