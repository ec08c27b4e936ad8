// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import java.util.List;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.junit.Test;

public class ConfigValidationTest {
  private final Configuration conf = SednaConfiguration.create(new Configuration(false));

  @Test
  public void shouldNotKeepWritesForLongerThanTombstones() {
    conf.setLong(StoreConfig.TOMBSTONE_GRACE_MS, 60_000);
    conf.setLong(EventualConfig.HINTS_MAX_AGE_MS, 60_000);

    var refused = catchThrowableOfType(SednaException.class, () -> EventualConfig.from(conf));

    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(refused)
        .hasMessageContaining("sedna.hints.max.age.ms=60000")
        .hasMessageContaining("sedna.store.tombstone.grace.ms=60000");
    conf.setLong(EventualConfig.HINTS_MAX_AGE_MS, 59_999);
    assertThat(EventualConfig.from(conf).hintsMaxAgeMs()).isEqualTo(59_999);
    conf.setLong(EventualConfig.HINTS_MAX_AGE_MS, 60_000);
    conf.setLong(EventualConfig.HINTS_MAX_BYTES, 0);
    assertThat(EventualConfig.from(conf).hintsMaxBytes()).isZero();
  }

  @Test
  public void shouldReadWhatWasSet() {
    conf.set(ClusterConfig.INSTANCE, " mystore ");
    conf.set(ClusterConfig.NODE_ID, "node-1");
    conf.set(ClusterConfig.NODE_RACK, "/dc1/rack2");
    conf.setInt(ClusterConfig.PARTITIONS, 65_536);

    var config = ClusterConfig.from(conf);

    assertThat(config.instance()).hasToString("mystore");
    assertThat(config.nodeId()).contains(new NodeId("node-1"));
    assertThat(config.rack()).contains("/dc1/rack2");
    assertThat(config.partitions()).isEqualTo(65_536);
    assertThat(config.replication()).isEqualTo(3);
  }

  @Test
  public void shouldReadAddresses() {
    conf.set(ClientConfig.BOOTSTRAP, "a.example.com:1, [::1]:7720,,10.0.0.1:65535");

    var config = ClientConfig.from(conf);

    assertThat(config.bootstrap())
        .containsExactly(
            new HostPort("a.example.com", 1),
            new HostPort("::1", 7720),
            new HostPort("10.0.0.1", 65_535))
        .extracting(HostPort::toString)
        .containsExactly("a.example.com:1", "[::1]:7720", "10.0.0.1:65535");
  }

  @Test
  public void shouldRefuseAddressesThatAreNone() {
    for (String text : List.of("host", "host:", ":1", "host:0", "host:65536", "h:x", "::1:1")) {
      SednaException e = catchThrowableOfType(SednaException.class, () -> HostPort.parse(text));

      assertThat(e).as(text).isNotNull();
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      assertThat(e).hasMessageContaining("'" + text + "'");
    }
  }

  @Test
  public void shouldRefusePartitionsThatAreNoPowerOfTwo() {
    refuses(ClusterConfig.PARTITIONS, "1000", "a power of two", ClusterConfig::from);
    refuses(ClusterConfig.PARTITIONS, "131072", "1 to 65536", ClusterConfig::from);
    refuses(ClusterConfig.PARTITIONS, "0", "1 to 65536", ClusterConfig::from);
  }

  @Test
  public void shouldRefuseNumbersOutOfRange() {
    refuses(ClusterConfig.REPLICATION, "8", "1 to 7", ClusterConfig::from);
    refuses(ServerConfig.THRIFT_PORT, "70000", "0 to 65535", ServerConfig::from);
    refuses(ServerConfig.MAX_CONNECTIONS, "0", "1 to 2147483647", ServerConfig::from);
    refuses(ReplicationConfig.REPLICATION_TIMEOUT_MS, "0", "at least 1", ReplicationConfig::from);
    refuses(RepairConfig.REPAIR_INTERVAL_MS, "-1", "at least 0", RepairConfig::from);
    refuses(SnapshotConfig.RETAINED, "-1", "1 to 2147483647", SnapshotConfig::from);
    refuses(MapReduceConfig.WRITE_BATCH_RECORDS, "10001", "1 to 10000", MapReduceConfig::from);
    refuses(YarnConfig.AM_MEMORY_MB, "1", "64 to 2147483647", YarnConfig::from);
    refuses(ZooKeeperConfig.SESSION_TIMEOUT_MS, "99999999999", "1 to", ZooKeeperConfig::from);
  }

