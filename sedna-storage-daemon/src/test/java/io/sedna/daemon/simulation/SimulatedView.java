// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.cluster.ClusterListener;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.Member;
import io.sedna.daemon.cluster.TableCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a daemon knows of its instance: what it last heard of {@link SimulatedZooKeeper}. */
final class SimulatedView implements ClusterView {
  private static final long REGISTER_AGAIN_MS = 200;

  private final SimulatedZooKeeper zooKeeper;
  private final SimulatedSession session;
  private final NodeId self;
  private final long incarnation;
  private final List<ClusterListener> listeners = new ArrayList<>();

  private Optional<PartitionMap> map;
  private TableCatalogue catalogue;
  private boolean frozen;
  private Optional<NodeId> controller = Optional.empty();
  private Member member;

  SimulatedView(
      SimulatedZooKeeper zooKeeper, SimulatedSession session, NodeId self, long incarnation) {
    this.zooKeeper = zooKeeper;
    this.session = session;
    this.self = self;
    this.incarnation = incarnation;
    this.map = zooKeeper.map();
    this.catalogue = zooKeeper.tables();
    this.frozen = zooKeeper.frozen();
    session.addWatcher(this::look);
    session.addListener(this::connectionChanged);
    session.watched(SimulatedZooKeeper.Node.ACTIVE);
  }

  /** Becomes a member as soon as nobody else is in the way. */
  void register(Member self) {
    member = self;
    registerNow();
  }

  void leave() {
    member = null;
    zooKeeper.leave(self, incarnation);
  }

  private void registerNow() {
    if (member == null) {
      return;
    }
    // A session may be over before its client knows: what it made then would never go away.
    if (!session.isConnected()
        || zooKeeper.isOver(session.ticket())
        || zooKeeper.register(member, session.ticket()).isPresent()) {
      var unused = session.lane().schedule(this::registerNow, REGISTER_AGAIN_MS);
    }
  }

  private void connectionChanged(SimulatedSession.State state) {
    if (state == SimulatedSession.State.RECONNECTED_ANEW) {
      registerNow();
    }
  }

  private void look(SimulatedZooKeeper.Node node) {
    switch (node) {
      case MAP -> lookAtMap();
      case TABLES -> lookAtTables();
      case FROZEN -> lookAtFrozen();
      case ACTIVE -> lookAtController();
      default -> {
        // For others to see.
      }
    }
  }

  private void lookAtMap() {
    Optional<PartitionMap> before = map;
    Optional<PartitionMap> now = zooKeeper.map();
    if (now.isPresent() && now.get().epoch() > before.map(PartitionMap::epoch).orElse(0L)) {
      map = now;
      tell(listener -> listener.mapChanged(before, now.get()));
    }
  }

  private void lookAtTables() {
    TableCatalogue before = catalogue;
    TableCatalogue now = zooKeeper.tables();
    if (now.version() > before.version()) {
      catalogue = now;
      tell(listener -> listener.catalogueChanged(before, now));
    }
  }

  private void lookAtFrozen() {
    boolean now = zooKeeper.frozen();
    if (now != frozen) {
      frozen = now;
      tell(listener -> listener.frozenChanged(now));
    }
  }

  private void lookAtController() {
    Optional<NodeId> now = zooKeeper.active().map(MapNode::id);
    if (!now.equals(controller)) {
      controller = now;
      tell(listener -> listener.controllerChanged(now));
    }
  }

  private void tell(Consumer<ClusterListener> event) {
    List.copyOf(listeners).forEach(event);
  }

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public long incarnation() {
    return incarnation;
  }

  @Override
  public Optional<PartitionMap> map() {
    return map;
  }

  @Override
  public TableCatalogue catalogue() {
    return catalogue;
  }

  @Override
  public boolean frozen() {
    return frozen;
  }

  @Override
  public Optional<NodeId> controller() {
    return controller;
  }

  @Override
  public void addListener(ClusterListener listener) {
    listeners.add(listener);
  }
}
