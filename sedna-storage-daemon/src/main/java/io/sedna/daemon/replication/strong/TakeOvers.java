// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.ClusterListener;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.metrics.StrongMetrics;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.RequestOutcome;
import io.sedna.thrift.peer.StoreDigest;
import io.sedna.thrift.peer.TakeOverAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a daemon does before it serves a partition of strong tables that it has become the primary
 * of. It asks every replica that serves by the newest map; who answers takes nothing of an earlier
 * primary any more, and is none itself. Where one holds something else, both are made alike, so
 * that what the earlier primary had given to some replicas only, counts from now on or has never
 * been there. What they remember of requests is taken over, and told to those that do not. Only
 * then is the partition {@link #active}.
 *
 * <p>A replica that does not answer is reported to the controller, whose next map leaves it out.
 * Replicas that are being filled are not asked: they begin anew when the primary changes.
 *
 * <p>All state but what {@link #active} reads belongs to the scheduler.
 */
@InterfaceAudience.Private
public final class TakeOvers implements ClusterListener {
  private static final Logger LOG = LoggerFactory.getLogger(TakeOvers.class);

  private static final long NEVER = 0;
  private static final long AGAIN_MS = 20;

  /** Whatever a missed event left is found. */
  private static final long REVIEW_MS = 1000;

  private final StrongContext context;
  private final RequestWindows requests;
  private final Alignment alignment;
  private final UnreachableReports reports;
  private final StrongMetrics metrics;

  /** For each partition the epoch since which its primary was this daemon when it took it over. */
  private volatile AtomicLongArray taken = new AtomicLongArray(0);

  // Of the scheduler.
  private final Map<Integer, Run> runs = new TreeMap<>();

  /** The taking over of one partition. */
  private static final class Run {
    private final int partition;
    private final long since;
    private final Set<NodeId> asked = new TreeSet<>();
    private final Set<NodeId> done = new TreeSet<>();
    private final RequestTelling telling;

    Run(int partition, long since, RequestTelling telling) {
      this.partition = partition;
      this.since = since;
      this.telling = telling;
    }

    /** Something came here, which those that were found alike before it may lack. */
    void compareAgain() {
      asked.removeAll(done);
      done.clear();
    }
  }

  public TakeOvers(
      StrongContext context, RequestWindows requests, Alignment alignment, StrongMetrics metrics) {
    this.context = context;
    this.requests = requests;
    this.alignment = alignment;
    this.reports = new UnreachableReports(context, metrics);
    this.metrics = metrics;
    metrics.primaries(() -> primaries(true), () -> primaries(false));
  }

  UnreachableReports reports() {
    return reports;
  }

  /** Begins to follow the map. */
  public void start() {
    context.view().addListener(this);
    context.timers().execute(this::review);
    context.timers().every(REVIEW_MS, this::review);
  }

  @Override
  public void mapChanged(Optional<PartitionMap> before, PartitionMap now) {
    context.timers().execute(this::review);
  }

  /** Whether a partition whose primary this daemon is by a map has been taken over. */
  boolean active(MapTracker.Seen seen, int partition) {
    AtomicLongArray now = taken;
    return partition < now.length() && now.get(partition) == seen.primarySince()[partition];
  }

  /** Partitions whose primary this daemon is by the newest map, taken over or not yet. */
  private long primaries(boolean takenOver) {
    MapTracker.Seen seen = context.maps().seen();
    long number = 0;
    for (int p = 0; seen != null && p < seen.map().partitions(); p++) {
      if (context.isPrimary(seen, p) && active(seen, p) == takenOver) {
        number++;
      }
    }
    return number;
  }

  /** A partition has to be taken over once more. */
  void again(int partition) {
    context
        .timers()
        .execute(
            () -> {
              if (partition < taken.length()) {
                taken.set(partition, NEVER);
              }
              review();
            });
  }

  private void review() {
    MapTracker.Seen seen = context.maps().seen();
    if (seen == null) {
      return;
    }
    if (taken.length() != seen.map().partitions()) {
      taken = new AtomicLongArray(seen.map().partitions());
    }
    runs.values().removeIf(run -> !goesOn(seen, run));
    for (int p = 0; p < seen.map().partitions(); p++) {
      if (context.isPrimary(seen, p) && !active(seen, p) && !runs.containsKey(p)) {
        runs.put(p, new Run(p, seen.primarySince()[p], telling(p)));
      }
    }
    proceed(seen);
  }

  private RequestTelling telling(int partition) {
    return new RequestTelling(
        context, requests, partition, (node, failure, again) -> failed(node, 1, failure, again));
  }

  /** It has neither ended nor been given up: its partition is not served yet. */
  private boolean isUnderWay(Run run) {
    return runs.get(run.partition) == run && goesOn(context.maps().seen(), run);
  }

  private boolean goesOn(MapTracker.Seen seen, Run run) {
    return context.isPrimary(seen, run.partition)
        && seen.primarySince()[run.partition] == run.since;
  }

  /** Asks who has not been asked, all about a node in one call, and ends what has all answers. */
  private void proceed(MapTracker.Seen seen) {
    Map<NodeId, List<Run>> toAsk = new TreeMap<>();
    for (Run run : List.copyOf(runs.values())) {
      boolean complete = true;
      List<NodeId> others = others(seen, run.partition);
      for (NodeId node : others) {
        complete &= run.done.contains(node);
        if (!run.done.contains(node) && run.asked.add(node)) {
          run.telling.forget(node);
          toAsk.computeIfAbsent(node, n -> new ArrayList<>()).add(run);
        }
      }
      if (complete && run.telling.allTold(seen, others, this::review)) {
        runs.remove(run.partition);
        taken.set(run.partition, run.since);
        metrics.takenOver();
      }
    }
    toAsk.forEach((node, asked) -> ask(seen, node, asked));
  }

  /** The other replicas that serve. */
  private List<NodeId> others(MapTracker.Seen seen, int partition) {
    var others = new ArrayList<NodeId>();
    for (int i = 0; i < seen.map().replicaCount(partition); i++) {
      NodeId node = seen.map().nodes().get(seen.map().replicaNodeIndex(partition, i)).id();
      if (seen.map().replicaState(partition, i) == ReplicaState.SERVING
          && !node.equals(context.self())) {
        others.add(node);
      }
    }
    return others;
  }

  private void ask(MapTracker.Seen seen, NodeId id, List<Run> asked) {
    MapNode node = seen.map().node(id).orElseThrow();
    List<Integer> partitions = asked.stream().map(run -> run.partition).toList();
    var unused =
        context
            .peers()
            .takeOver(
                node,
                seen.epoch(),
                context.self(),
                partitions,
                context.config().ackTimeoutMs() + StrongContext.CATCH_UP_MS)
            .whenComplete(
                (answer, failure) ->
                    context
                        .timers()
                        .execute(
                            () -> {
                              if (failure == null) {
                                answered(node, asked, answer);
                              } else {
                                failed(
                                    node,
                                    asked.size(),
                                    failure,
                                    () -> asked.forEach(run -> run.asked.remove(node.id())));
                              }
                            }));
  }

  /**
   * @param again makes the next review ask once more
   */
  private void failed(MapNode node, int partitions, Throwable failure, Runnable again) {
    LOG.info(
        "Node={} does not let {} partitions be taken over yet: {}",
        node.id(),
        partitions,
        Errors.of(failure).toString());
    if (Quorums.meansUnreachable(Errors.of(failure).code())) {
      reports.report(node.id(), failure.toString());
    }
    var unused =
        context
            .timers()
            .schedule(
                () -> {
                  again.run();
                  review();
                },
                AGAIN_MS);
  }

  private void answered(MapNode node, List<Run> asked, TakeOverAnswer answer) {
    Map<Integer, List<RequestOutcome>> outcomes = new HashMap<>();
    MapTracker.Seen seen = context.maps().seen();
    for (RequestOutcome outcome : answer.getRequests()) {
      int partition = seen.map().partitionOf(outcome.getHash());
      outcomes.computeIfAbsent(partition, p -> new ArrayList<>()).add(outcome);
    }
    Map<Long, Long> digests = new HashMap<>();
    for (StoreDigest digest : answer.getDigests()) {
      digests.put(storeId(digest.getTableId(), digest.getPartition()), digest.getDigest());
    }
    for (Run run : asked) {
      if (!isUnderWay(run)) {
        continue;
      }
      run.telling.learn(node.id(), outcomes.getOrDefault(run.partition, List.of()));
      List<Table> different = different(run.partition, digests);
      if (different.isEmpty()) {
        run.done.add(node.id());
      } else {
        run.telling.tellEarly(
            node, () -> makeAlike(node, run, different), () -> run.asked.remove(node.id()));
      }
    }
    review();
  }

  private List<Table> different(int partition, Map<Long, Long> theirs) {
    context.fences().await(partition);
    var different = new ArrayList<Table>();
    for (Table table : context.view().catalogue().all()) {
      if (table.isStrong()) {
        long mine = digests(partition, List.of(table)).get(0);
        if (mine != theirs.getOrDefault(storeId(table.id(), partition), 0L)) {
          different.add(table);
        }
      }
    }
    return different;
  }

  private List<Long> digests(int partition, List<Table> tables) {
    var digests = new ArrayList<Long>(tables.size());
    for (Table table : tables) {
      PartitionStore store = context.engine().find(table.id(), partition);
      digests.add(store == null ? 0 : StrongReplica.digest(store));
    }
    return digests;
  }

  private static long storeId(int tableId, int partition) {
    return (long) tableId << 32 | partition;
  }

  /** What comes here now is lacking at those that were found alike before. */
  private boolean mayTake(Run run) {
    boolean underWay = isUnderWay(run);
    if (underWay) {
      run.compareAgain();
    }
    return underWay;
  }

  private void makeAlike(MapNode node, Run run, List<Table> tables) {
    if (!isUnderWay(run)) {
      return;
    }
    List<Long> before = digests(run.partition, tables);
    LOG.info(
        "Taking over partition={}: making tables {} alike with node={}",
        run.partition,
        tables.stream().map(Table::name).toList(),
        node.id());
    CompletableFuture<?>[] all =
        tables.stream()
            .map(table -> alignment.align(node, table, run.partition, () -> mayTake(run)))
            .toArray(CompletableFuture<?>[]::new);
    var unused =
        CompletableFuture.allOf(all)
            .whenComplete(
                (done, failure) ->
                    context
                        .timers()
                        .execute(
                            () -> {
                              // Also one that failed may have brought something.
                              boolean changed = !before.equals(digests(run.partition, tables));
                              if (changed) {
                                run.compareAgain();
                              }
                              if (failure != null) {
                                failed(node, 1, failure, () -> run.asked.remove(node.id()));
                                return;
                              }
                              if (changed) {
                                run.asked.remove(node.id());
                              } else {
                                run.done.add(node.id());
                              }
                              review();
                            }));
  }
}
