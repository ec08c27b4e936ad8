// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.time.WallClock;
import java.util.function.LongConsumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares this daemon's clock with that of ZooKeeper's leader, which all daemons share: it writes
 * a znode and looks at the time that ZooKeeper gave it. That lies between the question and the
 * answer, so what is known of the difference is an interval as long as the round trip; only where
 * the whole of it is beyond the limit is the clock found wrong. Two daemons that pass are therefore
 * apart by twice the limit at most, and a round trip.
 */
@InterfaceAudience.Private
public final class ClockCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ClockCheck.class);
  private static final byte[] NOTHING = {};

  private final CuratorFramework curator;
  private final String path;
  private final NodeId self;
  private final WallClock clock;
  private final long maxSkewMs;

  /**
   * How far this clock is ahead of ZooKeeper's: something from least to most.
   *
   * @param leastMs negative: behind
   */
  record Lead(long leastMs, long mostMs) {
    static Lead of(long askedAtMs, long answeredAtMs, long stampedAtMs) {
      return new Lead(askedAtMs - stampedAtMs, answeredAtMs - stampedAtMs);
    }

    boolean beyond(long limitMs) {
      return leastMs > limitMs || mostMs < -limitMs;
    }

    long middleMs() {
      return leastMs + (mostMs - leastMs) / 2;
    }
  }

  public ClockCheck(
      CuratorFramework curator, InstancePaths paths, NodeId self, WallClock clock, long maxSkewMs) {
    this.curator = curator;
    this.path = paths.clock(self);
    this.self = self;
    this.clock = clock;
    this.maxSkewMs = maxSkewMs;
  }

  /**
   * Blocks for ZooKeeper's answer.
   *
   * @throws SednaException CLOCK_OFF with both clocks; ZOOKEEPER_UNREACHABLE
   */
  public void require() {
    try {
      createIfAbsent();
      long askedAtMs = clock.millis();
      Stat stat = curator.setData().forPath(path, NOTHING);
      Lead lead = Lead.of(askedAtMs, clock.millis(), stat.getMtime());
      if (lead.beyond(maxSkewMs)) {
        throw new SednaException(ErrorCode.CLOCK_OFF, describe(lead, askedAtMs, stat.getMtime()));
      }
    } catch (Exception e) {
      throw ZooKeeperConnection.failure(curator, "comparing clocks with ZooKeeper", e);
    }
  }

  private void createIfAbsent() throws Exception {
    try {
      curator.create().creatingParentsIfNeeded().forPath(path, NOTHING);
    } catch (KeeperException.NodeExistsException e) {
      LOG.trace("{} is there", path, e);
    }
  }

  private String describe(Lead lead, long ownMs, long zooKeeperMs) {
    return "the clock of daemon "
        + self
        + " is off: it says "
        + ownMs
        + " ms since 1970, ZooKeeper's says "
        + zooKeeperMs
        + "; "
        + (lead.middleMs() > 0 ? "ahead" : "behind")
        + " by "
        + Math.min(Math.abs(lead.leastMs()), Math.abs(lead.mostMs()))
        + " ms at least, and "
        + ClusterConfig.CLOCK_MAX_SKEW_MS
        + "="
        + maxSkewMs
        + ". Set the clocks by NTP.";
  }

  /**
   * Compares again, later. Never blocks.
   *
   * @param leadMs told how many milliseconds this clock is ahead, about, on any thread; not at all
   *     where ZooKeeper does not answer
   */
  public void compare(LongConsumer leadMs) {
    long askedAtMs = clock.millis();
    try {
      curator
          .setData()
          .inBackground(
              (client, event) -> {
                if (event.getStat() != null) {
                  compared(askedAtMs, event.getStat().getMtime(), leadMs);
                }
              })
          .forPath(path, NOTHING);
    } catch (Exception e) {
      LOG.debug("cannot compare clocks now", e);
    }
  }

  private void compared(long askedAtMs, long stampedAtMs, LongConsumer leadMs) {
    Lead lead = Lead.of(askedAtMs, clock.millis(), stampedAtMs);
    leadMs.accept(lead.middleMs());
    if (lead.beyond(maxSkewMs)) {
      LOG.error("{}", describe(lead, askedAtMs, stampedAtMs));
    } else if (lead.beyond(maxSkewMs / 2)) {
      LOG.warn(
          "the clock drifts: {} ms ahead of ZooKeeper's, {} is {}",
          lead.middleMs(),
          ClusterConfig.CLOCK_MAX_SKEW_MS,
          maxSkewMs);
    }
  }
}
