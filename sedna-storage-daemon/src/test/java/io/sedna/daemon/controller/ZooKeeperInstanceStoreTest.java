// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.Await;
import io.sedna.daemon.cluster.InstancePaths;
import io.sedna.daemon.cluster.InstanceSettings;
import io.sedna.daemon.cluster.Member;
import io.sedna.daemon.cluster.Ownership;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.cluster.ZooKeeperClusterView;
import io.sedna.daemon.cluster.ZooKeeperConnection;
import io.sedna.daemon.placement.Placement;
import io.sedna.daemon.placement.PlacementInput;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.test.TestingServer;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class ZooKeeperInstanceStoreTest {
  private static final MapNode A = new MapNode(new NodeId("a"), "host", 1, 2, "/rack", 1);
  private static final MapNode B = new MapNode(new NodeId("b"), "host", 3, 4, "/rack", 2);
  private final InstancePaths paths = new InstancePaths("/sedna/test");
  private TestingServer zooKeeper;
  private CuratorFramework curator;
  private ZooKeeperClusterView view;

  @Before
  public void start() throws Exception {
    zooKeeper = new TestingServer();
    curator =
        ZooKeeperConnection.open(
            new ZooKeeperConfig(zooKeeper.getConnectString(), "/sedna", 4000, 10_000));
    view =
        new ZooKeeperClusterView(
            curator,
            paths,
            new Ownership(curator, paths, "test"),
            new InstanceSettings(16, 3),
            A.id(),
            1,
            200,
            e -> {});
  }

  @After
  public void stop() throws Exception {
    view.close();
    curator.close();
    zooKeeper.close();
  }

  private ZooKeeperInstanceStore store() {
    return new ZooKeeperInstanceStore(curator, paths);
  }

  private static PartitionMap map(MapNode... nodes) {
    return Placement.plan(PlacementInput.first(16, 3, List.of(nodes)));
  }

  @Test
  public void shouldKeepWhatItWrites() {
    ZooKeeperInstanceStore store = store();
    store.takeOver(A);
    store.read();

    store.writeMap(map(A));
    store.writeMap(Placement.plan(PlacementInput.after(map(A), List.of(A, B))));
    store.writeDraining(Set.of(A.id()));
    store.writeFrozen(true);
    store.writeTables(new TableCatalogue(3, List.of()));

    InstanceStore.Contents contents = store().read();
    assertThat(contents.map().get().epoch()).isEqualTo(2);
    assertThat(contents.draining()).containsExactly(A.id());
    assertThat(contents.frozen()).isTrue();
    assertThat(contents.tables().version()).isEqualTo(3);
  }

  @Test
  public void shouldFenceAControllerThatWasDeposedWithoutKnowing() {
    ZooKeeperInstanceStore old = store();
    old.takeOver(A);
    old.read();
    ZooKeeperInstanceStore next = store();
    old.check();
    next.takeOver(B);
    next.read();

    next.check();
    assertThatThrownBy(old::check)
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_CONTROLLER));
    assertThatThrownBy(() -> old.writeMap(map(A)))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_CONTROLLER));
    assertThatThrownBy(() -> old.writeTables(new TableCatalogue(1, List.of())))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_CONTROLLER));

    next.writeMap(map(B));

    assertThat(next.read().map()).contains(map(B));
  }

  @Test
  public void shouldMakeTheActiveControllerKnownUntilItsTermEnds() {
    ZooKeeperInstanceStore old = store();
    old.takeOver(A);
    Await.until("a is known", () -> view.controller().equals(Optional.of(A.id())));
    ZooKeeperInstanceStore next = store();
    next.takeOver(B);

    old.close();

    Await.until("b is known", () -> view.controller().equals(Optional.of(B.id())));
    assertThat(view.controllerNode().get().thriftPort()).isEqualTo(3);

    next.close();

    Await.until("nobody is active", () -> view.controller().isEmpty());
  }

  @Test
  public void shouldTellOfMembers() {
    ZooKeeperInstanceStore store = store();
    view.register(new Member(A, 7));

    store.watchMembers(() -> {});

    Await.until("members are known", () -> store.members().isPresent());
    assertThat(store.members().get()).containsExactly(new Member(A, 7));

    view.leave();

    Await.until("it has left", () -> store.members().get().isEmpty());
    store.close();
  }
}
