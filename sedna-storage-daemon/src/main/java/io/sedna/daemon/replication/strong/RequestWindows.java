// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.conf.StrongConfig;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.thrift.peer.RequestOutcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * {@link RecentRequests} of every partition that this daemon has a replica of. Forgotten with the
 * records: where the replica has been taken away, and where it is to be filled again. Thread-safe.
 */
@InterfaceAudience.Private
public final class RequestWindows implements MapTracker.Observer {
  private final StrongConfig config;
  private final WallClock clock;
  private final RequestMemory memory;
  private final Map<Integer, RecentRequests> byPartition = new ConcurrentHashMap<>();

  public RequestWindows(StrongConfig config, WallClock clock) {
    this.config = config;
    this.clock = clock;
    this.memory = RequestMemory.of(config);
  }

  RecentRequests of(int partition) {
    return byPartition.computeIfAbsent(
        partition,
        p -> new RecentRequests(config.requestWindowMs(), config.requestsPerPartition(), memory));
  }

  @Override
  public void changing(MapTracker.Seen before, MapTracker.Seen now) {
    for (int p = 0; p < now.own().length; p++) {
      ReplicaState was = before == null ? null : before.own()[p];
      ReplicaState is = now.own()[p];
      if (is == null || (is.isFilled() && is != was)) {
        forget(p);
      }
    }
  }

  /** What another replica remembers, whose records may not be here. */
  void learn(int partition, List<RequestOutcome> outcomes) {
    if (!outcomes.isEmpty()) {
      of(partition).learn(outcomes, clock.millis());
    }
  }

  /** What was learnt of a partition is remembered if it counts, and forgotten if not. */
  void settle(int partition, Predicate<RequestOutcome> counts) {
    RecentRequests requests = byPartition.get(partition);
    if (requests != null) {
      requests.settle(counts);
    }
  }

  /** What came together with the records. */
  public void add(int partition, List<RequestOutcome> outcomes) {
    if (!outcomes.isEmpty()) {
      of(partition).add(outcomes, clock.millis());
    }
  }

  /** What is remembered of a partition. */
  public List<RequestOutcome> all(int partition) {
    RecentRequests requests = byPartition.get(partition);
    return requests == null ? List.of() : requests.all();
  }

  /** Of a partition that is not here any more. */
  public void forget(int partition) {
    RecentRequests gone = byPartition.remove(partition);
    if (gone != null) {
      gone.close();
    }
  }

  /** Forgets what is too old, also of partitions to which no requests come any more. */
  void forgetOld() {
    long nowMs = clock.millis();
    byPartition.values().forEach(requests -> requests.forget(nowMs));
  }

  /** What is remembered of all partitions. */
  RequestMemory memory() {
    return memory;
  }

  long nowMs() {
    return clock.millis();
  }
}
