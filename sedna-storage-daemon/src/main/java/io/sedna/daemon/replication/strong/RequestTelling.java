// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.peer.RequestOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sees to it, while a partition is taken over, that every replica remembers what requests came to:
 * if only some did, a request would be done again when they are lost.
 *
 * <p>What is told before a replica's records are alike may never count: the take-over can go on
 * without the replica that holds the record. So those that were told early are told once more when
 * all records are alike, and forget then what has not come to count.
 *
 * <p>Belongs to the scheduler, like its take-over.
 */
final class RequestTelling {
  /** Outcomes of requests in one call, of some 60 bytes each. */
  private static final int TOLD_AT_ONCE = 10_000;

  private final StrongContext context;
  private final RequestWindows requests;
  private final int partition;
  private final OnFailure onFailure;

  /** What each replica is known to remember. */
  private final Map<NodeId, Set<RequestId>> known = new TreeMap<>();

  /** Those that were told before the records were alike. */
  private final Set<NodeId> toldEarly = new TreeSet<>();

  /** Those that are being told, all records being alike. */
  private final Set<NodeId> telling = new TreeSet<>();

  /** What to do when a replica could not be told. */
  interface OnFailure {
    /**
     * @param again makes the next attempt possible
     */
    void failed(MapNode node, Throwable failure, Runnable again);
  }

  RequestTelling(
      StrongContext context, RequestWindows requests, int partition, OnFailure onFailure) {
    this.context = context;
    this.requests = requests;
    this.partition = partition;
    this.onFailure = onFailure;
    settle(); // What a take-over left that did not end, and so served nothing.
  }

  /** A replica is asked once more, and may be another run of its node. */
  void forget(NodeId node) {
    known.remove(node);
  }

  /** A replica remembers these, and so does this one from now on, with what counts of them. */
  void learn(NodeId node, List<RequestOutcome> outcomes) {
    told(node, outcomes);
    requests.learn(partition, outcomes);
  }

  private void told(NodeId node, Collection<RequestOutcome> outcomes) {
    Set<RequestId> ids = known.computeIfAbsent(node, n -> new HashSet<>());
    outcomes.forEach(outcome -> ids.add(outcome.getId()));
  }

  private List<RequestOutcome> missing(NodeId node, List<RequestOutcome> all) {
    Set<RequestId> ids = known.getOrDefault(node, Set.of());
    var missing = new ArrayList<RequestOutcome>();
    for (RequestOutcome outcome : all) {
      if (!ids.contains(outcome.getId())) {
        missing.add(outcome);
      }
    }
    return missing;
  }

  private void settle() {
    requests.settle(partition, outcome -> StrongReplica.counts(context, partition, outcome));
  }

  /**
   * Tells a replica what it does not remember, before it is given records: a record without what
   * the request came to that made it would have that request done again.
   *
   * @param then when it has been told all
   * @param again makes the next attempt possible
   */
  void tellEarly(MapNode node, Runnable then, Runnable again) {
    List<RequestOutcome> missing = missing(node.id(), requests.all(partition));
    if (missing.isEmpty()) {
      then.run();
    } else {
      toldEarly.add(node.id());
      tell(node, missing, /* alike= */ false, () -> tellEarly(node, then, again), again);
    }
  }

  /**
   * Whether every replica remembers every request; tells those that do not. All records are alike.
   *
   * @param then after one of them was told
   */
  boolean allTold(MapTracker.Seen seen, List<NodeId> replicas, Runnable then) {
    settle();
    List<RequestOutcome> remembered = requests.all(partition);
    boolean all = true;
    for (NodeId node : replicas) {
      List<RequestOutcome> missing = missing(node, remembered);
      if (missing.isEmpty() && !toldEarly.contains(node)) {
        continue;
      }
      all = false;
      if (telling.add(node)) {
        tell(
            seen.map().node(node).orElseThrow(),
            missing,
            /* alike= */ true,
            () -> {
              telling.remove(node);
              toldEarly.remove(node);
              then.run();
            },
            () -> telling.remove(node));
      }
    }
    return all;
  }

  private void tell(
      MapNode node, List<RequestOutcome> missing, boolean alike, Runnable then, Runnable again) {
    List<RequestOutcome> some = missing.subList(0, Math.min(TOLD_AT_ONCE, missing.size()));
    var unused =
        context
            .peers()
            .rememberRequests(
                node,
                context.maps().epoch(),
                context.self(),
                partition,
                some,
                alike,
                context.config().ackTimeoutMs() + StrongContext.CATCH_UP_MS)
            .whenComplete(
                (nothing, failure) ->
                    context
                        .timers()
                        .execute(
                            () -> {
                              if (failure == null) {
                                told(node.id(), some);
                                then.run();
                              } else {
                                onFailure.failed(node, failure, again);
                              }
                            }));
  }
}
