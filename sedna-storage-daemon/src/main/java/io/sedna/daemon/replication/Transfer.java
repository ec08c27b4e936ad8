// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.cluster.ClusterListener;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.thrift.convert.Errors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the replicas that the map gives this daemon as FILLING, or as CATCHING_UP with strong
 * tables alone, a few at once ({@link PartitionFill}), and tells the controller which are filled,
 * again and again until the map shows them serving or no longer here.
 *
 * <p>Nothing that was acknowledged is missed: what came before the replica was added is found at
 * the sources, what comes after is sent to the replica by its coordinators, and {@link
 * ReplicaService} sees to it that there is nothing between.
 *
 * <p>All state belongs to one worker thread, which never waits. Batches are stored on threads of
 * their own, and so keep event loops and each other free.
 */
@InterfaceAudience.Private
public final class Transfer implements ClusterListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

  /** How often filled partitions are reported, and whatever a missed event left is found. */
  private static final long REVIEW_MS = 250;

  /** Filled partitions that the map does not show serving are reported again after so long. */
  private static final long REPORT_AGAIN_MS = 2000;

  private final ClusterView view;
  private final MapTracker maps;
  private final Engine engine;
  private final Peers peers;
  private final RepairMarks marks;
  private final ReplicationConfig config;
  private final HybridClock clock;
  private final DaemonMetrics metrics;
  private final FillCompletion completion;
  private final SerialScheduler worker;
  private final Executor storing;
  private final ByteRate rate;

  // Of the worker.
  private final Map<Integer, PartitionFill> fills = new TreeMap<>();
  private final Queue<PartitionFill> queue = new ArrayDeque<>();
  private int running;
  private boolean unreported;
  private long reportedNanos;

  /**
   * @param completion of fills whose records are there
   * @param worker its own; closed with it
   * @param storing stores what came; of several threads, so that several fills are stored at once
   */
  public Transfer(
      ClusterView view,
      MapTracker maps,
      Engine engine,
      Peers peers,
      RepairMarks marks,
      ReplicationConfig config,
      HybridClock clock,
      DaemonMetrics metrics,
      FillCompletion completion,
      SerialScheduler worker,
      Executor storing) {
    this.view = view;
    this.maps = maps;
    this.engine = engine;
    this.peers = peers;
    this.marks = marks;
    this.config = config;
    this.clock = clock;
    this.metrics = metrics;
    this.completion = completion;
    this.worker = worker;
    this.storing = storing;
    this.rate = new ByteRate(worker, config.transferMaxBytesPerSecond());
  }

  /** Begins to follow the map. */
  public void start() {
    view.addListener(this);
    onWorker(this::review);
    worker.every(REVIEW_MS, this::review);
  }

  @Override
  public void mapChanged(Optional<PartitionMap> before, PartitionMap now) {
    onWorker(this::review);
  }

  /** Stops filling; what was filled stays. */
  @Override
  public void close() {
    worker.close();
  }

  private void review() {
    MapTracker.Seen seen = maps.seen();
    if (seen == null) {
      return;
    }
    ReplicaState[] own = seen.own();
    fills
        .values()
        .removeIf(
            fill -> {
              boolean gone = own[fill.partition()] != fill.state();
              boolean anew = !gone && beginsAnew(fill, seen);
              if (gone || anew) {
                end(fill);
              }
              return gone || anew;
            });
    for (int p = 0; p < own.length; p++) {
      if (own[p] != null && own[p].isFilled() && !fills.containsKey(p)) {
        var fill = new PartitionFill(p, own[p], seen.epoch(), this, seen.primarySince()[p]);
        fills.put(p, fill);
        queue.add(fill);
      }
    }
    startQueued();
    fills.values().forEach(PartitionFill::nudge);
    report(seen.map());
  }

  /**
   * Whether a fill is of no use because the partition's primary has changed, or may have in a map
   * that was not seen here: what the one before had given to this replica alone would be here, and
   * nowhere else, for ever. Only strong tables know such writes; their records are forgotten.
   *
   * <p>Not those of a fill that has been reported: the controller may let the replica serve what is
   * here in any map from now on. It does not where the primary has changed since, and answers that
   * the fill is outdated; then they are forgotten ({@link #outdated}).
   */
  private boolean beginsAnew(PartitionFill fill, MapTracker.Seen seen) {
    int p = fill.partition();
    long primarySince = seen.primarySince()[p];
    if (fill.primarySince() == primarySince) {
      return false;
    }
    boolean anyStrong = strongTables().findAny().isPresent();
    if (anyStrong && fill.finished()) {
      unreported = true;
      return false;
    }
    if (anyStrong) {
      forgetStrong(p);
      return true;
    }
    boolean sameReplica = seen.addedAt()[p] <= fill.epoch();
    fill.primaryIs(primarySince, sameReplica ? seen.epoch() : fill.epoch());
    return false;
  }

  Stream<Table> strongTables() {
    return view.catalogue().all().stream().filter(Table::isStrong);
  }

  private void forgetStrong(int partition) {
    LOG.info(
        "Filling strong tables of partition={} anew: its primary has changed, or may have",
        partition);
    strongTables().forEach(table -> engine.dropStore(table.id(), partition));
    completion.forgotten(partition);
  }

  private void end(PartitionFill fill) {
    boolean wasQueued = queue.remove(fill);
    if (!wasQueued && !fill.finished()) {
      ended();
    }
    fill.cancel();
  }

  private void startQueued() {
    while (running < config.maxConcurrentTransfers() && !queue.isEmpty()) {
      running++;
      metrics.transferStarted();
      PartitionFill next = queue.remove();
      onWorker(next::start);
    }
  }

  private void ended() {
    running--;
    metrics.transferEnded();
  }

  void filled(PartitionFill fill) {
    ended();
    if (fill.state() == ReplicaState.FILLING) {
      marks.filled(fill.partition(), fill.mark());
    }
    unreported = true;
    startQueued();
    if (queue.isEmpty() && running == 0) {
      MapTracker.Seen seen = maps.seen();
      report(seen.map());
    }
  }

  private void report(PartitionMap map) {
    Map<Long, List<PartitionFill>> ready = new TreeMap<>();
    for (PartitionFill fill : fills.values()) {
      if (fill.finished()) {
        ready.computeIfAbsent(fill.epoch(), epoch -> new ArrayList<>()).add(fill);
      }
    }
    long sinceNanos = worker.nanoTime() - reportedNanos;
    if (ready.isEmpty()
        || (!unreported && sinceNanos < TimeUnit.MILLISECONDS.toNanos(REPORT_AGAIN_MS))) {
      return;
    }
    Optional<MapNode> controller = view.controller().flatMap(map::node);
    Optional<MapNode> self = map.node(view.self());
    if (controller.isEmpty() || self.isEmpty()) {
      return;
    }
    unreported = false;
    reportedNanos = worker.nanoTime();
    ready.forEach((epoch, filled) -> report(controller.get(), self.get(), epoch, filled));
  }

  private void report(MapNode controller, MapNode self, long epoch, List<PartitionFill> filled) {
    List<Integer> partitions = filled.stream().map(PartitionFill::partition).toList();
    var unused =
        peers
            .partitionsReady(controller, self, epoch, partitions, config.timeoutMs())
            .whenComplete(
                (outdated, failure) -> {
                  if (failure != null) {
                    LOG.info(
                        "Controller={} did not take the report of {} filled partitions yet: {}",
                        controller.id(),
                        filled.size(),
                        failure.toString());
                    onWorker(() -> unreported = true);
                  } else if (!outdated.isEmpty()) {
                    onWorker(() -> outdated(filled, epoch, Set.copyOf(outdated)));
                  }
                });
  }

  /**
   * The controller lets no replica serve by what these fills have brought: they are done anew. One
   * that has come to count by a newer map than was reported may serve already.
   */
  private void outdated(List<PartitionFill> filled, long epoch, Set<Integer> outdated) {
    MapTracker.Seen seen = maps.seen();
    for (PartitionFill fill : filled) {
      int p = fill.partition();
      if (outdated.contains(p) && fill.epoch() == epoch && fills.remove(p, fill)) {
        if (fill.primarySince() != seen.primarySince()[p]) {
          forgetStrong(p);
        }
      }
    }
    review();
  }

  // -- For fills.

  void onWorker(Runnable task) {
    worker.execute(task);
  }

  void onWorkerAfter(long delayMs, Runnable task) {
    var unused = worker.schedule(task, delayMs);
  }

  /**
   * Does something of which many threads may do as much at once.
   *
   * @param then is told, on one of those threads, why it failed; null: it did not
   */
  void store(Runnable task, Consumer<SednaException> then) {
    storing.execute(
        () -> {
          SednaException failure = null;
          try {
            task.run();
          } catch (RuntimeException e) {
            failure = Errors.of(e);
          }
          then.accept(failure);
        });
  }

  long nanoTime() {
    return worker.nanoTime();
  }

  ClusterView view() {
    return view;
  }

  MapTracker maps() {
    return maps;
  }

  Engine engine() {
    return engine;
  }

  Peers peers() {
    return peers;
  }

  FillCompletion completion() {
    return completion;
  }

  HybridClock clock() {
    return clock;
  }

  DaemonMetrics metrics() {
    return metrics;
  }

  /** Of all fills together. */
  ByteRate rate() {
    return rate;
  }

  RepairMarks marks() {
    return marks;
  }

  int batchBytes() {
    return config.transferBatchBytes();
  }

  long timeoutMs() {
    return config.timeoutMs();
  }
}
