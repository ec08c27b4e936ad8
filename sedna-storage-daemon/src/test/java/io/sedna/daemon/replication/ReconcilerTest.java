// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.StoredVersion;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.Test;

/** Two replicas that are made alike. */
public class ReconcilerTest {
  private static final int PARTITIONS = 4;

  private RepairCluster cluster = new RepairCluster(2, PARTITIONS);
  private Table table = cluster.table("d.t");

  private Reconciler.Outcome reconcile(int partition) {
    CompletableFuture<Reconciler.Outcome> done =
        cluster
            .daemons
            .get(0)
            .repair
            .reconciler()
            .reconcile(table.id(), partition, cluster.daemons.get(1).node, false);
    cluster.time.runUntil("the end of the repair", done::isDone);
    return done.join();
  }

  private Reconciler.Outcome reconcileAll() {
    Reconciler.Outcome sum = Reconciler.Outcome.NOTHING;
    for (int p = 0; p < PARTITIONS; p++) {
      sum = sum.plus(reconcile(p));
    }
    return sum;
  }

  private void put(int daemon, String key, StoredVersion version) {
    cluster.daemons.get(daemon).put(table, key, version);
  }

  private void assertAlike() {
    assertThat(cluster.daemons.get(0).all(table)).isEqualTo(cluster.daemons.get(1).all(table));
  }

  @Test
  public void shouldFindNothingWhereNothingIs() {
    cluster.allServe();

    assertThat(reconcileAll().pulled()).isZero();
    assertThat(cluster.calls).doesNotContainKey("compareRecords");
  }

  @Test
  public void shouldSendWhatOneReplicaMissed() {
    cluster.allServe();
    put(0, "both", cluster.value(50, 0, "same"));
    put(1, "both", cluster.value(50, 0, "same"));
    put(0, "mine", cluster.value(50, 0, "a"));
    put(1, "yours", cluster.value(50, 0, "b"));

    Reconciler.Outcome outcome = reconcileAll();

    assertAlike();
    assertThat(cluster.daemons.get(1).all(table)).hasSize(3);
    assertThat(outcome.pulled()).isEqualTo(1);
    assertThat(outcome.pushed()).isEqualTo(1);
  }

  @Test
  public void shouldLetTheNewerVersionWinAndSendThatAlone() {
    cluster.allServe();
    put(0, "k", cluster.value(50, 0, "new"));
    put(1, "k", cluster.value(90, 0, "old"));
    put(0, "l", cluster.value(90, 0, "old"));
    put(1, "l", cluster.value(50, 0, "new"));

    Reconciler.Outcome outcome = reconcileAll();

    assertAlike();
    assertThat(outcome.pulled()).isEqualTo(1);
    assertThat(outcome.pushed()).isEqualTo(1);
  }

  @Test
  public void shouldMakeManyRecordsOfAllKindsAlike() {
    for (int seed = 0; seed < 40; seed++) {
      cluster = new RepairCluster(2, PARTITIONS, 1 << (8 + seed % 10), 0);
      table = cluster.table("d.t");
      cluster.allServe();
      diverge(new Random(seed));

      reconcileAll();

      assertThat(cluster.daemons.get(0).all(table))
          .as("seed=%d", seed)
          .isEqualTo(cluster.daemons.get(1).all(table));
      assertThat(reconcileAll().pulled()).isZero();
    }
  }

  private void diverge(Random random) {
    int keys = 1 << random.nextInt(14);
    int rarely = 1 + random.nextInt(50);
    for (int i = 0; i < keys; i++) {
      StoredVersion version = random(random);
      put(0, "key " + i, version);
      put(1, "key " + i, version);
      if (random.nextInt(rarely) == 0) {
        for (int n = random.nextInt(3); n >= 0; n--) {
          put(random.nextInt(2), "key " + i, random(random));
        }
      }
      if (random.nextInt(rarely) == 0) {
        put(random.nextInt(2), "new " + i, random(random));
      }
    }
  }

  private StoredVersion random(Random random) {
    long agoMs = random.nextInt(10_000);
    if (random.nextInt(4) == 0) {
      return cluster.tombstone(agoMs);
    }
    int source = random.nextInt(4) == 0 ? random.nextInt() : 0;
    StoredVersion value = cluster.value(agoMs, source, "v" + agoMs);
    return random.nextInt(8) == 0
        ? value.expiringAt(cluster.time.wall.millis() + 1_000_000_000 + random.nextInt(1000))
        : value;
  }

