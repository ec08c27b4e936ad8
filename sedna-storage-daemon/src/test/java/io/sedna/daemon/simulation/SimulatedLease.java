// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.Lease;
import java.util.concurrent.TimeUnit;

/**
 * A daemon's lease, as {@code ZooKeeperLease} has it: from when the last heartbeat that was
 * answered was sent, for the time of a session less a margin; a session that is new counts once the
 * daemon knows the newest map. Real sessions end only when ZooKeeper has not heard of them for
 * their time-out: ended earlier ({@link SimulatedSession#lose}), they break what leases stand on.
 */
final class SimulatedLease implements Lease {
  private final SimulatedZooKeeper zooKeeper;
  private final SimulatedSession session;
  private final ClusterView view;
  private final long lastsNanos;
  private SimulatedZooKeeper.Ticket counted;

  SimulatedLease(
      SimulatedZooKeeper zooKeeper, SimulatedSession session, ClusterView view, long lastsMs) {
    this.zooKeeper = zooKeeper;
    this.session = session;
    this.view = view;
    this.lastsNanos = TimeUnit.MILLISECONDS.toNanos(lastsMs);
  }

  @Override
  public boolean held() {
    SimulatedZooKeeper.Ticket now = session.ticket();
    if (now != counted) {
      if (zooKeeper.isOver(now) || epoch() < zooKeeper.map().map(PartitionMap::epoch).orElse(0L)) {
        return false;
      }
      counted = now;
    }
    return session.isConnected() && session.lane().nanoTime() - session.heardNanos() < lastsNanos;
  }

  private long epoch() {
    return view.map().map(PartitionMap::epoch).orElse(0L);
  }
}
