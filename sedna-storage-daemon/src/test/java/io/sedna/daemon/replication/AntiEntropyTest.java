// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.Before;
import org.junit.Test;

/** Repair in the background and to order, and when tombstones go. */
public class AntiEntropyTest {
  private static final int PARTITIONS = 8;
  private static final int DAEMONS = 3;

  private final RepairCluster cluster = new RepairCluster(DAEMONS, PARTITIONS);
  private final Table table = cluster.table("d.t");

  @Before
  public void start() {
    cluster.daemons.forEach(RepairCluster.Daemon::start);
  }

  private RepairCluster.Daemon daemon(int i) {
    return cluster.daemons.get(i);
  }

  private void rounds(int number) {
    cluster.time.runFor(number * RepairCluster.INTERVAL_MS + RepairCluster.INTERVAL_MS / 2);
  }

  private void assertAlike(int... daemons) {
    for (int i : daemons) {
      assertThat(daemon(i).all(table)).isEqualTo(daemon(daemons[0]).all(table));
    }
  }

  /** The first whose replica of a key's partition serves. */
  private int primaryOf(String key) {
    return daemon(0).maps.seen().map().partitionOf(RepairCluster.hash(table, key)) % DAEMONS;
  }

  // -- Rounds.

  @Test
  public void shouldMakeAllReplicasAlikeWhoeverHasSomething() {
    cluster.allServe();
    for (int i = 0; i < 500; i++) {
      daemon(i % 3).put(table, "key " + i, cluster.value(i, 0, "v"));
    }

    rounds(2);

    assertThat(daemon(0).all(table)).hasSize(500);
    assertAlike(0, 1, 2);
    assertThat(cluster.daemons).allMatch(d -> d.metrics.lastRepairRoundMs() > 0);
    // Each record was missing twice.
    assertThat(cluster.daemons.stream().mapToLong(d -> d.metrics.repairedRecords()).sum())
        .isEqualTo(1000);
  }

  @Test
  public void shouldCompareNothingButRootsWhereAllIsAlike() {
    cluster.allServe();
    for (int i = 0; i < 500; i++) {
      for (int d = 0; d < DAEMONS; d++) {
        daemon(d).put(table, "key " + i, cluster.value(0, 0, "v"));
      }
    }
    rounds(2);
    cluster.calls.clear();
    cluster.bytes.clear();

    rounds(0);
    rounds(0);

    assertThat(cluster.calls.keySet()).containsExactly("repairedPast", "rootDigests");
    assertThat(cluster.allBytes()).isLessThan(6000);
  }

  @Test
  public void shouldLeaveCachesAndStrongTablesAlone() {
    Table cache = cluster.table("d.cache", ConsistencyMode.EVENTUAL, MemoryMode.CACHE);
    Table strong = cluster.table("d.strong", ConsistencyMode.STRONG, MemoryMode.STORE);
    cluster.allServe();
    daemon(0).put(cache, "k", cluster.value(0, 0, "v"));
    daemon(0).put(strong, "k", cluster.value(0, 0, "v"));

    rounds(3);

    assertThat(daemon(1).all(cache)).isEmpty();
    assertThat(daemon(1).all(strong)).isEmpty();
  }

  @Test
  public void shouldGoOnWithTheOthersWhileOneIsAway() {
    cluster.allServe();
    cluster.unreachable.add(daemon(2).id);
    daemon(0).put(table, "k", cluster.value(0, 0, "v"));
    daemon(1).put(table, "l", cluster.value(0, 0, "v"));

    rounds(2);

    assertThat(cluster.daemons).allMatch(d -> d.metrics.lastRepairRoundMs() == 0);
    cluster.unreachable.clear();
    rounds(2);
    assertAlike(0, 1, 2);
    assertThat(cluster.daemons).allMatch(d -> d.metrics.lastRepairRoundMs() > 0);
  }

  // -- Tombstones.

  private void putEverywhere(String key) {
    cluster.daemons.forEach(d -> d.put(table, key, cluster.value(1000, 0, "v")));
  }

  @Test
  public void shouldDropATombstoneEverywhereOnceItsGraceIsOver() {
    cluster.allServe();
    putEverywhere("k");
    daemon(1).put(table, "k", cluster.tombstone(0));
    rounds(3);
    assertThat(daemon(0).get(table, "k").live(0)).isEmpty();

    cluster.time.runFor(RepairCluster.GRACE_MS);

    cluster.daemons.forEach(d -> assertThat(d.all(table)).isEmpty());
  }

  @Test
  public void shouldKeepATombstoneUntilEveryReplicaHasBeenRepairedPastIt() {
    cluster.allServe();
    putEverywhere("k");
    rounds(2);
    cluster.unreachable.add(daemon(2).id);
    daemon(0).put(table, "k", cluster.tombstone(0));
    daemon(1).put(table, "k", cluster.tombstone(0));

    cluster.time.runFor(3 * RepairCluster.GRACE_MS);

    assertThat(daemon(0).all(table)).hasSize(1);
    assertThat(daemon(2).get(table, "k").newestLive(cluster.time.wall.millis())).isNotNull();
    cluster.unreachable.clear();
    rounds(3);
    cluster.time.runFor(2000);
    cluster.daemons.forEach(d -> assertThat(d.all(table)).isEmpty());
  }