  @Test
  public void shouldNotBringBackWhatASweepDroppedHereOnly() {
    cluster.allServe();
    long expired = cluster.time.wall.millis() + 1000;
    put(0, "k", cluster.value(50, 0, "a").expiringAt(expired));
    put(1, "k", cluster.value(50, 0, "a").expiringAt(expired));
    cluster.time.runFor(2 * RepairCluster.GRACE_MS);
    cluster.daemons.get(0).sweep();

    Reconciler.Outcome outcome = reconcileAll();

    assertThat(outcome.pulled() + outcome.pushed()).isZero();
    assertThat(cluster.daemons.get(0).all(table)).isEmpty();
  }

  @Test
  public void shouldSpreadATouch() {
    cluster.allServe();
    StoredVersion version = cluster.value(50, 0, "a");
    put(0, "k", version.expiringAt(cluster.time.wall.millis() + 10_000));
    put(1, "k", version.expiringAt(cluster.time.wall.millis() + 90_000));

    reconcileAll();

    assertAlike();
  }

  @Test
  public void shouldSendLittleMoreThanWhatDiffers() {
    cluster = new RepairCluster(2, PARTITIONS, 1 << 20, 0);
    table = cluster.table("d.t");
    cluster.allServe();
    byte[] value = new byte[100];
    long now = cluster.time.wall.millis();
    var random = new Random(1);
    int keys = 100_000;
    int differing = 0;
    for (int i = 0; i < keys; i++) {
      String key = String.format("key-%012d", i);
      long atMs = now - random.nextInt(3_600_000);
      put(1, key, at(atMs, value));
      boolean differs = random.nextInt(5) == 0;
      differing += differs ? 1 : 0;
      put(0, key, at(differs ? now : atMs, value));
    }

    reconcileAll();

    assertAlike();
    double ratio = cluster.allBytes() / (116.0 * differing);
    assertThat(ratio).as("%s", cluster.wire()).isLessThan(1.3);
  }

  private static StoredVersion at(long atMs, byte[] value) {
    return StoredVersion.value(io.sedna.common.time.HybridClock.ofMillis(atMs), 0, 0, value);
  }

  @Test
  public void shouldHoldNoMoreThanABatchAtOnceHoweverMuchDiffers() {
    cluster = new RepairCluster(2, PARTITIONS, 20_000, 0);
    table = cluster.table("d.t");
    cluster.allServe();
    for (int i = 0; i < 40_000; i++) {
      put(i % 2, "key " + i, cluster.value(50, 0, "x".repeat(i % 1000)));
    }

    reconcileAll();

    assertAlike();
    assertThat(cluster.allBytes()).isGreaterThan(20_000_000);
    // A batch and its last record; or 4096 fingerprints, or heads of 8192 records.
    assertThat(cluster.largest).isLessThan(70_000);
  }

  @Test
  public void shouldKeepToItsBandwidth() {
    cluster = new RepairCluster(2, PARTITIONS, 1000, 10_000);
    table = cluster.table("d.t");
    cluster.allServe();
    for (int i = 0; i < 100; i++) {
      put(0, "key " + i, cluster.value(50, 0, "x".repeat(1000)));
    }
    long before = cluster.time.wall.millis();

    reconcileAll();

    assertAlike();
    assertThat(cluster.time.wall.millis() - before).isBetween(9_000L, 15_000L);
  }

  @Test
  public void shouldFailWhereTheOtherOneDoesNotServe() {
    cluster.publish((p, d) -> d == 0 ? ReplicaState.SERVING : ReplicaState.FILLING);

    SednaException e = failure();

    assertThat(e.code()).isEqualTo(ErrorCode.LOADING);
  }

  @Test
  public void shouldFailWhereTheOtherOneDoesNotAnswer() {
    cluster.allServe();
    cluster.unreachable.add(cluster.daemons.get(1).id);

    assertThat(failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  private SednaException failure() {
    try {
      reconcile(0);
    } catch (CompletionException e) {
      return (SednaException) e.getCause();
    }
    throw new AssertionError("it did not fail");
  }
}
