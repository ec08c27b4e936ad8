// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.cluster.ClusterListener;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.TableCatalogue;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A view that shows what a test sets. */
public final class FakeClusterView implements ClusterView {
  private final NodeId self;
  private final long incarnation;
  private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
  private volatile PartitionMap map;
  private volatile TableCatalogue catalogue = TableCatalogue.EMPTY;
  private volatile boolean frozen;
  private volatile NodeId controller;

  public FakeClusterView(NodeId self, long incarnation) {
    this.self = self;
    this.incarnation = incarnation;
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
    return Optional.ofNullable(map);
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
    return Optional.ofNullable(controller);
  }

  @Override
  public void addListener(ClusterListener listener) {
    listeners.add(listener);
  }

  public synchronized void setMap(PartitionMap next) {
    Optional<PartitionMap> before = map();
    map = next;
    listeners.forEach(l -> l.mapChanged(before, next));
  }

  public synchronized void setCatalogue(TableCatalogue next) {
    TableCatalogue before = catalogue;
    catalogue = next;
    listeners.forEach(l -> l.catalogueChanged(before, next));
  }

  public void setFrozen(boolean value) {
    frozen = value;
  }

  public void setController(NodeId id) {
    controller = id;
  }
}
