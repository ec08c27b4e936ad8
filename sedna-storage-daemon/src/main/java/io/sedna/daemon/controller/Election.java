// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.id.NodeId;
import io.sedna.daemon.cluster.InstancePaths;
import io.sedna.daemon.cluster.ZooKeeperConnection;
import java.io.IOException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects one controller among the daemons. Each daemon watches only the one before it in the queue.
 * While the connection to ZooKeeper is broken this one counts as not elected.
 */
@InterfaceAudience.Private
public final class Election implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Election.class);

  private final CuratorFramework curator;
  private final LeaderLatch latch;

  public Election(
      CuratorFramework curator, InstancePaths paths, NodeId self, Controller controller) {
    this.curator = curator;
    this.latch = new LeaderLatch(curator, paths.election(), self.value());
    latch.addListener(
        new LeaderLatchListener() {
          @Override
          public void isLeader() {
            controller.lead();
          }

          @Override
          public void notLeader() {
            controller.follow();
          }
        });
  }

  public void start() {
    try {
      latch.start();
    } catch (Exception e) {
      throw ZooKeeperConnection.failure(curator, "joining the election", e);
    }
  }

  /** Leaves the election; the controller is told, if it was active. */
  @Override
  public void close() {
    if (latch.getState() != LeaderLatch.State.STARTED) {
      return;
    }
    try {
      latch.close(LeaderLatch.CloseMode.NOTIFY_LEADER);
    } catch (IOException e) {
      LOG.warn("cannot leave the election cleanly", e);
    }
  }
}
