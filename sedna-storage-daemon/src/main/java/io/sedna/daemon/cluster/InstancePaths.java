// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.id.NodeId;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The znodes of an instance.
 *
 * <pre>
 * ROOT/INSTANCE/settings       JSON: what is fixed when the instance is created
 *              /owner          text: the id of the instance that this path belongs to
 *              /members/NODE   ephemeral, JSON: a daemon that is there
 *              /clocks/NODE    written by a daemon to learn the time from ZooKeeper
 *              /election       LeaderLatch of the controllers
 *              /active         ephemeral, JSON: where the active controller is
 *              /fence          its version is the term of the active controller; every write below checks it
 *              /map            the partition map, as PartitionMapCodec writes it; empty: none yet
 *              /tables         all tables, as CatalogueCodec writes them
 *              /draining       JSON: node ids
 *              /frozen         true or false
 * </pre>
 *
 * <p>All tables are in one znode, because a restore swaps several in one step, and so that one
 * version tells who knows what; compressed, 5,000 tables take a small part of the megabyte that a
 * znode holds.
 */
@InterfaceAudience.Private
public record InstancePaths(String instance) {
  public static InstancePaths of(ZooKeeperConfig zooKeeper, ClusterConfig cluster) {
    String root = zooKeeper.root().equals("/") ? "" : zooKeeper.root();
    return new InstancePaths(root + "/" + cluster.instance());
  }

  public String settings() {
    return instance + "/settings";
  }

  public String owner() {
    return instance + "/owner";
  }

  public String members() {
    return instance + "/members";
  }

  public String member(NodeId id) {
    return members() + "/" + id;
  }

  public String clock(NodeId id) {
    return instance + "/clocks/" + id;
  }

  public String election() {
    return instance + "/election";
  }

  public String active() {
    return instance + "/active";
  }

  public String fence() {
    return instance + "/fence";
  }

  public String map() {
    return instance + "/map";
  }

  public String tables() {
    return instance + "/tables";
  }

  public String draining() {
    return instance + "/draining";
  }

  public String frozen() {
    return instance + "/frozen";
  }
}
