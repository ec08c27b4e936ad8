// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.id.NodeId;
import io.sedna.common.time.SerialScheduler;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Lease} by heartbeats of its own. Each asks ZooKeeper for this daemon's znode; the answer
 * says that the session was alive when the question was sent at the earliest, so it lives for its
 * time-out from then on, and the lease for a margin less. The znode must be this session's: one
 * that has begun anew must have registered, and read the newest map, before it counts.
 *
 * <p>The margin covers what this machine's monotonic clock and ZooKeeper's may drift apart within a
 * time-out. Sleeping machines whose monotonic clock stands still are not covered.
 */
@InterfaceAudience.Private
public final class ZooKeeperLease implements Lease, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperLease.class);

  /** Heartbeats in a session's time-out. */
  private static final int HEARTBEATS = 8;

  private static final long LEAST_PAUSE_MS = 20;

  private final CuratorFramework curator;
  private final String memberPath;
  private final String mapPath;
  private final ZooKeeperClusterView view;
  private final long marginMs;
  private final Presence presence;
  private final SerialScheduler worker;
  private long session; // of the worker
  private volatile long untilNanos;
  private volatile boolean ever;
  private volatile boolean given;

  /**
   * @param presence told when the newest map has been read after a standstill
   * @param worker its own, for its questions wait for ZooKeeper; closed with it
   */
  public ZooKeeperLease(
      CuratorFramework curator,
      InstancePaths paths,
      NodeId self,
      ZooKeeperClusterView view,
      long marginMs,
      Presence presence,
      SerialScheduler worker) {
    this.curator = curator;
    this.memberPath = paths.member(self);
    this.mapPath = paths.map();
    this.view = view;
    this.marginMs = marginMs;
    this.presence = presence;
    this.worker = worker;
  }

  /** Begins, after this daemon has registered. */
  public void start() {
    worker.execute(this::beat);
  }

  @Override
  public boolean held() {
    return ever && !given && worker.nanoTime() - untilNanos < 0;
  }

  /** Asks ZooKeeper soon, without waiting for the next heartbeat. */
  public void ask() {
    worker.execute(
        () -> {
          try {
            var unused = question();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void beat() {
    long pauseMs;
    try {
      pauseMs = question();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    var unused = worker.schedule(this::beat, pauseMs);
  }

  /** Milliseconds to the next one. */
  private long question() throws InterruptedException {
    long absence = presence.absence();
    try {
      ZooKeeper zooKeeper = curator.getZookeeperClient().getZooKeeper();
      long sentNanos = worker.nanoTime();
      long current = zooKeeper.getSessionId();
      long timeoutMs = zooKeeper.getSessionTimeout();
      Stat stat = zooKeeper.exists(memberPath, false);
      boolean ours =
          stat != null
              && stat.getEphemeralOwner() == current
              && zooKeeper.getSessionId() == current;
      if (ours && (current != session || presence.isAway())) {
        readMap();
        presence.confirm(absence);
      }
      if (ours && current != session) {
        LOG.info(
            "Lease by ZooKeeper session {}: timeoutMs={}", Long.toHexString(current), timeoutMs);
        session = current;
        // What was sent before the map was read would do too, but the next beat is soon.
        ours = false;
      }
      if (ours && timeoutMs > marginMs) {
        untilNanos = sentNanos + TimeUnit.MILLISECONDS.toNanos(timeoutMs - marginMs);
        ever = true;
        return Math.max(LEAST_PAUSE_MS, timeoutMs / HEARTBEATS);
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      LOG.debug("No heartbeat", e);
    }
    return LEAST_PAUSE_MS;
  }

  /** As the leader of ZooKeeper's ensemble has it: another daemon may have become primary. */
  private void readMap() throws Exception {
    curator.sync().forPath(mapPath);
    view.takeNewestMap(curator.getData().forPath(mapPath));
  }

  /** Gives the lease up for good, before this daemon leaves. */
  public void giveUp() {
    given = true;
  }

  @Override
  public void close() {
    giveUp();
    worker.close();
  }
}
