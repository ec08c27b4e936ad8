// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.conf.EventualConfig;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.Await;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.replication.TableSettings;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.WriteOptions;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.After;
import org.junit.Test;

/** What reads find amiss among replicas, and what becomes of it. */
public class ReadRepairTest {
  private TestCluster cluster = new TestCluster(3);

  @After
  public void close() {
    cluster.close();
  }

  /** What one daemon's replica holds of a key. */
  private StoredRecord held(int daemon, Table table, String key) {
    byte[] bytes = key.getBytes(UTF_8);
    return store(daemon, table, key).read(bytes, hash(table, key));
  }

  private static long hash(Table table, String key) {
    return KeyHash.ofTable(table.id()).hash(key.getBytes(UTF_8));
  }

  private PartitionStore store(int daemon, Table table, String key) {
    int partition = cluster.daemon(daemon).view.map().orElseThrow().partitionOf(hash(table, key));
    return cluster.daemon(daemon).engine.store(table.id(), partition, TableSettings.options(table));
  }

  /** Merges into one replica alone, as if the others had missed it. */
  private void only(int daemon, Table table, String key, StoredVersion version) {
    store(daemon, table, key)
        .merge(StoredRecord.of(key.getBytes(UTF_8), hash(table, key), List.of(version)));
  }

  private static StoredVersion value(long timestamp, int source, String value) {
    return StoredVersion.value(timestamp, source, 0, value.getBytes(UTF_8));
  }

  private long mismatches() {
    return cluster.daemons.stream()
        .mapToLong(d -> d.metrics.replication().digestMismatches())
        .sum();
  }

  @Test
  public void shouldReadOneRecordAndDigestsWhereReplicasAgree() {
    cluster.table("d.t", 3, 3, 3);
    cluster.publish(cluster.allServe());
    for (int i = 0; i < 50; i++) {
      cluster.put(0, "d.t", "k" + i, "v" + i);
    }

    for (int i = 0; i < 50; i++) {
      assertThat(cluster.get(i % 3, "d.t", "k" + i)).isEqualTo("v" + i);
      assertThat(cluster.getAll(i % 3, "d.t", "k" + i)).containsExactly("v" + i);
    }
    assertThat(cluster.get(0, "d.t", "absent")).isNull();
    assertThat(mismatches()).isZero();
  }

  @Test
  public void shouldAnswerTheNewestAndGiveItToReplicasThatLackIt() {
    Table table = cluster.table("d.t", 3, 3, 3);
    cluster.publish(cluster.allServe());
    for (int stale = 0; stale < 3; stale++) {
      for (int reader = 0; reader < 3; reader++) {
        String key = "k" + stale + reader;
        cluster.put(
            0, 0, "d.t", TestCluster.buffer(key), ByteBuffer.wrap(new byte[] {'o'}), at(10));
        for (int daemon = 0; daemon < 3; daemon++) {
          if (daemon != stale) {
            only(daemon, table, key, value(20, 0, "new"));
          }
        }

        assertThat(cluster.get(reader, "d.t", key)).isEqualTo("new");

        int repaired = stale;
        Await.until(
            "repaired", () -> held(repaired, table, key).versions().get(0).timestamp() == 20);
      }
    }
    assertThat(mismatches()).isPositive();
    assertThat(repairs()).isEqualTo(9);
  }

  private static WriteOptions at(long timestamp) {
    return new WriteOptions().setTimestamp(timestamp);
  }

  private long repairs() {
    return cluster.daemons.stream().mapToLong(d -> d.metrics.replication().readRepairs()).sum();
  }

  @Test
  public void shouldRepairAReplicaThatHoldsNothing() {
    Table table = cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());
    only(1, table, "k", value(20, 0, "v"));

    Await.until(
        "found at a quorum with the one that has it", () -> "v".equals(cluster.get(1, "d.t", "k")));

