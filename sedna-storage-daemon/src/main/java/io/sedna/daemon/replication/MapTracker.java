// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.cluster.ClusterListener;
import io.sedna.daemon.cluster.ClusterView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The partition map as the replication of this daemon goes by it: the newest one, what it says of
 * this daemon, and when each partition last got a new replica. Read without a lock; maps only ever
 * become newer.
 */
@InterfaceAudience.Private
public final class MapTracker implements ClusterListener {
  private final NodeId self;
  private final long incarnation;
  private final Executor executor;
  private final SerialScheduler timers;
  private final List<Waiter> waiters = new ArrayList<>(); // guarded by this
  private volatile Seen seen;

  private final List<Observer> observers = new ArrayList<>(); // guarded by this

  /** Hears of each map before anybody goes by it. */
  @InterfaceAudience.Private
  public interface Observer {
    /**
     * A map has come. Nothing is served by it before this returns.
     *
     * @param before null: it is the first
     */
    void changing(Seen before, Seen now);
  }

  private record Waiter(long epoch, CompletableFuture<PartitionMap> future) {}

  /**
   * A map and what follows from it.
   *
   * @param map the map
   * @param addedAt for each partition a lower bound of the epochs whose coordinators know all its
   *     replicas: one of an older epoch may not know the one that was added last
   * @param readersAt for each partition the least epoch of coordinators whose reads are answered:
   *     one of an older epoch may not know the replica that began to serve last, and count in its
   *     place one that has missed what that one was given
   * @param own state of this daemon's replica of each partition; null: it has none
   * @param primarySince for each partition the epoch from which its primary has been the same run
   *     of the same node in every map that was made since, as far as this daemon knows: maps that
   *     it did not see may have had another
   */
  public record Seen(
      PartitionMap map, long[] addedAt, long[] readersAt, ReplicaState[] own, long[] primarySince) {
    public long epoch() {
      return map.epoch();
    }

    /** Index of a partition's primary among the nodes of the map; -1: there is none. */
    public int primary(int partition) {
      return primaryOf(map, partition);
    }
  }

  /**
   * @param executor runs what waited for a map
   * @param timers ends the waiting for maps that do not come
   */
  public MapTracker(ClusterView view, Executor executor, SerialScheduler timers) {
    this.self = view.self();
    this.incarnation = view.incarnation();
    this.executor = executor;
    this.timers = timers;
    view.addListener(this);
    view.map().ifPresent(this::advance);
  }

  @Override
  public void mapChanged(Optional<PartitionMap> before, PartitionMap now) {
    advance(now);
  }

  /** Lets somebody hear of maps, beginning with the one that is there. */
  public synchronized void observe(Observer hearing) {
    observers.add(hearing);
    if (seen != null) {
      hearing.changing(null, seen);
    }
  }

  /** The newest map with what follows from it; null: there has been none. */
  public Seen seen() {
    return seen;
  }

  /** Epoch of the newest map; 0: there has been none. */
  public long epoch() {
    Seen now = seen;
    return now == null ? 0 : now.epoch();
  }

  /**
   * Completes with the first map of at least this epoch.
   *
   * @return fails with TIMEOUT if none came in time
   */
  public CompletableFuture<PartitionMap> await(long epoch, long timeoutMs) {
    Seen now = seen;
    if (now != null && now.epoch() >= epoch) {
      return CompletableFuture.completedFuture(now.map());
    }
    var waiter = new Waiter(epoch, new CompletableFuture<>());
    synchronized (this) {
      if (seen != null && seen.epoch() >= epoch) {
        return CompletableFuture.completedFuture(seen.map());
      }
      waiters.add(waiter);
    }
    SerialScheduler.Scheduled end = timers.schedule(() -> giveUp(waiter, timeoutMs), timeoutMs);
    var unused = waiter.future().whenComplete((map, late) -> end.cancel());
    return waiter.future();
  }

  /**
   * Does something unless a newer map has come, which has to wait meanwhile.
   *
   * @return whether it was done
   */
  synchronized boolean whileNewest(Seen map, Runnable action) {
    if (seen != map) {
      return false;
    }
    action.run();
    return true;
  }

  private void giveUp(Waiter waiter, long timeoutMs) {
    synchronized (this) {
      if (!waiters.remove(waiter)) {
        return;
      }
    }
    var late =
        new SednaException(
            ErrorCode.TIMEOUT,
            "node="
                + self
                + " has not seen map epoch="
                + waiter.epoch()
                + " within "
                + timeoutMs
                + " ms; it has epoch="
                + epoch());
    executor.execute(() -> waiter.future().completeExceptionally(late));
  }

  private void advance(PartitionMap map) {
    List<Waiter> due = new ArrayList<>();
    synchronized (this) {
      if (seen != null && map.epoch() <= seen.epoch()) {
        return;
      }
      Seen next = next(map);
      for (Observer observer : observers) {
        observer.changing(seen, next);
      }
      seen = next;
      waiters.removeIf(w -> w.epoch() <= map.epoch() && due.add(w));
    }
    for (Waiter waiter : due) {
      var unused = waiter.future().completeAsync(() -> map, executor);
    }
  }

