// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * Holds a path in ZooKeeper for one instance. Two instances that were given the same path by
 * mistake (two clusters with the same settings and one ZooKeeper) would mix their daemons, and each
 * would write to the other's tables.
 *
 * <p>The first daemon writes the instance's id beside its settings, and daemons with another id are
 * refused from then on, whether or not one of the first's lives: what is there is the first's
 * partition map and tables. A new run on YARN is another application with another id; its launcher
 * makes sure that no daemon of the last run is left and then puts the new id in place of the old,
 * so that the version of the znode grows. Every registration checks that version in its
 * transaction, so a daemon of an earlier run that comes back late never gets in. Blocking;
 * thread-safe.
 */
@InterfaceAudience.Private
public final class Ownership {
  private static final int MEMBERS_SHOWN = 3;

  private final CuratorFramework curator;
  private final InstancePaths paths;
  private final String id;
  private volatile int version;

  /**
   * @param id the same for all daemons of an instance
   */
  public Ownership(CuratorFramework curator, InstancePaths paths, String id) {
    this.curator = curator;
    this.paths = paths;
    this.id = id;
  }

  /**
   * Takes the path where nobody has it.
   *
   * @throws SednaException INSTANCE_EXISTS naming the path and who holds it
   */
  void claim() throws Exception {
    try {
      curator
          .create()
          .creatingParentsIfNeeded()
          .forPath(paths.owner(), id.getBytes(StandardCharsets.UTF_8));
      version = 0;
    } catch (KeeperException.NodeExistsException e) {
      require();
    }
  }

  /**
   * @throws SednaException INSTANCE_EXISTS where the path is another instance's
   */
  void require() throws Exception {
    var stat = new Stat();
    byte[] data = curator.getData().storingStatIn(stat).forPath(paths.owner());
    String owner = new String(data, StandardCharsets.UTF_8);
    if (!owner.equals(id)) {
      throw new SednaException(ErrorCode.INSTANCE_EXISTS, refusal(owner, living()));
    }
    version = stat.getVersion();
  }

  /** Fails a transaction with BadVersion unless the path is as {@link #require} found it. */
  CuratorOp check() throws Exception {
    return curator.transactionOp().check().withVersion(version).forPath(paths.owner());
  }

  private List<String> living() throws Exception {
    List<String> nodes;
    try {
      nodes = curator.getChildren().forPath(paths.members());
    } catch (KeeperException.NoNodeException e) {
      return List.of();
    }
    var living = new ArrayList<String>();
    for (String node : nodes) {
      if (living.size() == MEMBERS_SHOWN) {
        living.add((nodes.size() - MEMBERS_SHOWN) + " more");
        break;
      }
      try {
        byte[] data = curator.getData().forPath(paths.member(new NodeId(node)));
        Member member = ZnodeCodec.member(node, data);
        living.add(node + " at " + member.node().host() + ":" + member.node().thriftPort());
      } catch (KeeperException.NoNodeException e) {
        // It has just gone.
        continue;
      }
    }
    return living;
  }

  private String refusal(String owner, List<String> living) {
    String elsewhere =
        "give this one another "
            + ClusterConfig.INSTANCE
            + " or "
            + ZooKeeperConfig.ROOT
            + " if it is another instance, or "
            + ClusterConfig.INSTANCE_ID
            + "="
            + owner
            + " if it is the same";
    return "the ZooKeeper path "
        + paths.instance()
        + " at "
        + curator.getZookeeperClient().getCurrentConnectionString()
        + " belongs to the instance with the id "
        + owner
        + (living.isEmpty()
            ? ", none of whose daemons lives"
            : ", whose daemons live: " + String.join(", ", living))
        + "; this daemon's instance has the id "
        + id
        + ". Two instances cannot share a path: "
        + elsewhere
        + (living.isEmpty() ? "; to begin anew, delete the path in ZooKeeper." : ".");
  }
}
