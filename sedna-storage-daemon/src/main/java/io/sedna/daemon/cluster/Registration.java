// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This daemon's ephemeral znode. Blocking; used by one thread at a time.
 *
 * <p>Where the znode of another run is in the way, that run may have died a moment ago: it is given
 * the time of a session to vanish. One of this same run, left by a session that was lost, is taken
 * away.
 */
final class Registration {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

  private final CuratorFramework curator;
  private final String path;
  private final Ownership ownership;
  private final Member self;

  Registration(CuratorFramework curator, InstancePaths paths, Ownership ownership, Member self) {
    this.curator = curator;
    this.ownership = ownership;
    this.path = paths.member(self.node().id());
    this.self = self;
  }

  /**
   * @param patienceMs how long another run may stand in the way
   * @throws SednaException NODE_EXISTS naming the holder; INSTANCE_EXISTS where the path has become
   *     another instance's; ZOOKEEPER_UNREACHABLE
   */
  void register(long patienceMs) {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
    try {
      while (!tryRegister()) {
        awaitDeparture(deadlineNs);
      }
    } catch (Exception e) {
      throw ZooKeeperConnection.failure(curator, "registration of " + self.node().id(), e);
    }
  }

  private boolean tryRegister() throws Exception {
    try {
      CuratorOp create =
          curator
              .transactionOp()
              .create()
              .withMode(CreateMode.EPHEMERAL)
              .forPath(path, ZnodeCodec.encode(self));
      curator.transaction().forOperations(ownership.check(), create);
      LOG.info("registered {}", self);
      return true;
    } catch (KeeperException.BadVersionException e) {
      ownership.require();
      return false;
    } catch (KeeperException.NodeExistsException e) {
      return takeBack();
    }
  }

  /** Answers whether the znode in the way was, or now is, our own. */
  private boolean takeBack() throws Exception {
    var stat = new Stat();
    try {
      byte[] data = curator.getData().storingStatIn(stat).forPath(path);
      if (holder(data).node().incarnation() != self.node().incarnation()) {
        return false;
      }
      if (stat.getEphemeralOwner() == curator.getZookeeperClient().getZooKeeper().getSessionId()) {
        return true;
      }
      curator.delete().withVersion(stat.getVersion()).forPath(path);
    } catch (KeeperException.NoNodeException | KeeperException.BadVersionException e) {
      LOG.debug("the znode in the way changed", e);
    }
    return false;
  }

  private void awaitDeparture(long deadlineNs) throws Exception {
    var changed = new CountDownLatch(1);
    Stat stat = curator.checkExists().usingWatcher(watcher(changed)).forPath(path);
    if (stat == null) {
      return;
    }
    long leftNs = deadlineNs - System.nanoTime();
    if (leftNs > 0 && changed.await(leftNs, TimeUnit.NANOSECONDS)) {
      return;
    }
    byte[] data;
    try {
      data = curator.getData().forPath(path);
    } catch (KeeperException.NoNodeException e) {
      return;
    }
    Member holder = holder(data);
    throw new SednaException(
        ErrorCode.NODE_EXISTS,
        "node id "
            + self.node().id()
            + " is held by another live daemon: host="
            + holder.node().host()
            + ", thriftPort="
            + holder.node().thriftPort()
            + ", startedAtMs="
            + holder.startedAtMs());
  }

  private static org.apache.zookeeper.Watcher watcher(CountDownLatch changed) {
    return event -> changed.countDown();
  }

  private Member holder(byte[] data) {
    return ZnodeCodec.member(self.node().id().value(), data);
  }

  /** Leaves; the znode of another run stays. */
  void leave() {
    var stat = new Stat();
    try {
      byte[] data = curator.getData().storingStatIn(stat).forPath(path);
      if (holder(data).node().incarnation() == self.node().incarnation()) {
        curator.delete().withVersion(stat.getVersion()).forPath(path);
      }
    } catch (KeeperException.NoNodeException e) {
      LOG.debug("{} was not registered", self.node().id());
    } catch (Exception e) {
      // The session ends next, and takes the znode with it.
      LOG.warn("cannot leave ZooKeeper", ZooKeeperConnection.failure(curator, "leaving", e));
    }
  }
}
