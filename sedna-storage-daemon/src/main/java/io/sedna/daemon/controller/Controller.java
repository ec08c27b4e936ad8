// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.time.SerialScheduler;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.cluster.InstancePaths;
import io.sedna.daemon.persistence.RestoreTables;
import io.sedna.daemon.persistence.SnapshotService;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This daemon's controller: idle until {@link #lead}, then the instance's until {@link #follow} or
 * until another takes over.
 *
 * <p>Everything that decides or writes happens on one scheduler, so nothing in here needs a lock.
 * What comes in between two steps is taken in together: reports of many filled partitions make one
 * new map. A write that fails ends the term; the next one begins by reading what is really there.
 * Delays are counted by the scheduler's clock; the wall clock stamps only what people see.
 */
@InterfaceAudience.Private
public final class Controller {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

  /** Reports that come within this time of each other make one map. */
  private static final long GATHER_MS = 20;

  private static final long TRY_AGAIN_MS = 500;
  private static final long ASK_AGAIN_MS = 100;
  private static final long TICK_MS = 1000;
  private static final long SYNC_TIMEOUT_MS = 15_000;

  private final ControllerSettings settings;
  private final NodeId self;
  private final Supplier<InstanceStore> stores;
  private final WallClock clock;
  private final SerialScheduler scheduler;
  private final long startNs;
  private final OperationRegistry operations;
  private final Broadcast broadcast;
  private final ControllerPeers peers;
  private final MapQuestions mapQuestions;
  private final MoveOperations moveOperations;
  private final RepairDuties repairs = new RepairDuties(this);
  private final LoadWatch loads = new LoadWatch(this);

  private SnapshotDuties snapshots;
  private MapNode node;

  private volatile boolean closed;

  // Of the scheduler alone, except to look whether there is one.
  private volatile Term term;
  private boolean leading;
  private SerialScheduler.Scheduled nextStep;
  private long nextStepAtMs;

  /**
   * @param scheduler its own: writing to ZooKeeper takes as long as it takes
   */
  public Controller(
      ControllerSettings settings,
      NodeId self,
      CuratorFramework curator,
      InstancePaths paths,
      ControllerPeers peers,
      WallClock clock,
      SerialScheduler scheduler) {
    this(settings, self, () -> new ZooKeeperInstanceStore(curator, paths), peers, clock, scheduler);
  }

  /**
   * @param stores one for each term
   */
  public Controller(
      ControllerSettings settings,
      NodeId self,
      Supplier<InstanceStore> stores,
      ControllerPeers peers,
      WallClock clock,
      SerialScheduler scheduler) {
    this.settings = settings;
    this.self = self;
    this.stores = stores;
    this.peers = peers;
    this.clock = clock;
    this.scheduler = scheduler;
    this.startNs = scheduler.nanoTime();
    this.operations = new OperationRegistry(clock);
    this.broadcast = new Broadcast(this::live, SYNC_TIMEOUT_MS, scheduler);
    this.moveOperations = new MoveOperations(operations);
    this.mapQuestions = new MapQuestions(peers, this::mapKnown);
  }

  /** The catalogue changes of restores, for whoever makes the snapshot service. */
  public RestoreTables restoreTables() {
    return new ControllerTables(this);
  }

  /**
   * Once, before {@link #start}: the service needs {@link #restoreTables} and the controller needs
   * the service.
   */
  public void use(SnapshotService service) {
    snapshots = new SnapshotDuties(this, service);
  }

  /**
   * Once, before {@link #lead}.
   *
   * @param reachable how other daemons reach this one
   */
  public void start(MapNode reachable) {
    node = reachable;
    scheduler.every(TICK_MS, this::tick);
  }

  /** Administrative calls, for the daemon that they come to, or that passes them here. */
  public ControllerAdmin admin() {
    return new ControllerAdmin(this, snapshots);
  }

  /** This daemon was elected. Any thread. */
  public void lead() {
    post(
        () -> {
          leading = true;
          beginTerm();
        });
  }

  /** This daemon is not elected any more. Any thread. */
  public void follow() {
    post(
        () -> {
          leading = false;
          endTerm("lost the election");
        });
  }

  /** Whether this daemon's controller is active, as far as it knows. Any thread. */
  public boolean active() {
    return term != null;
  }

  private void beginTerm() {
    if (!leading || term != null) {
      return;
    }
    Term begun = null;
    try {
      begun = new Term(stores.get(), settings, node, nowMs(), () -> stepWithin(0));
      term = begun;
      LOG.info("controller active on {}: {}, {}", self, begun.core().map(), begun.tables());
      snapshots.activated();
      moveOperations.activated(begun);
      stepWithin(0);
    } catch (RuntimeException e) {
      LOG.warn("cannot become active yet: {}", e.getMessage());
      endTerm(e.getMessage());
      tryAgain();
    }
  }

  private void tryAgain() {
    var unused = scheduler.schedule(this::beginTerm, TRY_AGAIN_MS);
  }

  private void endTerm(String why) {
    Term ended = term;
    if (ended == null) {
      return;
    }
    term = null;
    LOG.info("controller of {} no longer active: {}", self, why);
    snapshots.deactivated();
    operations.failRunning(
        new SednaException(
            ErrorCode.NO_CONTROLLER, "the controller that ran it is no longer active: " + why));
    ended.close();
  }

  /**
   * Does something as the active controller and then takes the step that follows of it.
   *
   * @return fails with NO_CONTROLLER where it is not active; or with what {@code work} throws
   */
  <T> CompletableFuture<T> call(Function<Term, T> work) {
    var future = new CompletableFuture<T>();
    boolean posted = post(() -> run(work, future));
    if (!posted) {
      future.completeExceptionally(inactive());
    }
    return future;
  }

  private <T> void run(Function<Term, T> work, CompletableFuture<T> future) {
    Term now = term;
    if (now == null) {
      future.completeExceptionally(inactive());
      return;
    }
    try {
      T result = work.apply(now);
      stepWithin(0);
      future.complete(result);
    } catch (RuntimeException e) {
      future.completeExceptionally(e);
      failed(e);
    }
  }

  /** A failure of the store ends the term; one of the caller does not. */
  private void failed(RuntimeException e) {
    boolean ofCaller =
        e instanceof SednaException failure
            && failure.code() != ErrorCode.NO_CONTROLLER
            && failure.code() != ErrorCode.ZOOKEEPER_UNREACHABLE
            && failure.code() != ErrorCode.INTERNAL;
    if (!ofCaller) {
      LOG.warn("the controller's term ends", e);
      endTerm(e.getMessage());
      tryAgain();
    }
  }

  private SednaException inactive() {
    return new SednaException(
        ErrorCode.NO_CONTROLLER, "the controller of " + self + " is not active");
  }

  /**
   * Replicas of this run of a node are filled. Never blocks.
   *
   * @param epoch the map by which it began to fill them
   * @return those that have to be filled anew; fails with NO_CONTROLLER where this is none
   */
  public CompletableFuture<List<Integer>> partitionsReady(
      NodeId reporter, long incarnation, long epoch, List<Integer> partitions) {
    return report(now -> now.core().filled(reporter, incarnation, epoch, partitions));
  }

  /**
   * A node needs others that do not answer it. Never blocks.
   *
   * @param epoch the newest map that the reporter knows
   * @return fails with STALE_MAP where there is a newer one
   */
  public CompletableFuture<Void> reportUnreachable(
      NodeId reporter, long epoch, List<NodeId> nodes) {
    LOG.info("{} reports at epoch {} that these do not answer: {}", reporter, epoch, nodes);
    return report(
        now -> {
          now.core().unreachable(reporter, epoch, nodes, nowMs());
          return null;
        });
  }

  /** Takes in what a daemon reports; what others report at the same time is taken with it. */
  private <T> CompletableFuture<T> report(Function<Term, T> taken) {
    var future = new CompletableFuture<T>();
    boolean posted =
        post(
            () -> {
              Term now = term;
              if (now == null) {
                future.completeExceptionally(inactive());
                return;
              }
              stepWithin(GATHER_MS);
              try {
                future.complete(taken.apply(now));
              } catch (SednaException refused) {
                future.completeExceptionally(refused);
              }
            });
    if (!posted) {
      future.completeExceptionally(inactive());
    }
    return future;
  }

  /** Takes a step soon; many requests for one make one. Any thread. */
  void stepWithin(long delayMs) {
    post(() -> scheduleStep(nowMs() + delayMs));
  }

  private void scheduleStep(long atMs) {
    if (nextStep != null && nextStepAtMs <= atMs) {
      return;
    }
    if (nextStep != null) {
      nextStep.cancel();
    }
    nextStepAtMs = atMs;
    nextStep = scheduler.schedule(this::step, Math.max(0, atMs - nowMs()));
  }

  private void step() {
    nextStep = null;
    Term now = term;
    if (now == null) {
      return;
    }
    try {
      boolean changed = now.step(nowMs());
      mapQuestions.ask(now.core());
      moveOperations.stepped(now, changed);
      snapshots.stepped(now);
      now.core().wakeAtMs(nowMs()).ifPresent(this::scheduleStep);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void tick() {
    Term now = term;
    if (now == null) {
      return;
    }
    if (isOver(now)) {
      return;
    }
    try {
      snapshots.tick();
      loads.tick(now);
      snapshots.stepped(now);
    } catch (RuntimeException e) {
      LOG.error("the controller's tick failed", e);
    }
  }

  /** Whether somebody else has taken over; ends the term then. */
  private boolean isOver(Term now) {
    try {
      now.check();
      return false;
    } catch (SednaException e) {
      if (e.code() != ErrorCode.NO_CONTROLLER) {
        LOG.debug("cannot tell whether the term goes on", e);
        return false;
      }
      failed(e);
      return true;
    }
  }

  private void mapKnown(MapNode asked, long epoch, boolean known) {
    post(
        () -> {
          mapQuestions.answered(asked);
          Term now = term;
          if (now != null && known) {
            now.core().knowsMap(asked.id(), asked.incarnation(), epoch);
          }
          stepWithin(known ? GATHER_MS : ASK_AGAIN_MS);
        });
  }

  /** Live daemons, as of the last step. Any thread. */
  private List<MapNode> live() {
    Term now = term;
    return now == null ? List.of() : List.copyOf(now.live());
  }

  CompletableFuture<Void> syncCatalogue(long version) {
    return broadcast.toAll(
        "change " + version + " of the table catalogue",
        other -> peers.syncCatalogue(other, version));
  }

  CompletableFuture<Void> syncFrozen(boolean frozen) {
    return broadcast.toAll(
        frozen ? "the freeze" : "the thaw", other -> peers.syncFrozen(other, frozen));
  }

  CompletableFuture<Void> syncMap(long epoch) {
    return broadcast.toAll("partition map " + epoch, other -> peers.syncMap(other, epoch));
  }

  OperationRegistry operations() {
    return operations;
  }

  MoveOperations moveOperations() {
    return moveOperations;
  }

  RepairDuties repairs() {
    return repairs;
  }

  ControllerPeers peers() {
    return peers;
  }

  /** Does something on the scheduler, later. */
  void after(long delayMs, Runnable task) {
    var unused = scheduler.schedule(task, delayMs);
  }

  ControllerSettings settings() {
    return settings;
  }

  NodeId self() {
    return self;
  }

  WallClock clock() {
    return clock;
  }

  /** Of the scheduler's clock, since this controller was made. */
  long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(scheduler.nanoTime() - startNs);
  }

  /** Answers false, and does nothing, once this controller is closed. */
  private boolean post(Runnable task) {
    if (closed) {
      return false;
    }
    scheduler.execute(task);
    return true;
  }

  /** Ends the term, and takes no more calls. Completes when that is done; blocks nobody. */
  public CompletableFuture<Void> close() {
    var ended = new CompletableFuture<Void>();
    closed = true;
    scheduler.execute(
        () -> {
          leading = false;
          endTerm("the daemon stops");
          ended.complete(null);
        });
    return ended;
  }
}
