// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.cluster.Member;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.controller.InstanceStore;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** The controller's side of {@link SimulatedZooKeeper}. Answers are lost now and then. */
final class SimulatedInstanceStore implements InstanceStore {
  /** One write in so many is done, but not known to be. */
  private static final int ONE_UNKNOWN_IN = 100;

  private final SimulatedZooKeeper zooKeeper;
  private final SimulatedSession session;
  private final Chance chance;
  private int term = -1;
  private Optional<Collection<Member>> members = Optional.empty();
  private boolean closed;

  SimulatedInstanceStore(SimulatedZooKeeper zooKeeper, SimulatedSession session, Chance chance) {
    this.zooKeeper = zooKeeper;
    this.session = session;
    this.chance = chance;
  }

  @Override
  public void takeOver(MapNode self) {
    session.require();
    term = zooKeeper.takeOver(self, session.ticket());
    maybeUnknown();
  }

  @Override
  public Contents read() {
    session.require();
    return new Contents(
        zooKeeper.map(), zooKeeper.tables(), zooKeeper.draining(), zooKeeper.frozen());
  }

  @Override
  public void check() {
    session.require();
    zooKeeper.check(term);
  }

  @Override
  public void writeMap(PartitionMap map) {
    write(() -> zooKeeper.writeMap(term, map));
  }

  @Override
  public void writeTables(TableCatalogue tables) {
    write(() -> zooKeeper.writeTables(term, tables));
  }

  @Override
  public void writeDraining(Set<NodeId> nodes) {
    write(() -> zooKeeper.writeDraining(term, nodes));
  }

  @Override
  public void writeFrozen(boolean frozen) {
    write(() -> zooKeeper.writeFrozen(term, frozen));
  }

  private void write(Runnable write) {
    session.require();
    write.run();
    maybeUnknown();
  }

  private void maybeUnknown() {
    if (chance.oneIn(ONE_UNKNOWN_IN)) {
      throw new SednaException(
          ErrorCode.ZOOKEEPER_UNREACHABLE, "the answer was lost, the outcome is unknown");
    }
  }

  @Override
  public void watchMembers(Runnable changed) {
    session.addWatcher(
        node -> {
          if (!closed && node == SimulatedZooKeeper.Node.MEMBERS) {
            members = Optional.of(zooKeeper.members());
            changed.run();
          }
        });
    session.watched(SimulatedZooKeeper.Node.MEMBERS);
  }

  @Override
  public Optional<Collection<Member>> members() {
    return members;
  }

  @Override
  public void close() {
    closed = true;
    if (term >= 0 && session.isConnected()) {
      zooKeeper.endTerm(term);
    }
  }
}
