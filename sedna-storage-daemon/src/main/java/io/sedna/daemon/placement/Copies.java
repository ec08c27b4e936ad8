// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import io.sedna.common.partition.ReplicaState;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The replicas of one partition while its place is being decided. In order: serving ones on nodes
 * that stay, serving ones on draining nodes, those that serve eventual tables only because they are
 * out of sync or catch up, then those that serve nothing.
 *
 * <p>Where there are more replicas than wanted, a move is under way and nothing else has to be
 * remembered of it: the last ones on nodes that stay and serve, be it eventual tables only, are its
 * sources. They <em>leave</em> when as many others serve as are wanted. Whoever does not leave, and
 * is not on a draining node, <em>stays</em>.
 */
final class Copies {
  private static final int[] NONE = {};

  private final boolean[] eligible;
  private final int wanted;

  private int[] nodes = NONE;
  private ReplicaState[] states = {};

  /** Replicas that are out of sync again and again: copies are made elsewhere beside them. */
  int toReplace;

  /** Nothing about the partition may be changed: its data is on vanished nodes or under way. */
  boolean fixed;

  Copies(boolean[] eligible, int wanted) {
    this.eligible = eligible;
    this.wanted = wanted;
  }

  int size() {
    return nodes.length;
  }

  int node(int i) {
    return nodes[i];
  }

  ReplicaState state(int i) {
    return states[i];
  }

  boolean holds(int node) {
    for (int n : nodes) {
      if (n == node) {
        return true;
      }
    }
    return false;
  }

  /** Replicas on nodes that are not draining, in whatever state. */
  int kept() {
    int count = 0;
    for (int n : nodes) {
      count += eligible[n] ? 1 : 0;
    }
    return count;
  }

  /** Serving replicas on nodes that are not draining. */
  int keptServing() {
    int count = 0;
    while (count < nodes.length
        && eligible[nodes[count]]
        && states[count] == ReplicaState.SERVING) {
      count++;
    }
    return count;
  }

  /** Replicas on nodes that are not draining that serve eventual tables, and no strong ones. */
  private int keptOutOfSync() {
    int count = 0;
    for (int i = 0; i < nodes.length; i++) {
      count += eligible[nodes[i]] && servesEventualOnly(i) ? 1 : 0;
    }
    return count;
  }

  private boolean servesEventualOnly(int i) {
    return states[i].servesEventual() && states[i] != ReplicaState.SERVING;
  }

  /** Serving replicas that leave; those that are out of sync leave before them. */
  int leaving() {
    return Math.max(0, Math.min(kept() - keptOutOfSync() - wanted, keptServing()));
  }

  boolean stays(int i) {
    if (!eligible[nodes[i]]) {
      return false;
    }
    int serving = keptServing();
    if (i < serving) {
      return i < serving - leaving();
    }
    if (!servesEventualOnly(i)) {
      return true;
    }
    int after = 0;
    for (int j = i + 1; j < nodes.length; j++) {
      after += eligible[nodes[j]] && servesEventualOnly(j) ? 1 : 0;
    }
    return after >= kept() - wanted;
  }

  /** No move is under way and every wanted copy serves. */
  boolean settled() {
    return !fixed && nodes.length == keptServing() && nodes.length == wanted;
  }

  void add(int node, ReplicaState state) {
    int at = nodes.length;
    if (state == ReplicaState.SERVING) {
      at = 0;
      while (at < nodes.length
          && states[at] == ReplicaState.SERVING
          && (eligible[nodes[at]] || !eligible[node])) {
        at++;
      }
    } else if (state.servesEventual()) {
      at = 0;
      while (at < nodes.length && states[at].servesEventual()) {
        at++;
      }
    }
    insert(at, node, state);
  }

  /** A replica has been filled: it serves, and takes its place before those that leave. */
  void nowServing(int i) {
    int node = nodes[i];
    if (!eligible[node]) {
      remove(i);
      add(node, ReplicaState.SERVING);
      return;
    }
    int before = keptServing() - leaving();
    remove(i);
    insert(before, node, ReplicaState.SERVING);
  }

  /** A serving replica has missed what strong tables were given. */
  void demote(int i) {
    int node = nodes[i];
    remove(i);
    add(node, ReplicaState.OUT_OF_SYNC);
  }

  void setState(int i, ReplicaState state) {
    states[i] = state;
  }

  /** All that there are serve. */
  void allServing() {
    int[] before = nodes;
    nodes = NONE;
    states = new ReplicaState[0];
    for (int node : before) {
      add(node, ReplicaState.SERVING);
    }
  }

  void clear() {
    nodes = NONE;
    states = new ReplicaState[0];
  }

  /**
   * Drops the sources of moves that are done, if all of them may go.
   *
   * @param mayGo tells of a node
   */
  void dropLeavers(IntPredicate mayGo) {
    boolean done = kept() == keptServing() + keptOutOfSync() && keptServing() >= wanted;
    if (done && Arrays.stream(nodes).skip(wanted).allMatch(mayGo)) {
      nodes = Arrays.copyOf(nodes, wanted);
      states = Arrays.copyOf(states, wanted);
    }
  }

  void remove(int i) {
    int[] lessNodes = new int[nodes.length - 1];
    var lessStates = new ReplicaState[nodes.length - 1];
    System.arraycopy(nodes, 0, lessNodes, 0, i);
    System.arraycopy(nodes, i + 1, lessNodes, i, lessNodes.length - i);
    System.arraycopy(states, 0, lessStates, 0, i);
    System.arraycopy(states, i + 1, lessStates, i, lessStates.length - i);
    nodes = lessNodes;
    states = lessStates;
  }

  private void insert(int at, int node, ReplicaState state) {
    int[] moreNodes = Arrays.copyOf(nodes, nodes.length + 1);
    var moreStates = Arrays.copyOf(states, states.length + 1);
    System.arraycopy(nodes, at, moreNodes, at + 1, nodes.length - at);
    System.arraycopy(states, at, moreStates, at + 1, states.length - at);
    moreNodes[at] = node;
    moreStates[at] = state;
    nodes = moreNodes;
    states = moreStates;
  }

  /** Puts another node's replica in the place of one, in the same state. */
  void replace(int i, int node) {
    nodes[i] = node;
  }

  /** Moves a serving replica within the serving ones, those between moving by one. */
  void shift(int from, int to) {
    int node = nodes[from];
    ReplicaState state = states[from];
    remove(from);
    insert(to, node, state);
  }
}
