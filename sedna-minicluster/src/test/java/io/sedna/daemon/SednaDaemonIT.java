// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.client.PutEntry;
import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.SnapshotConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.testing.Await;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.OperationState;
import io.sedna.thrift.generated.SnapshotRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class SednaDaemonIT {
  private static final int RECORDS = 500;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  private TestDaemons daemons;

  @Before
  public void startZooKeeper() throws Exception {
    daemons = new TestDaemons(folder.getRoot());
  }

  @After
  public void stopAll() throws Exception {
    daemons.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void fill(SednaTable table) {
    List<PutEntry> entries = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      entries.add(new PutEntry(bytes("key-" + i), bytes("value-" + i)));
    }
    table.multiPut(entries).forEach(result -> assertThat(result.error()).isEmpty());
  }

  private static void checkAll(SednaTable table) {
    for (int i = 0; i < RECORDS; i++) {
      assertThat(table.get(bytes("key-" + i)))
          .as("key-" + i)
          .hasValueSatisfying(value -> assertThat(value.value()).isNotEmpty());
    }
  }

  private static void awaitComplete(SednaClient client) {
    Await.until(
        "all partitions are complete",
        () -> {
          ClusterState state = client.admin().clusterState();
          return state.getComplete() == state.getPartitions();
        });
  }

  @Test
  public void shouldServeOnASingleDaemon() {
    daemons.with(ClusterConfig.REPLICATION, 1).start("a");
    try (SednaClient client = daemons.client()) {
      client.admin().createTable("d.t");
      SednaTable table = client.table("d.t");

      table.put(bytes("k"), bytes("v"));

      assertThat(table.get(bytes("k")))
          .hasValueSatisfying(value -> assertThat(value.value()).isEqualTo(bytes("v")));
    }
  }

  @Test
  public void shouldServeWhileADaemonIsDeadAndFillItOnReturn() {
    daemons.start("a", "b", "c");
    try (SednaClient client = daemons.client()) {
      client.admin().createTable("d.t");
      SednaTable table = client.table("d.t");
      fill(table);

      daemons.kill("b");
      checkAll(table);
      table.put(bytes("key-0"), bytes("newer"));
      daemons.start("b");
      daemons.awaitReady();

      awaitComplete(client);
      daemons.kill("a");
      daemons.kill("c");
      Await.until(
          "the filled replica serves alone",
          () ->
              daemons.daemon("b").controllerActive()
                  && daemons.daemon("b").map().get().nodes().size() == 1);
    }
  }

  @Test
  public void shouldStopWithoutFailingRequests() {
    daemons.start("a", "b", "c");
    try (SednaClient client = daemons.client()) {
      client.admin().createTable("d.t");
      SednaTable table = client.table("d.t");
      fill(table);

      daemons.stop("a");

      checkAll(table);
      fill(table);
    }
  }

  @Test
  public void shouldMoveControlWhenTheControllersDaemonDies() {
    daemons.start("a", "b", "c");
    String first = daemons.controller().nodeId().value();

    daemons.kill(first);

    try (SednaClient client = daemons.client()) {
      Await.until("another controller is active", () -> daemons.controller() != null);
      client.admin().createTable("d.after");
      assertThat(client.admin().clusterState().getController()).isNotEqualTo(first);
      assertThat(client.admin().listTables("d")).hasSize(1);
    }
  }

  @Test
  public void shouldMovePartitionsToNewcomersAndAwayFromDrainedDaemons() {
    daemons.start("a", "b", "c");
    try (SednaClient client = daemons.client()) {
      client.admin().createTable("d.t");
      SednaTable table = client.table("d.t");
      fill(table);

      daemons.start("d");
      Await.until(
          "the newcomer has its share",
          () ->
              client.admin().clusterState().getMembers().stream()
                  .allMatch(member -> member.getReplicas() == 24));
      var drain = client.admin().drain("a");
      var done = client.admin().awaitOperation(drain.getId(), Duration.ofSeconds(30));

      assertThat(done.getState()).isEqualTo(OperationState.SUCCEEDED);
      daemons.stop("a");
      checkAll(table);
      awaitComplete(client);
    }
  }

  @Test
  public void shouldDoAdministrationOnAnyDaemon() {
    daemons.start("a", "b", "c");
    for (String node : List.of("a", "b", "c")) {
      SednaDaemon daemon = daemons.daemon(node);
      try (SednaClient client =
          SednaClient.builder().bootstrap(daemon.host() + ":" + daemon.thriftPort()).build()) {
        client.admin().createTable("d." + node);
        client.table("d." + node).put(bytes("k"), bytes("v"));
        client.admin().truncateTable("d." + node);

        assertThat(client.table("d." + node).get(bytes("k"))).isEmpty();
        assertThatThrownBy(() -> client.admin().createTable("d." + node))
            .isInstanceOfSatisfying(
                SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_EXISTS));
        client.admin().freeze();
        assertThatThrownBy(() -> client.admin().drain("nobody"))
            .isInstanceOfSatisfying(
                SednaException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_NOT_FOUND));
        client.admin().thaw();
        client.admin().dropTable("d." + node);
        assertThatThrownBy(() -> client.admin().describeTable("d." + node))
            .isInstanceOfSatisfying(
                SednaException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND));
      }
    }
  }

  @Test
  public void shouldGiveLostPartitionsBackFromASnapshot() {
    daemons.start("a", "b");
    try (SednaClient client = daemons.client()) {
      client.admin().createTable("d.t");
      fill(client.table("d.t"));
      var snapshot = client.admin().snapshot(new SnapshotRequest().setName("s1"));
      var done = client.admin().awaitOperation(snapshot.getId(), Duration.ofSeconds(30));
      assertThat(done.getState()).isEqualTo(OperationState.SUCCEEDED);
    }

    daemons.kill("a");
    daemons.kill("b");
    daemons.start("a", "b");

    try (SednaClient client = daemons.client()) {
      checkAll(client.table("d.t"));
    }
  }

  @Test
  public void shouldRestoreANewInstanceBeforeItIsReady() {
    daemons.start("a", "b");
    try (SednaClient client = daemons.client()) {
      client.admin().createTable("d.t");
      fill(client.table("d.t"));
      var snapshot = client.admin().snapshot(new SnapshotRequest().setName("s1"));
      client.admin().awaitOperation(snapshot.getId(), Duration.ofSeconds(30));
    }
    daemons.stop("a");
    daemons.stop("b");

    daemons
        .with(ClusterConfig.INSTANCE, "another")
        .with(ClusterConfig.PARTITIONS, 8)
        .with(SnapshotConfig.RESTORE_ON_START, "s1")
        .start("x", "y", "z");

    try (SednaClient client = daemons.client()) {
      checkAll(client.table("d.t"));
      client.admin().createTable("d.new");
    }
  }

  @Test
  public void shouldRefuseAnInstanceWithOtherSnapshotsOnThePathOfALivingOne() {
    var first = daemons.start("a", "b").daemon("a");

    daemons.with(SnapshotConfig.DIR, "hdfs://other:8020/snapshots");

    assertThatThrownBy(() -> daemons.start("c"))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INSTANCE_EXISTS))
        .hasMessageContaining("/sedna/test at " + daemons.zooKeeper().getConnectString())
        .hasMessageContaining("a at " + first.host() + ":" + first.thriftPort())
        .hasMessageContaining("b at ")
        .hasMessageContaining("hdfs://other:8020/snapshots");
    daemons.with(ClusterConfig.INSTANCE, "another").with(ClusterConfig.CLUSTER_INITIAL_DAEMONS, 1);
    daemons.start("c").awaitReady(30_000);
  }

  @Test
  public void shouldRefuseOtherSettingsAndATakenNodeId() {
    daemons.start("a");

    assertThatThrownBy(() -> daemons.start("a"))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_EXISTS));
    daemons.with(ClusterConfig.PARTITIONS, 64);
    assertThatThrownBy(() -> daemons.start("b"))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }
}
