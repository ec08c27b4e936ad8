// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.cluster.InstancePaths;
import io.sedna.daemon.cluster.Member;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.cluster.ZnodeCodec;
import io.sedna.daemon.cluster.ZooKeeperConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link InstanceStore} in the znodes of {@link InstancePaths}. A term is a version of the fence,
 * which every write checks in the same transaction.
 */
final class ZooKeeperInstanceStore implements InstanceStore {
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperInstanceStore.class);

  private final CuratorFramework curator;
  private final InstancePaths paths;
  private final Map<String, Integer> versions = new HashMap<>();
  private int term = -1;
  private CuratorCache members;
  private volatile boolean membersKnown;

  ZooKeeperInstanceStore(CuratorFramework curator, InstancePaths paths) {
    this.curator = curator;
    this.paths = paths;
  }

  @Override
  public void takeOver(MapNode self) {
    try {
      Stat fence = curator.setData().forPath(paths.fence(), ZnodeCodec.encodeActive(self));
      term = fence.getVersion();
      List<CuratorOp> ops = new ArrayList<>();
      ops.add(curator.transactionOp().check().withVersion(term).forPath(paths.fence()));
      if (curator.checkExists().forPath(paths.active()) != null) {
        ops.add(curator.transactionOp().delete().forPath(paths.active()));
      }
      ops.add(
          curator
              .transactionOp()
              .create()
              .withMode(CreateMode.EPHEMERAL)
              .forPath(paths.active(), ZnodeCodec.encodeActive(self)));
      curator.transaction().forOperations(ops);
    } catch (Exception e) {
      throw ZooKeeperConnection.failure(curator, "taking over " + paths.instance(), e);
    }
  }

  @Override
  public Contents read() {
    try {
      return new Contents(
          ZnodeCodec.map(get(paths.map())),
          ZnodeCodec.catalogue(get(paths.tables())),
          ZnodeCodec.nodes(get(paths.draining())),
          ZnodeCodec.frozen(get(paths.frozen())));
    } catch (Exception e) {
      throw ZooKeeperConnection.failure(curator, "reading " + paths.instance(), e);
    }
  }

  private byte[] get(String path) throws Exception {
    var stat = new Stat();
    byte[] data = curator.getData().storingStatIn(stat).forPath(path);
    versions.put(path, stat.getVersion());
    return data;
  }

  @Override
  public void check() {
    if (isOver("looking at " + paths.fence())) {
      throw over(null);
    }
  }

  private boolean isOver(String doing) {
    try {
      return curator.checkExists().forPath(paths.fence()).getVersion() != term;
    } catch (Exception e) {
      throw ZooKeeperConnection.failure(curator, doing, e);
    }
  }

  private static SednaException over(Exception cause) {
    return new SednaException(
        ErrorCode.NO_CONTROLLER, "another controller has taken over: nothing changed", cause);
  }

  @Override
  public void writeMap(PartitionMap map) {
    write(paths.map(), ZnodeCodec.encode(map));
  }

  @Override
  public void writeTables(TableCatalogue tables) {
    write(paths.tables(), ZnodeCodec.encode(tables));
  }

  @Override
  public void writeDraining(Set<NodeId> nodes) {
    write(paths.draining(), ZnodeCodec.encodeNodes(nodes));
  }

  @Override
  public void writeFrozen(boolean frozen) {
    write(paths.frozen(), ZnodeCodec.encodeFrozen(frozen));
  }

  private void write(String path, byte[] data) {
    try {
      var results =
          curator
              .transaction()
              .forOperations(
                  curator.transactionOp().check().withVersion(term).forPath(paths.fence()),
                  curator
                      .transactionOp()
                      .setData()
                      .withVersion(versions.get(path))
                      .forPath(path, data));
      versions.put(path, results.get(1).getResultStat().getVersion());
    } catch (KeeperException.BadVersionException e) {
      throw refused(path, e);
    } catch (Exception e) {
      throw ZooKeeperConnection.failure(curator, "writing " + path, e);
    }
  }

  /**
   * Either the term is over, or this very write was done before, by an attempt whose answer was
   * lost.
   */
  private SednaException refused(String path, Exception cause) {
    return isOver("writing " + path)
        ? over(cause)
        : new SednaException(
            ErrorCode.ZOOKEEPER_UNREACHABLE,
            "writing " + path + ": the answer was lost, the outcome is unknown",
            cause);
  }

  @Override
  public void watchMembers(Runnable changed) {
    members = CuratorCache.build(curator, paths.members());
    members
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forInitialized(
                    () -> {
                      membersKnown = true;
                      changed.run();
                    })
                .forAll((type, before, now) -> changed.run())
                .build());
    members.start();
  }

  @Override
  public Optional<Collection<Member>> members() {
    if (!membersKnown) {
      return Optional.empty();
    }
    var list = new ArrayList<Member>();
    String prefix = paths.members() + "/";
    members.stream()
        .filter(data -> data.getPath().startsWith(prefix))
        .forEach(data -> add(list, data, prefix));
    return Optional.of(list);
  }

  private static void add(List<Member> list, ChildData data, String prefix) {
    try {
      list.add(ZnodeCodec.member(data.getPath().substring(prefix.length()), data.getData()));
    } catch (SednaException e) {
      LOG.error("skipping a member that cannot be read: {}", data.getPath(), e);
    }
  }

  @Override
  public void close() {
    if (members != null) {
      members.close();
    }
    if (term < 0) {
      return;
    }
    try {
      curator
          .transaction()
          .forOperations(
              curator.transactionOp().check().withVersion(term).forPath(paths.fence()),
              curator.transactionOp().delete().forPath(paths.active()));
    } catch (Exception e) {
      // Deposed, or the session is gone: the znode is not ours any more.
      LOG.debug("did not take {} away", paths.active(), e);
    }
  }
}