    Await.until("repaired", () -> !held(0, table, "k").isEmpty() || !held(2, table, "k").isEmpty());
  }

  @Test
  public void shouldNotLetADeletedRecordComeBack() {
    Table table = cluster.table("d.t", 3, 3, 2);
    cluster.publish(cluster.allServe());
    cluster.put(0, 0, "d.t", TestCluster.buffer("k"), TestCluster.buffer("v"), at(10));
    Await.until(
        "everywhere", () -> !held(2, table, "k").isEmpty() && !held(1, table, "k").isEmpty());
    only(1, table, "k", StoredVersion.tombstone(20, 0, cluster.wall.millis() + 60_000));

    assertThat(cluster.get(0, "d.t", "k")).isNull();

    for (int daemon = 0; daemon < 3; daemon++) {
      int repaired = daemon;
      Await.until("deleted", () -> held(repaired, table, "k").versions().get(0).tombstone());
      assertThat(held(daemon, table, "k").versions()).hasSize(1);
    }
  }

  @Test
  public void shouldGiveEverySourcesVersionToThoseThatLackIt() {
    Table table = cluster.table("d.t", 3, 3, 2);
    cluster.publish(cluster.allServe());
    only(0, table, "k", value(10, 1, "a"));
    only(1, table, "k", value(20, 2, "b"));
    only(2, table, "k", value(30, 3, "c"));

    assertThat(cluster.getAll(0, "d.t", "k")).containsExactly("c", "b", "a");

    for (int daemon = 0; daemon < 3; daemon++) {
      int repaired = daemon;
      Await.until("all sources", () -> held(repaired, table, "k").versions().size() == 3);
    }
    long before = mismatches();
    assertThat(cluster.getAll(1, "d.t", "k")).hasSize(3);
    assertThat(mismatches()).isEqualTo(before);
  }

  @Test
  public void shouldTellValuesOfOneVersionApartAndLetTheSameOneWinEverywhere() {
    Table table = cluster.table("d.t", 3, 3, 2);
    cluster.publish(cluster.allServe());
    only(0, table, "k", value(10, 1, "abc"));
    only(1, table, "k", value(10, 1, "abd"));
    only(2, table, "k", value(10, 1, "abb"));

    assertThat(cluster.get(0, "d.t", "k")).isEqualTo("abd");

    for (int daemon = 0; daemon < 3; daemon++) {
      int repaired = daemon;
      Await.until("alike", () -> held(repaired, table, "k").equals(held(1, table, "k")));
    }
  }

  @Test
  public void shouldRepairWhatScansFind() {
    Table table = cluster.table("d.t", 3, 3, 2);
    cluster.publish(cluster.allServe());
    for (int i = 0; i < 60; i++) {
      only(i % 3, table, "k" + i, value(10 + i, 0, "v" + i));
    }

    var next = new ScanRequest().setMaxRecords(7);
    int found = 0;
    while (true) {
      var result = cluster.scan(0, "d.t", next);
      found += result.getRecordsSize();
      if (result.isDone()) {
        break;
      }
      next.setStartHash(result.getNextHash());
    }

    assertThat(found).isEqualTo(60);
    for (TestDaemon daemon : cluster.daemons) {
      Await.until("all", () -> daemon.engine.statistics().records() == 60);
    }
  }

  @Test
  public void shouldDropRepairsBeyondTheBoundAndCountThem() {
    cluster.close();
    cluster = new TestCluster(3, TestDaemon.ServerLimits.of(new EventualConfig(0, 0, 1000, 0)));
    Table table = cluster.table("d.t", 3, 3, 2);
    cluster.publish(cluster.allServe());
    only(1, table, "k", value(20, 0, "v"));

    assertThat(cluster.get(0, "d.t", "k")).isEqualTo("v");

    Await.until("counted", () -> cluster.daemon(0).metrics.replication().droppedReadRepairs() == 2);
    assertThat(held(0, table, "k").isEmpty()).isTrue();
    assertThat(repairs()).isZero();
  }

  @Test
  public void shouldLeaveACacheWhatItForgot() {
    Table table = cluster.table("d.c", 3, 3, 2, MemoryMode.CACHE, false);
    cluster.publish(cluster.allServe());
    only(0, table, "old", value(10, 0, "old"));
    only(1, table, "old", value(20, 0, "new"));

    assertThat(cluster.get(0, "d.c", "old")).isEqualTo("new");

    Await.until("repaired", () -> held(0, table, "old").versions().get(0).timestamp() == 20);
    assertThat(held(2, table, "old").isEmpty()).isTrue();
  }
}