  @Test
  public void shouldRefuseWhatIsNoNumber() {
    refuses(ServerConfig.HTTP_PORT, "http", "a whole number", ServerConfig::from);
    refuses(StoreConfig.ENGINE, "disk", "offheap or heap", StoreConfig::from);
    refuses(StoreConfig.MEMORY_FRACTION, "lots", "a number above 0", StoreConfig::from);
  }

  @Test
  public void shouldRefuseFractionsThatAreNoPart() {
    for (String value : List.of("0", "1.01", "-0.5", "NaN")) {
      refuses(StoreConfig.MEMORY_FRACTION, value, "above 0, up to 1", StoreConfig::from);
    }
  }

  @Test
  public void shouldRefusePathsAndRacksWithoutASlash() {
    refuses(ZooKeeperConfig.ROOT, "sedna", "an absolute path", ZooKeeperConfig::from);
    refuses(ZooKeeperConfig.ROOT, "/sedna/", "an absolute path", ZooKeeperConfig::from);
    refuses(ClusterConfig.NODE_RACK, "rack1", "a rack such as", ClusterConfig::from);
  }

  @Test
  public void shouldRefuseALongestPauseBelowTheFirst() {
    refuses(
        ClientConfig.RETRY_MAX_MS,
        "5",
        "at least sedna.client.retry.base.ms=10",
        ClientConfig::from);
    refuses(
        YarnConfig.DAEMON_RESTART_MAX_MS,
        "10",
        "at least sedna.yarn.daemon.restart.base.ms=1000",
        YarnConfig::from);
  }

  @Test
  public void shouldRefuseTunablesThatAShellWouldTakeApart() {
    String legal = "name=value[:name=value]";
    refuses(YarnConfig.DAEMON_GLIBC_TUNABLES, "hugetlb", legal, YarnConfig::from);
    refuses(YarnConfig.DAEMON_GLIBC_TUNABLES, "a=1;reboot", legal, YarnConfig::from);
    refuses(YarnConfig.DAEMON_GLIBC_TUNABLES, "a=$(reboot)", legal, YarnConfig::from);
    refuses(YarnConfig.DAEMON_GLIBC_TUNABLES, "a=1:", legal, YarnConfig::from);
  }

  @Test
  public void shouldTakeTheDefaultWhereANumberIsLeftEmpty() {
    conf.set(SnapshotConfig.INTERVAL_MS, "");

    assertThat(SnapshotConfig.from(conf).intervalMs()).isEqualTo(300_000);
  }

  @Test
  public void shouldRefuseANameThatIsLeftEmpty() {
    conf.set(YarnConfig.QUEUE, " ");

    SednaException e = catchThrowableOfType(SednaException.class, () -> YarnConfig.from(conf));

    assertThat(e).hasMessage("sedna.yarn.queue is empty");
  }

  @Test
  public void shouldPreferWhatAProgramSetToTheDefaults() {
    var base = new Configuration(false);
    base.setInt(ServerConfig.THRIFT_PORT, 1234);

    Configuration created = SednaConfiguration.create(base);

    assertThat(ServerConfig.from(created).thriftPort()).isEqualTo(1234);
    assertThat(created.get(ServerConfig.HTTP_PORT)).isEqualTo("7721");
  }

  private void refuses(String key, String value, String expected, Function<Configuration, ?> from) {
    conf.set(key, value);

    SednaException e = catchThrowableOfType(SednaException.class, () -> from.apply(conf));

    assertThat(e).as("%s=%s", key, value).isNotNull();
    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(e).hasMessageContaining(key + "=" + value).hasMessageContaining(expected);
    conf.unset(key);
  }
}
