// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.Table;
import java.util.Map;
import org.junit.Before;
import org.junit.Test;

/** Two daemons serve, the third is filled. */
public class PartitionFillTest {
  private static final int PARTITIONS = 4;
  private static final int RECORDS = 3000;

  private final RepairCluster cluster = new RepairCluster(3, PARTITIONS);
  private final Table table = cluster.table("d.t");

  @Before
  public void start() {
    cluster.daemons.forEach(RepairCluster.Daemon::start);
    cluster.publish((p, d) -> d == 2 ? null : ReplicaState.SERVING);
  }

  private RepairCluster.Daemon daemon(int i) {
    return cluster.daemons.get(i);
  }

  private void give() {
    cluster.calls.clear();
    cluster.bytes.clear();
    cluster.publish((p, d) -> d == 2 ? ReplicaState.FILLING : ReplicaState.SERVING);
  }

  private void awaitFilled() {
    cluster.time.runUntil("the third is filled", () -> daemon(0).ready.size() == PARTITIONS);
  }

  private void fill() {
    give();
    awaitFilled();
  }

  private void putInBoth(Table in) {
    for (int i = 0; i < RECORDS; i++) {
      for (int d = 0; d < 2; d++) {
        daemon(d).put(in, "key " + i, cluster.value(0, 0, "value " + i));
      }
    }
  }

  @Test
  public void shouldLookAtNoRecordOfASourceWhoseTreeIsTheSame() {
    putInBoth(table);

    fill();

    assertThat(daemon(2).all(table)).isEqualTo(daemon(0).all(table));
    assertThat(cluster.calls).containsKeys("pullRecords", "partDigests");
    assertThat(cluster.calls).doesNotContainKeys("pullDigests", "pullHashes");
  }

  @Test
  public void shouldTakeWhatOneSourceAloneHolds() {
    putInBoth(table);
    for (int i = 0; i < 60; i++) {
      daemon(i % 2).put(table, "alone " + i, cluster.value(0, 0, "v"));
      daemon(i % 2).put(table, "key " + i, cluster.value(-1, 0, "newer"));
      daemon(i % 2).put(table, "key " + (100 + i), cluster.tombstone(0));
    }

    fill();

    assertThat(daemon(2).all(table)).hasSize(RECORDS + 60);
    for (int i = 0; i < 60; i++) {
      long now = cluster.time.wall.millis();
      assertThat(daemon(2).get(table, "alone " + i).live(now)).hasSize(1);
      assertThat(daemon(2).get(table, "key " + i).newestLive(now).value()).hasSize(5);
      assertThat(daemon(2).get(table, "key " + (100 + i)).live(now)).isEmpty();
    }
    // A difference costs the digests of what is near it, and not of all.
    assertThat(cluster.bytes.get("pullDigests")).isLessThan(RECORDS * 16L);
  }

  @Test
  public void shouldCompareAllRecordsOfCaches() {
    Table cache = cluster.table("d.c", ConsistencyMode.EVENTUAL, MemoryMode.CACHE);
    putInBoth(cache);
    daemon(1).put(cache, "alone", cluster.value(0, 0, "v"));
    daemon(0).put(cache, "alone too", cluster.value(0, 0, "v"));

    fill();

    assertThat(daemon(2).all(cache)).hasSize(RECORDS + 2);
    assertThat(daemon(1).engine.digestBytes()).isZero();
  }

  @Test
  public void shouldGoOnWhereItWasAfterItsSourcesWereAway() {
    putInBoth(table);
    give();
    cluster.time.runUntil("it has begun", () -> daemon(2).all(table).size() > RECORDS / 10);
    cluster.unreachable.add(daemon(0).id);
    cluster.unreachable.add(daemon(1).id);
    cluster.time.runFor(10_000);
    assertThat(daemon(2).all(table)).hasSizeLessThan(RECORDS);
    cluster.unreachable.clear();
    cluster.calls.clear();

    awaitFilled();

    assertThat(daemon(2).all(table)).isEqualTo(daemon(0).all(table));
    // Batches of 4 KiB, of which about a hundred hold all.
    Map<String, Integer> calls = cluster.calls;
    assertThat(calls.get("pullRecords")).isLessThan(100);
  }

  @Test
  public void shouldReadAllFromAnotherSourceWhenItsFirstIsGone() {
    putInBoth(table);
    give();
    cluster.time.runUntil("it has begun", () -> daemon(2).all(table).size() > RECORDS / 10);

    cluster.publish((p, d) -> d == 1 ? null : d == 2 ? ReplicaState.FILLING : ReplicaState.SERVING);
    awaitFilled();

    assertThat(daemon(2).all(table)).isEqualTo(daemon(0).all(table));
  }

  @Test
  public void shouldKeepWhatIsWrittenMeanwhile() {
    putInBoth(table);
    give();
    for (int i = 0; i < 200; i++) {
      for (int d = 0; d < 3; d++) {
        daemon(d).put(table, "key " + 7 * i, cluster.value(-10, 0, "newer"));
      }
      cluster.time.runFor(1);
    }
    awaitFilled();

    for (int i = 0; i < 200; i++) {
      assertThat(
              daemon(2).get(table, "key " + 7 * i).newestLive(cluster.time.wall.millis()).value())
          .hasSize(5);
    }
    assertThat(daemon(2).all(table)).hasSize(RECORDS);
  }

  private static ReplicaState thirdIsFilled(int partition, int daemon) {
    return daemon == 2 ? ReplicaState.FILLING : ReplicaState.SERVING;
  }

  @Test
  public void shouldKeepWhatItReportedFilledThoughAMapWasNotSeen() {
    Table strong = cluster.table("d.s", ConsistencyMode.STRONG, MemoryMode.STORE);
    putInBoth(strong);
    fill();

    // The controller has the report, and may let the replica serve in any map from now on.
    cluster.skipMap();
    cluster.publish(PartitionFillTest::thirdIsFilled);
    cluster.time.runFor(1);
    cluster.allServe();
    cluster.time.runFor(1000);

    assertThat(daemon(2).all(strong)).isEqualTo(daemon(0).all(strong));
  }

  @Test
  public void shouldForgetWhatAnEarlierPrimaryGaveToItAlone() {
    Table strong = cluster.table("d.s", ConsistencyMode.STRONG, MemoryMode.STORE);
    putInBoth(strong);
    fill();
    String alone = keyOfPartition(strong, 0);
    daemon(2).put(strong, alone, cluster.value(0, 0, "v"));
    daemon(0).ready.clear();

    cluster.outdatedBefore = cluster.epoch() + 1;
    cluster.publish((p, d) -> d == 0 ? null : thirdIsFilled(p, d));
    awaitFilled();

    assertThat(daemon(2).all(strong)).isEqualTo(daemon(1).all(strong));
  }

  private String keyOfPartition(Table in, int partition) {
    int i = 0;
    while (daemon(0).maps.seen().map().partitionOf(RepairCluster.hash(in, "alone " + i))
        != partition) {
      i++;
    }
    return "alone " + i;
  }
}
