// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.TestCluster.buffer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Limits;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.Await;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.replication.TableSettings;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.ScanResult;
import io.sedna.thrift.generated.TableAlteration;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import io.sedna.thrift.generated.WriteStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.After;
import org.junit.Test;

/** Reads and writes over several daemons' replicas, over real sockets. */
public class ReplicationTest {
  private TestCluster cluster = new TestCluster(3);

  @After
  public void close() {
    cluster.close();
  }

  static void assertFails(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
  }

  @Test
  public void shouldReadAtAnyDaemonWhatWasWrittenAtAnother() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());

    for (int i = 0; i < 30; i++) {
      assertThat(cluster.put(i % 3, "d.t", "k" + i, "v" + i).getStatus()).isEqualTo(WriteStatus.OK);
    }

    for (int i = 0; i < 30; i++) {
      assertThat(cluster.get((i + 1) % 3, "d.t", "k" + i)).isEqualTo("v" + i);
    }
    assertThat(cluster.get(0, "d.t", "absent")).isNull();
  }

  @Test
  public void shouldKeepEveryWriteAtEveryReplica() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());

    for (int i = 0; i < 50; i++) {
      cluster.put(0, "d.t", "k" + i, "v");
    }

    for (TestDaemon daemon : cluster.daemons) {
      Await.until(
          "all records are at " + daemon.id, () -> daemon.engine.statistics().records() == 50);
    }
  }

  @Test
  public void shouldForwardAtADaemonThatHoldsNoReplica() {
    cluster.table("d.t", 2, 2, 2);
    cluster.publish(cluster.map((p, d) -> d == 2 ? null : ReplicaState.SERVING));

    cluster.put(2, "d.t", "k", "v");

    assertThat(cluster.get(2, "d.t", "k")).isEqualTo("v");
    assertThat(cluster.daemon(2).engine.statistics().records()).isZero();
  }

  @Test
  public void shouldAnswerOutdatedForAnOlderWrite() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());
    cluster.put(0, 0, "d.t", buffer("k"), buffer("new"), new WriteOptions().setTimestamp(20));

    WriteResult older =
        cluster.put(1, 0, "d.t", buffer("k"), buffer("old"), new WriteOptions().setTimestamp(10));
    WriteResult again =
        cluster.put(1, 0, "d.t", buffer("k"), buffer("new"), new WriteOptions().setTimestamp(20));

    assertThat(older.getStatus()).isEqualTo(WriteStatus.OUTDATED);
    assertThat(older.getTimestamp()).isEqualTo(10);
    assertThat(again.getStatus()).isEqualTo(WriteStatus.OK);
    assertThat(cluster.get(2, "d.t", "k")).isEqualTo("new");
  }

  @Test
  public void shouldKeepEachSourcesVersionOfWriteAll() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());

    cluster.putAll(0, "d.t", "k", "a", new WriteOptions().setSource(1).setTimestamp(10));
    cluster.putAll(1, "d.t", "k", "b", new WriteOptions().setSource(2).setTimestamp(5));

    assertThat(cluster.getAll(2, "d.t", "k")).containsExactly("a", "b");
    assertThat(cluster.get(2, "d.t", "k")).isEqualTo("a");
  }

  @Test
  public void shouldDeleteAndWriteAgain() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());
    cluster.put(0, "d.t", "k", "v");

    assertThat(cluster.delete(1, "d.t", "k").getStatus()).isEqualTo(WriteStatus.OK);
    assertThat(cluster.get(2, "d.t", "k")).isNull();

    cluster.put(2, "d.t", "k", "w");

    assertThat(cluster.get(0, "d.t", "k")).isEqualTo("w");
  }

  @Test
  public void shouldTouchTheNewestVersion() {
    // All have to know: one that missed it would prolong the life again.
    cluster.table("d.t", 3, 2, 3);
    cluster.publish(cluster.allServe());
    WriteResult put = cluster.put(0, "d.t", "k", "v");

    WriteResult touched = cluster.touch(1, "d.t", "k", 1000);

    assertThat(touched).isEqualTo(put);
    assertThat(cluster.get(2, "d.t", "k")).isEqualTo("v");

    cluster.wall.advance(Duration.ofMillis(1001));

    assertThat(cluster.get(2, "d.t", "k")).isNull();
    assertThat(cluster.touch(1, "d.t", "k", 1000).getStatus()).isEqualTo(WriteStatus.NOT_FOUND);
  }

  @Test
  public void shouldServeWithOneReplicaDown() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());
    for (int i = 0; i < 20; i++) {
      cluster.put(0, "d.t", "k" + i, "v" + i);
    }

    cluster.daemon(2).close();

    for (int i = 0; i < 20; i++) {
      assertThat(cluster.get(0, "d.t", "k" + i)).isEqualTo("v" + i);
      assertThat(cluster.put(1, "d.t", "k" + i, "w" + i).getStatus()).isEqualTo(WriteStatus.OK);
      assertThat(cluster.get(0, "d.t", "k" + i)).isEqualTo("w" + i);
    }
    assertThat(scanAll(0, "d.t", new ScanRequest().setMaxRecords(3))).hasSize(20);
  }

  @Test
  public void shouldNotWaitForAReplicaThatHangs() throws IOException {
    cluster.table("d.t", 3, 2, 2);
    try (var hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var nodes = new ArrayList<MapNode>();
      nodes.add(cluster.daemon(0).node());
      nodes.add(
          new MapNode(
              cluster.daemon(1).id, "127.0.0.1", hangs.getLocalPort(), 0, MapNode.DEFAULT_RACK, 1));
      nodes.add(cluster.daemon(2).node());
      var map = PartitionMap.builder(1, TestCluster.PARTITIONS, 3, nodes);
      for (int p = 0; p < TestCluster.PARTITIONS; p++) {
        for (int n = 0; n < 3; n++) {
          map.add(p, n, ReplicaState.SERVING);
        }
      }
      cluster.publish(map.build());

      cluster.put(0, "d.t", "k", "v");

      assertThat(cluster.get(0, "d.t", "k")).isEqualTo("v");
      assertThat(scanAll(0, "d.t", new ScanRequest())).containsExactly("k");
    }
  }

  @Test
  public void shouldGoByANewerMapOnceItComes() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.map((p, d) -> d == 0 ? null : ReplicaState.SERVING));
    PartitionMap newer = cluster.map((p, d) -> d == 1 ? ReplicaState.SERVING : null);
    cluster.table("d.one", 1, 1, 1);
    cluster.daemon(1).view.setMap(newer);
    cluster.daemon(2).view.setMap(newer);

    // The first daemon still goes by the old map; the second one no longer holds what it says.
    CompletableFuture<String> got =
        CompletableFuture.supplyAsync(
            () -> {
              cluster.put(0, "d.one", "k", "v");
              return cluster.get(0, "d.one", "k");
            });
    Await.until("the call is under way", () -> cluster.daemon(0).metrics.writes() > 0);
    cluster.daemon(0).view.setMap(newer);

    assertThat(TestCluster.await(got)).isEqualTo("v");
  }

  @Test
  public void shouldBoundWhatAllSourcesOfARecordTakeTogether() {
    cluster.close();
    cluster = new TestCluster(1);
    cluster.table("d.t", 1, 1, 1);
    cluster.publish(cluster.allServe());
    String half = "x".repeat(TestDaemon.MAX_FRAME_BYTES / 2);
    int fit = Limits.MAX_VALUE_BYTES / half.length();
    for (int source = 0; source < fit; source++) {
      cluster.putAll(0, "d.t", "k", half, new WriteOptions().setSource(source));
    }

    assertFails(
        ErrorCode.VALUE_TOO_LARGE,
        () -> cluster.putAll(0, "d.t", "k", half, new WriteOptions().setSource(fit)));
    cluster.putAll(0, "d.t", "k", half, new WriteOptions().setSource(0));
  }

  @Test
  public void shouldNameTheNumbersWhereReplicasAreMissing() {
    cluster.table("d.all", 3, 1, 3);
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());
    cluster.put(0, "d.t", "k", "v");
    cluster.daemon(1).close();

    assertThatThrownBy(() -> cluster.put(0, "d.all", "k", "v"))
        .hasMessageContaining("needed=3")
        .hasMessageContaining("live=3")
        .hasMessageContaining("acknowledged=")
        .hasMessageContaining("epoch=1");
    assertThat(cluster.get(0, "d.all", "k")).isEqualTo("v");

    cluster.daemon(2).close();

    assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> cluster.put(0, "d.t", "k", "v"));
    assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> cluster.get(0, "d.t", "k"));
    assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> cluster.scan(0, "d.t", new ScanRequest()));
  }

  @Test
  public void shouldServeATableOfOneCopyFromItsFirstReplica() {
    cluster.table("d.one", 1, 1, 1);
    cluster.publish(cluster.allServe());

    for (int i = 0; i < 30; i++) {
      cluster.put(i % 3, "d.one", "k" + i, "v" + i);
      assertThat(cluster.get((i + 1) % 3, "d.one", "k" + i)).isEqualTo("v" + i);
    }
  }

  @Test
  public void shouldDoBatchesEntryByEntry() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());
    var entries = new ArrayList<PutEntry>();
    var keys = new ArrayList<ByteBuffer>();
    for (int i = 0; i < 1000; i++) {
      entries.add(new PutEntry(buffer("k" + i), buffer("v" + i)));
      keys.add(buffer("k" + i));
    }
    entries.add(500, new PutEntry(buffer(""), buffer("v")));
    keys.add(200, buffer("absent"));
    keys.add(300, buffer(""));

    List<WriteResult> written = cluster.multiPut(0, "d.t", entries);
    List<ReadResult> read = cluster.multiGet(1, "d.t", keys);

    assertThat(written).hasSize(1001);
    assertThat(written.get(500).getError().getName()).isEqualTo("KEY_EMPTY");
    assertThat(written.stream().filter(w -> !w.isSetError())).hasSize(1000);
    assertThat(read).hasSize(1002);
    assertThat(TestCluster.text(read.get(0))).isEqualTo("v0");
    assertThat(TestCluster.text(read.get(200))).isNull();
    assertThat(read.get(300).getError().getName()).isEqualTo("KEY_EMPTY");
    assertThat(TestCluster.text(read.get(1001))).isEqualTo("v999");
  }

  private Set<String> scanAll(int daemon, String table, ScanRequest request) {
    var keys = new HashSet<String>();
    var next = new ScanRequest(request);
    while (true) {
      ScanResult result = cluster.scan(daemon, table, next);
      result.getRecords().forEach(r -> keys.add(new String(r.getKey(), UTF_8)));
      if (result.isDone()) {
        return keys;
      }
      next.setStartHash(result.getNextHash());
    }
  }

  @Test
  public void shouldScanEverythingInBatchesOfAnySize() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());
    var expected = new HashSet<String>();
    for (int i = 0; i < 200; i++) {
      String key = (i % 2 == 0 ? "even" : "odd") + i;
      cluster.put(i % 3, "d.t", key, "v");
      expected.add(key);
    }
    for (int i = 0; i < 200; i += 10) {
      cluster.delete(0, "d.t", "even" + i);
      expected.remove("even" + i);
    }

    assertThat(scanAll(0, "d.t", new ScanRequest())).isEqualTo(expected);
    assertThat(scanAll(1, "d.t", new ScanRequest().setMaxRecords(1))).isEqualTo(expected);
    assertThat(scanAll(2, "d.t", new ScanRequest().setMaxBytes(20))).isEqualTo(expected);
    assertThat(scanAll(2, "d.t", new ScanRequest().setKeyPrefix(buffer("odd"))))
        .hasSize(100)
        .allMatch(k -> k.startsWith("odd"));
  }

  @Test
  public void shouldMergeInAScanWhatSingleReplicasMissed() {
    cluster.table("d.t", 3, 2, 2);
    var all = cluster.allServe();
    cluster.publish(all);
    for (int i = 0; i < 40; i++) {
      cluster.put(0, "d.t", "k" + i, "v");
    }
    Await.until("all are there", () -> cluster.daemon(2).engine.statistics().records() == 40);
    cluster.daemon(1).engine.dropPartition(3);
    cluster.daemon(2).engine.dropPartition(5);

    assertThat(scanAll(0, "d.t", new ScanRequest().setMaxRecords(2))).hasSize(40);
    assertThat(scanAll(1, "d.t", new ScanRequest().setMaxRecords(2))).hasSize(40);
    assertThat(scanAll(2, "d.t", new ScanRequest().setMaxRecords(2))).hasSize(40);
  }

  @Test
  public void shouldKeepTablesToTheirQuotasAndTakeUpNewOnesAtOnce() {
    Table table = cluster.table("d.limited", 3, 2, 2);
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());
    cluster.alter(table, new TableAlteration().setMaxBytes(1 << 20));
    String value = "x".repeat(300_000);
    for (int i = 0; i < 3; i++) {
      cluster.put(0, "d.limited", "k" + i, value);
    }

    assertThatThrownBy(() -> cluster.put(0, "d.limited", "more", value))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("table d.limited")
        .hasMessageContaining("maxBytes=1048576")
        .hasMessageMatching("(?s).*the table uses used=90[0-9]{4}.*");
    cluster.put(0, "d.t", "of another table", value);
    cluster.alter(table, new TableAlteration().setMaxBytes(2 << 20));
    cluster.put(0, "d.limited", "more", value);
  }

  @Test
  public void shouldRefuseWritesOfStoreTablesAndNotDeletesWhenMemoryIsFull() {
    cluster.close();
    cluster = new TestCluster(3, new TestDaemon.ServerLimits(100, 20_000));
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());
    String value = "x".repeat(4000);
    for (int i = 0; i < 4; i++) {
      cluster.put(0, "d.t", "k" + i, value);
    }

    assertFails(ErrorCode.OUT_OF_MEMORY, () -> cluster.put(0, "d.t", "more", value));
    assertThat(cluster.delete(0, "d.t", "k0").getStatus()).isEqualTo(WriteStatus.OK);
    Await.until("there is memory again", () -> cluster.put(0, "d.t", "more", value) != null);
  }

  /** Puts a record into one daemon's replica, as if the others had missed it. */
  private void leave(int daemon, Table table, String key, String value, long aheadMs) {
    byte[] bytes = key.getBytes(UTF_8);
    long hash = KeyHash.ofTable(table.id()).hash(bytes);
    TestDaemon at = cluster.daemon(daemon);
    at.engine
        .store(table.id(), at.maps.seen().map().partitionOf(hash), TableSettings.options(table))
        .writeLatest(
            bytes,
            hash,
            StoredVersion.value(
                HybridClock.ofMillis(cluster.wall.millis() + aheadMs),
                0,
                0,
                value.getBytes(UTF_8)));
  }

  @Test
  public void shouldNotCountAReplicaThatHasMovedAwayUnseen() {
    cluster.close();
    cluster = new TestCluster(4);
    Table table = cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.map((p, d) -> d == 3 ? null : ReplicaState.SERVING));
    cluster.put(0, "d.t", "k", "old");
    PartitionMap moved = cluster.map((p, d) -> d == 2 ? null : ReplicaState.SERVING);
    List.of(0, 1, 3).forEach(d -> cluster.daemon(d).view.setMap(moved));
    // Acknowledged by two of the three replicas that there are now.
    leave(1, table, "k", "new", 1);
    leave(3, table, "k", "new", 1);

    assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> cluster.get(2, "d.t", "k"));
    cluster.daemon(2).view.setMap(moved);

    assertThat(cluster.get(2, "d.t", "k")).isEqualTo("new");
  }

  @Test
  public void shouldNeedOneAnswerMoreWhileAPartitionMoves() {
    needsThreeOfFour(ReplicaState.FILLING);
  }

  @Test
  public void shouldNeedOneAnswerMoreUntilTheOneTooManyHasGone() {
    needsThreeOfFour(ReplicaState.SERVING);
  }

  private void needsThreeOfFour(ReplicaState ofTheFourth) {
    cluster.close();
    cluster = new TestCluster(4);
    cluster.table("d.t", 3, 2, 2);
    PartitionMap moving = cluster.map((p, d) -> d == 3 ? ofTheFourth : ReplicaState.SERVING);
    List.of(0, 1).forEach(d -> cluster.daemon(d).view.setMap(moving));

    // Two of the three that serve may be one of the three that serve after the move.
    assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> cluster.put(0, "d.t", "k", "v"));
    cluster.daemon(3).view.setMap(moving);

    assertThat(cluster.put(0, "d.t", "k", "v").getStatus()).isEqualTo(WriteStatus.OK);
  }
}
