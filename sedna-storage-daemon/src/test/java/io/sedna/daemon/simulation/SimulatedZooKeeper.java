// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.cluster.Member;
import io.sedna.daemon.cluster.TableCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What ZooKeeper keeps of one instance, and the sessions that its ephemeral parts belong to. It
 * never fails itself: what fails are sessions and the ways to it ({@link SimulatedSession}).
 */
final class SimulatedZooKeeper {
  /** What can be watched. */
  enum Node {
    MAP,
    TABLES,
    FROZEN,
    ACTIVE,
    MEMBERS,
    ELECTION
  }

  private final SimulatedTime time;
  private final Trace trace;
  private final List<SimulatedSession> clients = new ArrayList<>();

  private Optional<PartitionMap> map = Optional.empty();
  private TableCatalogue tables = TableCatalogue.EMPTY;
  private Set<NodeId> draining = Set.of();
  private boolean frozen;
  private int fence;
  private Optional<MapNode> active = Optional.empty();
  private Ticket activeOwner;
  private final Map<NodeId, Registered> members = new TreeMap<>();
  private final List<Ticket> election = new ArrayList<>();

  private record Registered(Member member, Ticket owner) {}

  /** A session as the servers know it. */
  static final class Ticket {
    private final SimulatedSession client;
    private final long timeoutNanos;
    private long heardNanos;
    private boolean over;

    private Ticket(SimulatedSession client, long timeoutNanos, long heardNanos) {
      this.client = client;
      this.timeoutNanos = timeoutNanos;
      this.heardNanos = heardNanos;
    }
  }

  SimulatedZooKeeper(SimulatedTime time, Trace trace) {
    this.time = time;
    this.trace = trace;
  }

  // -- Sessions.

  void add(SimulatedSession client) {
    clients.add(client);
  }

  Ticket open(SimulatedSession client, long timeoutNanos) {
    var ticket = new Ticket(client, timeoutNanos, time.nanos());
    time.after(timeoutNanos, () -> expireIfSilent(ticket));
    return ticket;
  }

  /** False: the session is over. */
  boolean heard(Ticket ticket) {
    if (ticket.over) {
      return false;
    }
    ticket.heardNanos = time.nanos();
    return true;
  }

  boolean isOver(Ticket ticket) {
    return ticket == null || ticket.over;
  }

  private void expireIfSilent(Ticket ticket) {
    if (ticket.over) {
      return;
    }
    long dueNanos = ticket.heardNanos + ticket.timeoutNanos;
    if (dueNanos <= time.nanos()) {
      expire(ticket);
    } else {
      time.at(dueNanos, () -> expireIfSilent(ticket));
    }
  }

  /** Ends a session, and takes away what belonged to it. */
  void expire(Ticket ticket) {
    if (isOver(ticket)) {
      return;
    }
    ticket.over = true;
    trace.event("zookeeper", "session over", ticket.client.process().name());
    if (members.values().removeIf(each -> each.owner() == ticket)) {
      changed(Node.MEMBERS);
    }
    if (election.remove(ticket)) {
      changed(Node.ELECTION);
    }
    if (activeOwner == ticket) {
      active = Optional.empty();
      activeOwner = null;
      changed(Node.ACTIVE);
    }
    if (ticket.client.process().isDead()) {
      clients.remove(ticket.client);
    }
  }

  private void changed(Node node) {
    for (SimulatedSession client : clients) {
      client.watched(node);
    }
  }

  // -- Members and election.

  /** Empty: registered. Otherwise who is in the way. */
  Optional<Member> register(Member member, Ticket owner) {
    Registered holder = members.get(member.node().id());
    if (holder != null && holder.member().node().incarnation() != member.node().incarnation()) {
      return Optional.of(holder.member());
    }
    members.put(member.node().id(), new Registered(member, owner));
    changed(Node.MEMBERS);
    return Optional.empty();
  }

  void leave(NodeId node, long incarnation) {
    Registered holder = members.get(node);
    if (holder != null && holder.member().node().incarnation() == incarnation) {
      members.remove(node);
      changed(Node.MEMBERS);
    }
  }

  List<Member> members() {
    return members.values().stream().map(Registered::member).toList();
  }

  /**
   * Of a session that is over already, nothing is left: its client joins again with the next one.
   */
  void joinElection(Ticket ticket) {
    if (ticket.over) {
      return;
    }
    election.add(ticket);
    changed(Node.ELECTION);
  }

  void leaveElection(Ticket ticket) {
    if (election.remove(ticket)) {
      changed(Node.ELECTION);
    }
  }

  boolean leads(Ticket ticket) {
    return !election.isEmpty() && election.get(0) == ticket;
  }

  // -- The controller's.

  /** Begins a term; answers its number. */
  int takeOver(MapNode self, Ticket owner) {
    fence++;
    active = Optional.of(self);
    activeOwner = owner;
    trace.event("zookeeper", "term", fence, self.id());
    changed(Node.ACTIVE);
    return fence;
  }

  void endTerm(int term) {
    if (term == fence && active.isPresent()) {
      active = Optional.empty();
      activeOwner = null;
      changed(Node.ACTIVE);
    }
  }

  void writeMap(int term, PartitionMap next) {
    check(term);
    if (map.isPresent() && next.epoch() <= map.get().epoch()) {
      throw new IllegalStateException(
          "map of epoch " + next.epoch() + " after epoch " + map.get().epoch());
    }
    map = Optional.of(next);
    trace.event("zookeeper", "map", MapText.of(next));
    changed(Node.MAP);
  }

  void writeTables(int term, TableCatalogue next) {
    check(term);
    tables = next;
    trace.event("zookeeper", "tables", next);
    changed(Node.TABLES);
  }

  void writeDraining(int term, Set<NodeId> next) {
    check(term);
    draining = next;
  }

  void writeFrozen(int term, boolean next) {
    check(term);
    frozen = next;
    changed(Node.FROZEN);
  }

  void check(int term) {
    if (term != fence) {
      throw new SednaException(
          ErrorCode.NO_CONTROLLER, "another controller has taken over: nothing changed");
    }
  }

  Optional<PartitionMap> map() {
    return map;
  }

  TableCatalogue tables() {
    return tables;
  }

  Set<NodeId> draining() {
    return draining;
  }

  boolean frozen() {
    return frozen;
  }

  Optional<MapNode> active() {
    return active;
  }
}
