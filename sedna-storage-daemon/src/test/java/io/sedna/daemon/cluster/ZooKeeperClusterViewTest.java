// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.Await;
import io.sedna.daemon.placement.Placement;
import io.sedna.daemon.placement.PlacementInput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.test.TestingServer;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TestName;

public class ZooKeeperClusterViewTest {
  private static TestingServer zooKeeper;

  @Rule public final TestName name = new TestName();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final SerialScheduler timers = SerialScheduler.onThread("test-timers");
  private InstancePaths paths;
  private CuratorFramework curator;

  @BeforeClass
  public static void startZooKeeper() throws Exception {
    zooKeeper = new TestingServer();
  }

  @AfterClass
  public static void stopZooKeeper() throws Exception {
    zooKeeper.close();
  }

  @Before
  public void connect() {
    paths = new InstancePaths("/sedna/" + name.getMethodName());
    curator = connection();
  }

  @After
  public void closeAll() throws Exception {
    timers.close();
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private CuratorFramework connection() {
    var config = new ZooKeeperConfig(zooKeeper.getConnectString(), "/sedna", 4000, 10_000);
    CuratorFramework opened = ZooKeeperConnection.open(config);
    open.add(opened);
    return opened;
  }

  private static Member member(String id, long incarnation) {
    return new Member(new MapNode(new NodeId(id), "host", 1, 2, "/rack", incarnation), 12);
  }

  private ZooKeeperClusterView view(CuratorFramework connection, Member member) {
    return view(connection, member, new CompletableFuture<>());
  }

  private ZooKeeperClusterView view(
      CuratorFramework connection, Member member, CompletableFuture<SednaException> usurped) {
    var view =
        new ZooKeeperClusterView(
            connection,
            paths,
            new Ownership(connection, paths, "id-1"),
            new InstanceSettings(16, 3),
            member.node().id(),
            member.node().incarnation(),
            200,
            usurped::complete);
    open.add(view);
    return view;
  }

  @Test
  public void shouldRegisterUnderItsNodeIdAndLeave() throws Exception {
    Member a = member("a", 1);
    ZooKeeperClusterView view = view(curator, a);

    view.register(a);

    byte[] data = curator.getData().forPath(paths.member(new NodeId("a")));
    assertThat(ZnodeCodec.member("a", data)).isEqualTo(a);

    view.leave();

    assertThat(curator.checkExists().forPath(paths.member(new NodeId("a")))).isNull();
  }

  @Test
  public void shouldRefuseANodeIdThatAnotherLiveDaemonHolds() {
    view(curator, member("a", 1)).register(member("a", 1));

    ZooKeeperClusterView second = view(connection(), member("a", 2));

    assertThatThrownBy(() -> second.register(member("a", 2)))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_EXISTS))
        .hasMessageContaining("host=host")
        .hasMessageContaining("node id a");
  }

  @Test
  public void shouldTakeANodeIdOverOnceItsHolderHasGone() {
    CuratorFramework first = connection();
    view(first, member("a", 1)).register(member("a", 1));
    var second =
        new ZooKeeperClusterView(
            curator,
            paths,
            new Ownership(curator, paths, "id-1"),
            new InstanceSettings(16, 3),
            new NodeId("a"),
            2,
            30_000,
            e -> {});
    open.add(second);

    CompletableFuture<Void> registered =
        CompletableFuture.runAsync(() -> second.register(member("a", 2)));
    first.close();

    registered.join();
    assertThat(second.registered()).isTrue();
  }

  @Test
  public void shouldRegisterAgainAfterItsSessionWasLost() throws Exception {
    CuratorFramework mine = connection();
    view(mine, member("a", 1)).register(member("a", 1));
    String path = paths.member(new NodeId("a"));
    long session = curator.checkExists().forPath(path).getEphemeralOwner();

    mine.getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();

    Await.until(
        "registered by another session",
        () -> {
          var stat = curator.checkExists().forPath(path);
          return stat != null && stat.getEphemeralOwner() != session;
        });
  }

  @Test
  public void shouldLearnOfAControllerThatFollowedAnotherWhileItsSessionWasLost() throws Exception {
    CuratorFramework mine = connection();
    ZooKeeperClusterView view = view(mine, member("a", 1));
    curator.create().forPath(paths.active(), ZnodeCodec.encodeActive(member("n-0", 1).node()));

    // Whether it falls into the moment without a connection is up to the threads: most times it
    // does.
    for (int i = 1; i <= 10; i++) {
      byte[] next = ZnodeCodec.encodeActive(member("n-" + i, 1).node());
      mine.getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();
      curator
          .transaction()
          .forOperations(
              curator.transactionOp().delete().forPath(paths.active()),
              curator.transactionOp().create().forPath(paths.active(), next));
      var newest = new NodeId("n-" + i);

      Await.until(
          "controller " + newest, () -> view.controller().filter(newest::equals).isPresent());
    }
  }

  @Test
  public void shouldRefuseOtherSettingsThanTheInstanceWasCreatedWith() {
    view(curator, member("a", 1));

    assertThatThrownBy(
            () ->
                new ZooKeeperClusterView(
                    curator,
                    paths,
                    new Ownership(curator, paths, "id-1"),
                    new InstanceSettings(32, 3),
                    new NodeId("b"),
                    1,
                    200,
                    e -> {}))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("sedna.partitions=16")
        .hasMessageContaining("sedna.partitions=32");
  }

  private ZooKeeperClusterView viewOf(
      String instanceId, CuratorFramework connection, Member member) {
    var view =
        new ZooKeeperClusterView(
            connection,
            paths,
            new Ownership(connection, paths, instanceId),
            new InstanceSettings(16, 3),
            member.node().id(),
            member.node().incarnation(),
            200,
            e -> {});
    open.add(view);
    return view;
  }

  @Test
  public void shouldRefuseAnInstanceOnThePathThatAnotherLivingOneHolds() {
    view(curator, member("a", 1)).register(member("a", 1));

    assertThatThrownBy(() -> viewOf("id-2", connection(), member("b", 2)))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INSTANCE_EXISTS))
        .hasMessageContaining("/sedna/" + name.getMethodName())
        .hasMessageContaining("the id id-1")
        .hasMessageContaining("a at host:1")
        .hasMessageContaining("the id id-2")
        .hasMessageContaining("another sedna.instance or sedna.zookeeper.root");
  }

  @Test
  public void shouldRefuseAnInstanceOnThePathOfOneThatHasNoLivingDaemons() {
    ZooKeeperClusterView first = view(curator, member("a", 1));
    first.register(member("a", 1));
    first.leave();

    assertThatThrownBy(() -> viewOf("id-2", connection(), member("b", 2)))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INSTANCE_EXISTS))
        .hasMessageContaining("none of whose daemons lives")
        .hasMessageContaining("sedna.instance.id=id-1")
        .hasMessageContaining("delete the path");
    viewOf("id-1", connection(), member("b", 2)).register(member("b", 2));
  }

  @Test
  public void shouldKeepOutADaemonWhoseInstanceLostThePathBeforeItRegistered() throws Exception {
    ZooKeeperClusterView late = view(curator, member("a", 1));
    curator.setData().forPath(paths.owner(), "id-2".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> late.register(member("a", 1)))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INSTANCE_EXISTS));
    assertThat(curator.checkExists().forPath(paths.member(new NodeId("a")))).isNull();
  }

  @Test
  public void shouldStopADaemonThatComesBackToAPathThatIsAnotherInstances() throws Exception {
    CuratorFramework mine = connection();
    var usurped = new CompletableFuture<SednaException>();
    view(mine, member("a", 1), usurped).register(member("a", 1));
    String path = paths.member(new NodeId("a"));
    long session = curator.checkExists().forPath(path).getEphemeralOwner();
    curator.setData().forPath(paths.owner(), "id-2".getBytes(StandardCharsets.UTF_8));

    mine.getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();

    assertThat(usurped.get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.INSTANCE_EXISTS);
    var left = curator.checkExists().forPath(path);
    assertThat(left == null || left.getEphemeralOwner() == session).isTrue();
  }

  @Test
  public void shouldSeeWhatTheControllerWrites() throws Exception {
    ZooKeeperClusterView view = view(curator, member("a", 1));
    var sync = new ClusterSync(view, 20_000, timers);
    PartitionMap map = Placement.plan(PlacementInput.first(16, 3, List.of(member("a", 1).node())));
    var table = new Table(1, TableSchema.of(TableName.parse("d.t"), 3), false, 5);
    CuratorFramework other = connection();

    other.setData().forPath(paths.map(), ZnodeCodec.encode(map));
    other
        .setData()
        .forPath(paths.tables(), ZnodeCodec.encode(new TableCatalogue(1, List.of(table))));
    other.setData().forPath(paths.frozen(), ZnodeCodec.encodeFrozen(true));
    other.create().forPath(paths.active(), ZnodeCodec.encodeActive(member("a", 1).node()));

    sync.map(1).join();
    sync.catalogue(1).join();
    sync.frozen(true).join();
    assertThat(view.map()).contains(map);
    assertThat(view.catalogue().byName("d.t")).contains(table);
    Await.until("controller is seen", () -> view.controller().isPresent());
    assertThat(view.controller()).contains(new NodeId("a"));

    other.delete().forPath(paths.active());

    Await.until("controller is gone", () -> view.controller().isEmpty());
  }

  @Test
  public void shouldSayWhatItHasNotHeardOfInTime() {
    var sync = new ClusterSync(view(curator, member("a", 1)), 50, timers);

    assertThatThrownBy(() -> sync.map(7).join())
        .hasCauseInstanceOf(SednaException.class)
        .hasMessageContaining("partition map 7");
  }

  @Test
  public void shouldNameTheAddressWhereZooKeeperCannotBeReached() {
    var config = new ZooKeeperConfig("127.0.0.1:1", "/sedna", 1000, 300);

    assertThatThrownBy(() -> ZooKeeperConnection.open(config))
        .isInstanceOfSatisfying(
            SednaException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ZOOKEEPER_UNREACHABLE))
        .hasMessageContaining("127.0.0.1:1");
  }
}
