// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.id.NodeId;
import io.sedna.thrift.peer.Mutation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Calls of one key that are done together, and how far their change has come. Of one round. */
final class Group {
  final KeyId id;
  final int partition;

  /** Since when this daemon had been the partition's primary when the calls were decided. */
  final long primarySince;

  final List<Op> ops;
  final List<PrimaryReply> replies;

  /** What the record has become; null: it is as it was. */
  final Mutation mutation;

  private final Set<NodeId> missing = new TreeSet<>(); // guarded by this
  private boolean over; // guarded by this

  Group(
      KeyId id,
      int partition,
      long primarySince,
      List<Op> ops,
      List<PrimaryReply> replies,
      Mutation mutation) {
    this.id = id;
    this.partition = partition;
    this.primarySince = primarySince;
    this.ops = ops;
    this.replies = replies;
    this.mutation = mutation;
  }

  synchronized void needs(NodeId node) {
    missing.add(node);
  }

  /** A replica has it, or needs it no more; answers whether that was the last one. */
  synchronized boolean taken(NodeId node) {
    return !over && missing.remove(node) && end(missing.isEmpty());
  }

  /** Answers whether it had to wait for nobody. */
  synchronized boolean free() {
    return !over && end(missing.isEmpty());
  }

  /** It is given up; answers whether it was not over yet. */
  synchronized boolean giveUp() {
    return !over && end(true);
  }

  private boolean end(boolean now) {
    over |= now;
    return now;
  }

  synchronized boolean over() {
    return over;
  }
}
