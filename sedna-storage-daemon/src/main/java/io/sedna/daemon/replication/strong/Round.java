// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.Mutation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives what a primary has decided to every other replica, those that are being filled included and
 * those that are out of sync left out, until each has it or need not have it any more. A replica
 * that fails is asked again and again, and reported; the map that the controller makes then, or
 * another primary, ends the waiting.
 *
 * <p>Which replicas those are is read from the map after the change was made here: one that a later
 * map adds fills itself from here and finds it.
 */
final class Round {
  /** Bytes of mutations in one call; a larger value goes alone. */
  private static final int MAX_CALL_BYTES = 4 << 20;

  private static final int MUTATION_BYTES = 128;
  private static final long FIRST_PAUSE_MS = 5;
  private static final long LONGEST_PAUSE_MS = 200;

  private final Primary primary;
  private final StrongContext context;

  Round(Primary primary) {
    this.primary = primary;
    this.context = primary.context();
  }

  /** Groups whose change has been made here. */
  void send(List<Group> groups) {
    MapTracker.Seen seen = context.maps().seen();
    Map<NodeId, List<Group>> shares = new HashMap<>();
    for (Group group : groups) {
      for (int i = 0; i < seen.map().replicaCount(group.partition); i++) {
        MapNode node = seen.map().nodes().get(seen.map().replicaNodeIndex(group.partition, i));
        if (!node.id().equals(context.self()) && takesWrites(seen.map(), group.partition, i)) {
          group.needs(node.id());
          shares.computeIfAbsent(node.id(), n -> new ArrayList<>()).add(group);
        }
      }
    }
    shares.forEach((node, share) -> deliver(node, share, FIRST_PAUSE_MS));
    for (Group group : groups) {
      if (group.free()) {
        primary.counts(group);
      }
    }
  }

  private static boolean takesWrites(PartitionMap map, int partition, int replica) {
    return map.replicaState(partition, replica).takesStrong();
  }

  private void deliver(NodeId node, List<Group> groups, long pauseMs) {
    MapTracker.Seen seen = context.maps().seen();
    Optional<MapNode> target = seen.map().node(node);
    List<Group> share = new ArrayList<>();
    int bytes = 0;
    for (Group group : groups) {
      SednaException lost = primary.lost(group, seen);
      if (lost != null) {
        primary.giveUp(group, lost);
      } else if (target.isEmpty() || !holds(seen.map(), group.partition, node)) {
        taken(group, node);
      } else if (!group.over()) {
        int size = MUTATION_BYTES + group.mutation.getKey().length + valueLength(group.mutation);
        if (!share.isEmpty() && bytes + size > MAX_CALL_BYTES) {
          send(target.get(), seen, share, pauseMs);
          share = new ArrayList<>();
          bytes = 0;
        }
        share.add(group);
        bytes += size;
      }
    }
    if (!share.isEmpty()) {
      send(target.get(), seen, share, pauseMs);
    }
  }

  private static int valueLength(Mutation mutation) {
    return mutation.bufferForValue().remaining();
  }

  private static boolean holds(PartitionMap map, int partition, NodeId node) {
    return map.replicaOn(partition, node).filter(ReplicaState::takesStrong).isPresent();
  }

  private void send(MapNode node, MapTracker.Seen seen, List<Group> share, long pauseMs) {
    var mutations = new ArrayList<Mutation>(share.size());
    share.forEach(group -> mutations.add(group.mutation));
    var unused =
        context
            .peers()
            .replicate(
                node, seen.epoch(), context.self(), mutations, context.config().ackTimeoutMs())
            .whenComplete(
                (codes, failure) -> {
                  if (failure == null) {
                    answered(node.id(), share, codes, pauseMs);
                  } else {
                    failed(node.id(), share, Errors.of(failure), pauseMs);
                  }
                });
  }

  private void answered(NodeId node, List<Group> share, List<Integer> codes, long pauseMs) {
    var again = new ArrayList<Group>();
    for (int i = 0; i < share.size(); i++) {
      int code = codes.get(i);
      if (code == WriteStatus.OK.getValue()) {
        taken(share.get(i), node);
      } else if (code == WriteStatus.OUTDATED.getValue()) {
        primary.knowsMore(share.get(i), node);
        taken(share.get(i), node);
      } else {
        if (ErrorCode.of(code) == ErrorCode.OUT_OF_MEMORY) {
          primary.reports().report(node, "no memory");
        }
        again.add(share.get(i));
      }
    }
    later(node, again, pauseMs);
  }

  private void failed(NodeId node, List<Group> share, SednaException failure, long pauseMs) {
    if (failure.code() != ErrorCode.OVERLOADED && failure.code() != ErrorCode.STALE_MAP) {
      primary.reports().report(node, failure.toString());
    }
    later(node, share, pauseMs);
  }

  private void later(NodeId node, List<Group> groups, long pauseMs) {
    if (!groups.isEmpty()) {
      var unused =
          context
              .timers()
              .schedule(
                  () -> deliver(node, groups, Math.min(2 * pauseMs, LONGEST_PAUSE_MS)), pauseMs);
    }
  }

  private void taken(Group group, NodeId node) {
    if (group.taken(node)) {
      primary.counts(group);
    }
  }
}
