// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.time.WallClock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.test.TestingServer;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

public class ClockCheckTest {
  private static final long MAX_SKEW_MS = 60_000;

  private static TestingServer zooKeeper;
  private static CuratorFramework curator;

  @BeforeClass
  public static void connect() throws Exception {
    zooKeeper = new TestingServer();
    curator =
        ZooKeeperConnection.open(
            new ZooKeeperConfig(zooKeeper.getConnectString(), "/sedna", 4000, 10_000));
  }

  @AfterClass
  public static void close() throws Exception {
    curator.close();
    zooKeeper.close();
  }

  private static ClockCheck ahead(long ms) {
    WallClock machine = WallClock.system();
    return new ClockCheck(
        curator,
        new InstancePaths("/sedna/test"),
        new NodeId("n1"),
        () -> machine.millis() + ms,
        MAX_SKEW_MS);
  }

  @Test
  public void shouldPassClocksNearZooKeepers() {
    assertThatCode(ahead(0)::require).doesNotThrowAnyException();
    assertThatCode(ahead(MAX_SKEW_MS / 2)::require).doesNotThrowAnyException();
    assertThatCode(ahead(-MAX_SKEW_MS / 2)::require).doesNotThrowAnyException();
  }

  @Test
  public void shouldRefuseClocksThatAreOffWithBothValues() {
    assertThatThrownBy(ahead(10 * MAX_SKEW_MS)::require)
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOCK_OFF))
        .hasMessageContaining("daemon n1")
        .hasMessageMatching(".*ahead by (59|60)[0-9]{4} ms.*")
        .hasMessageContaining("sedna.clock.max.skew.ms=60000");
    assertThatThrownBy(ahead(-10 * MAX_SKEW_MS)::require)
        .isInstanceOf(SednaException.class)
        .hasMessageMatching(".*behind by (59|60)[0-9]{4} ms.*");
  }

  @Test
  public void shouldTellOfDriftLater() throws Exception {
    ClockCheck check = ahead(5000);
    check.require();
    var lead = new CompletableFuture<Long>();

    check.compare(lead::complete);

    assertThat(lead.get(10, TimeUnit.SECONDS)).isBetween(1000L, 20_000L);
  }

  @Test
  public void shouldBlameTheClockOnlyForWhatTheRoundTripDoesNotExplain() {
    var lead = ClockCheck.Lead.of(1000, 5000, 2000);

    assertThat(lead.leastMs()).isEqualTo(-1000);
    assertThat(lead.mostMs()).isEqualTo(3000);
    assertThat(lead.beyond(0)).isFalse();
    assertThat(ClockCheck.Lead.of(1000, 1100, 0).beyond(999)).isTrue();
    assertThat(ClockCheck.Lead.of(1000, 1100, 0).beyond(1000)).isFalse();
    assertThat(ClockCheck.Lead.of(1000, 1100, 2101).beyond(1000)).isTrue();
  }
}