  private Seen next(PartitionMap map) {
    boolean follows = seen != null && seen.map().partitions() == map.partitions();
    Seen before = follows ? seen : null;
    int[] oldIndex = follows ? oldIndexes(before.map(), map) : null;
    long[] addedAt = addedAt(before, map, oldIndex);
    return new Seen(
        map,
        addedAt,
        readersAt(before, map, oldIndex, addedAt),
        own(map),
        primarySince(before, map, oldIndex));
  }

  private static long[] addedAt(Seen before, PartitionMap map, int[] oldIndex) {
    long[] addedAt = new long[map.partitions()];
    Arrays.fill(addedAt, map.epoch());
    if (before != null) {
      for (int p = 0; p < addedAt.length; p++) {
        if (!hasNewReplica(before.map(), map, p, oldIndex)) {
          addedAt[p] = before.addedAt()[p];
        }
      }
    }
    return addedAt;
  }

  private static long[] readersAt(Seen before, PartitionMap map, int[] oldIndex, long[] addedAt) {
    long[] readersAt = new long[map.partitions()];
    Arrays.fill(readersAt, map.epoch());
    if (before != null) {
      for (int p = 0; p < readersAt.length; p++) {
        if (!hasNewServer(before.map(), map, p, oldIndex)) {
          readersAt[p] = Math.max(before.readersAt()[p], addedAt[p]);
        }
      }
    }
    return readersAt;
  }

  /** Whether a replica serves that did not. */
  private static boolean hasNewServer(
      PartitionMap before, PartitionMap now, int partition, int[] oldIndex) {
    for (int i = 0; i < now.replicaCount(partition); i++) {
      if (now.replicaState(partition, i).servesEventual()) {
        ReplicaState was = stateOf(before, partition, oldIndex[now.replicaNodeIndex(partition, i)]);
        if (was == null || !was.servesEventual()) {
          return true;
        }
      }
    }
    return false;
  }

  private static long[] primarySince(Seen before, PartitionMap map, int[] oldIndex) {
    long[] since = new long[map.partitions()];
    Arrays.fill(since, map.epoch());
    if (before != null && map.epoch() == before.epoch() + 1) {
      for (int p = 0; p < since.length; p++) {
        int primary = primaryOf(map, p);
        if (primary >= 0
            && oldIndex[primary] >= 0
            && oldIndex[primary] == primaryOf(before.map(), p)) {
          since[p] = before.primarySince()[p];
        }
      }
    }
    return since;
  }

  private static int primaryOf(PartitionMap map, int partition) {
    for (int i = 0; i < map.replicaCount(partition); i++) {
      if (map.replicaState(partition, i) == ReplicaState.SERVING) {
        return map.replicaNodeIndex(partition, i);
      }
    }
    return -1;
  }

  /** Place in the old map of each node of the new; -1 for one that is new or has begun anew. */
  private static int[] oldIndexes(PartitionMap before, PartitionMap now) {
    int[] indexes = new int[now.nodes().size()];
    for (int i = 0; i < indexes.length; i++) {
      var node = now.nodes().get(i);
      int old = before.nodeIndex(node.id());
      boolean sameRun = old >= 0 && before.nodes().get(old).incarnation() == node.incarnation();
      indexes[i] = sameRun ? old : -1;
    }
    return indexes;
  }

  /**
   * A replica may also have gone and come back in a map between the two that this daemon did not
   * see; then it is FILLING again.
   */
  private static boolean hasNewReplica(
      PartitionMap before, PartitionMap now, int partition, int[] oldIndex) {
    boolean mapsBetween = now.epoch() > before.epoch() + 1;
    for (int i = 0; i < now.replicaCount(partition); i++) {
      ReplicaState was = stateOf(before, partition, oldIndex[now.replicaNodeIndex(partition, i)]);
      boolean fills = now.replicaState(partition, i) == ReplicaState.FILLING;
      if (was == null || (fills && (mapsBetween || was != ReplicaState.FILLING))) {
        return true;
      }
    }
    return false;
  }

  private static ReplicaState stateOf(PartitionMap map, int partition, int node) {
    for (int i = 0; i < map.replicaCount(partition); i++) {
      if (map.replicaNodeIndex(partition, i) == node) {
        return map.replicaState(partition, i);
      }
    }
    return null;
  }

  /** An earlier run of this node is somebody else: its replicas died with it. */
  private ReplicaState[] own(PartitionMap map) {
    ReplicaState[] own = new ReplicaState[map.partitions()];
    int index = map.nodeIndex(self);
    if (index < 0 || map.nodes().get(index).incarnation() != incarnation) {
      return own;
    }
    for (int p = 0; p < own.length; p++) {
      for (int i = 0; i < map.replicaCount(p); i++) {
        if (map.replicaNodeIndex(p, i) == index) {
          own[p] = map.replicaState(p, i);
        }
      }
    }
    return own;
  }
}