  @Test
  public void shouldDropTombstonesOfSingleCopiesWithoutAnyRepair() {
    cluster.publish((p, d) -> d == p % DAEMONS ? ReplicaState.SERVING : null);
    daemon(primaryOf("k")).put(table, "k", cluster.tombstone(0));

    cluster.time.runFor(RepairCluster.GRACE_MS + 2000);

    assertThat(daemon(primaryOf("k")).all(table)).isEmpty();
  }

  // -- Replicas that come back.

  private void takeFromThird() {
    cluster.publish((p, d) -> d == 2 ? null : ReplicaState.SERVING);
  }

  private void giveBackToThird() {
    cluster.publish((p, d) -> d == 2 ? ReplicaState.FILLING : ReplicaState.SERVING);
    cluster.time.runUntil("the third is filled", () -> daemon(0).ready.size() == PARTITIONS);
  }

  @Test
  public void shouldNotBringBackWhatWasDeletedWhileADaemonWasPausedForLong() {
    cluster.allServe();
    putEverywhere("k");
    putEverywhere("l");
    rounds(3);
    // It is cut off, and so does not see that the map takes its replicas from it.
    cluster.unreachable.add(daemon(2).id);
    takeFromThird();
    daemon(0).put(table, "k", cluster.tombstone(0));
    daemon(1).put(table, "k", cluster.tombstone(0));
    cluster.time.runFor(2 * RepairCluster.GRACE_MS);
    assertThat(daemon(0).all(table)).hasSize(1);

    cluster.unreachable.clear();
    giveBackToThird();

    assertAlike(0, 1, 2);
    cluster.allServe();
    rounds(3);
    assertAlike(0, 1, 2);
    assertThat(daemon(0).all(table)).hasSize(1);
  }

  @Test
  public void shouldKeepWhatAReplicaHoldsThatWasAwayForAShortTime() {
    cluster.allServe();
    putEverywhere("k");
    putEverywhere("l");
    rounds(2);
    StoredRecord held = daemon(2).get(table, "k");
    takeFromThird();
    daemon(0).put(table, "l", cluster.tombstone(0));
    daemon(1).put(table, "l", cluster.tombstone(0));
    cluster.time.runFor(5000);
    cluster.unreachable.add(daemon(0).id);
    cluster.unreachable.add(daemon(1).id);
    var map = cluster.map((p, d) -> d == 2 ? ReplicaState.FILLING : ReplicaState.SERVING);
    cluster.daemons.forEach(d -> d.view.setMap(map));
    cluster.time.runFor(5000);

    assertThat(daemon(2).get(table, "k")).isEqualTo(held);
    cluster.unreachable.clear();
    cluster.time.runUntil("the third is filled", () -> daemon(0).ready.size() == PARTITIONS);
    assertAlike(0, 1, 2);
  }

  @Test
  public void shouldDropWhatAReplicaOfAStrongTableHeldBefore() {
    Table strong = cluster.table("d.strong", ConsistencyMode.STRONG, MemoryMode.STORE);
    cluster.allServe();
    daemon(2).put(strong, "never answered", cluster.value(0, 0, "v"));
    takeFromThird();
    cluster.time.runFor(1000);

    giveBackToThird();

    assertThat(daemon(2).all(strong)).isEmpty();
  }

  // -- Orders.

  private RepairProgress order(int daemon, RepairOrder order) {
    CompletionStage<RepairProgress> answer = daemon(daemon).repair.repairPartitions(order);
    cluster.time.runUntil("an answer", () -> answer.toCompletableFuture().isDone());
    return answer.toCompletableFuture().join();
  }

  private RepairProgress finished(int daemon, RepairOrder order) {
    RepairProgress progress = order(daemon, order);
    while (!progress.isFinished()) {
      cluster.time.runFor(100);
      progress = order(daemon, order);
    }
    return progress;
  }

  @Test
  public void shouldRepairToOrderAndTellHowFarItIs() {
    cluster.allServe();
    for (int i = 0; i < 500; i++) {
      daemon(i % 3).put(table, "key " + i, cluster.value(i, 0, "v"));
    }
    var order = new RepairOrder("op-1", List.of(table.id()));
    RepairProgress first = order(0, order);
    assertThat(first.isFinished()).isFalse();
    assertThat(first.getTotal()).isEqualTo(3);

    RepairProgress last = finished(0, order);
    finished(1, order);
    finished(2, order);

    assertAlike(0, 1, 2);
    assertThat(last.getDone()).isEqualTo(3);
    assertThat(last.getFailed()).isZero();
    assertThat(last.getRecords()).isPositive();
    assertThat(last.getBytes()).isPositive();
    assertThat(order(0, order)).isEqualTo(last);
  }

  @Test
  public void shouldCountPartitionsThatItCannotRepairAsFailed() {
    cluster.allServe();
    cluster.unreachable.add(daemon(1).id);
    var order = new RepairOrder("op-1", List.of(table.id())).setPartitions(List.of(0, 1));

    RepairProgress last = finished(0, order);

    assertThat(last.getDone()).isEqualTo(2);
    assertThat(last.getTotal()).isEqualTo(2);
    assertThat(last.getFailed()).isEqualTo(2);
    assertThat(last.getFailure()).contains("partition=");
  }
}
