// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.ReplicationTest.assertFails;
import static io.sedna.daemon.server.TestCluster.buffer;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.daemon.Await;
import io.sedna.daemon.metrics.StrongMetrics;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import io.sedna.thrift.generated.WriteStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.After;
import org.junit.Test;

/** Strong tables over several daemons' replicas, over real sockets. */
public class StrongTablesTest {
  private static final String TABLE = "d.s";

  private final TestCluster cluster = new TestCluster(3);
  private long sequence;

  @After
  public void close() {
    cluster.close();
  }

  private WriteOptions named() {
    return new WriteOptions().setRequestId(new RequestId(7, ++sequence, cluster.wall.millis()));
  }

  private WriteResult compareAndSet(
      int daemon, String key, long expected, String value, WriteOptions options) {
    return TestCluster.await(
        cluster
            .call(
                daemon,
                "compareAndSet",
                new Sedna.compareAndSet_args(
                    0, TABLE, buffer(key), expected, buffer(value), options),
                Sedna.compareAndSet_result::new)
            .thenApply(Sedna.compareAndSet_result::getSuccess));
  }

  private CompletableFuture<Long> increment(
      int daemon, String key, long delta, WriteOptions options) {
    return cluster
        .call(
            daemon,
            "increment",
            new Sedna.increment_args(0, TABLE, buffer(key), delta, options),
            Sedna.increment_result::new)
        .thenApply(Sedna.increment_result::getSuccess);
  }

  private WriteResult append(int daemon, String key, String suffix) {
    return append(daemon, key, suffix, named());
  }

  private WriteResult append(int daemon, String key, String suffix, WriteOptions options) {
    return TestCluster.await(
        cluster
            .call(
                daemon,
                "append",
                new Sedna.append_args(0, TABLE, buffer(key), buffer(suffix), options),
                Sedna.append_result::new)
            .thenApply(Sedna.append_result::getSuccess));
  }

  private static int partition(PartitionMap map, Table table, String key) {
    return map.partitionOf(KeyHash.ofTable(table.id()).hash(key.getBytes(StandardCharsets.UTF_8)));
  }

  /** Number of the daemon that is the primary of a key. */
  private static int primary(PartitionMap map, Table table, String key) {
    String name = map.primary(partition(map, table, key)).orElseThrow().id().value();
    return Integer.parseInt(name.substring(name.indexOf('-') + 1));
  }

  /** What a daemon's own replica holds of a key. */
  private String held(int daemon, PartitionMap map, Table table, String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    var store = cluster.daemon(daemon).engine.find(table.id(), partition(map, table, key));
    var newest =
        store == null
            ? null
            : store
                .read(bytes, KeyHash.ofTable(table.id()).hash(bytes))
                .newestLive(cluster.wall.millis());
    return newest == null ? null : new String(newest.value(), StandardCharsets.UTF_8);
  }

  @Test
  public void shouldHaveEachWriteAtEveryReplicaWhenItIsAnswered() {
    Table table = cluster.strong(TABLE, 2);
    PartitionMap map = cluster.allServe();
    cluster.publish(map);

    for (int i = 0; i < 60; i++) {
      assertThat(cluster.put(i % 3, TABLE, "k" + i, "v" + i).getStatus()).isEqualTo(WriteStatus.OK);

      for (int d = 0; d < 3; d++) {
        assertThat(held(d, map, table, "k" + i)).isEqualTo("v" + i);
        assertThat(cluster.get(d, TABLE, "k" + i)).isEqualTo("v" + i);
      }
    }
    assertThat(cluster.delete(1, TABLE, "k5").getStatus()).isEqualTo(WriteStatus.OK);
    assertThat(cluster.get(2, TABLE, "k5")).isNull();
    assertThat(cluster.scan(0, TABLE, new ScanRequest()).getRecords()).hasSize(59);
  }

  @Test
  public void shouldCountWhatItTakesOverAndRemembers() {
    cluster.strong(TABLE, 2);
    PartitionMap map = cluster.allServe();
    cluster.publish(map);

    Await.until(
        "all partitions are taken over", () -> sum(StrongMetrics::primaries) == map.partitions());
    assertThat(sum(StrongMetrics::takingOver)).isZero();
    assertThat(sum(StrongMetrics::takeOvers)).isEqualTo(map.partitions());
    assertThat(sum(StrongMetrics::requests)).isZero();

    assertThat(compareAndSet(0, "k", 0, "a", named()).getStatus()).isEqualTo(WriteStatus.OK);

    Await.until("all three remember it", () -> sum(StrongMetrics::requests) == 3);
    assertThat(sum(StrongMetrics::requestBytes)).isPositive();
  }

  private long sum(ToLongFunction<StrongMetrics> figure) {
    return IntStream.range(0, 3)
        .mapToLong(d -> figure.applyAsLong(cluster.daemon(d).strong.metrics()))
        .sum();
  }

  @Test
  public void shouldDecideConditionalWritesByWhatIsThere() {
    cluster.strong(TABLE, 2);
    cluster.publish(cluster.allServe());

    WriteResult created = compareAndSet(0, "k", 0, "a", named());
    assertThat(created.getStatus()).isEqualTo(WriteStatus.OK);
    WriteResult again = compareAndSet(1, "k", 0, "b", named());
    assertThat(again.getStatus()).isEqualTo(WriteStatus.MISMATCH);
    assertThat(again.getTimestamp()).isEqualTo(created.getTimestamp());
    WriteResult changed = compareAndSet(2, "k", created.getTimestamp(), "b", named());
    assertThat(changed.getStatus()).isEqualTo(WriteStatus.OK);
    assertThat(changed.getTimestamp()).isGreaterThan(created.getTimestamp());
    assertThat(compareAndSet(0, "none", 5, "c", named()).getStatus())
        .isEqualTo(WriteStatus.NOT_FOUND);
    assertThat(append(0, "none", "x").getStatus()).isEqualTo(WriteStatus.NOT_FOUND);
    assertThat(append(0, "k", "x").getStatus()).isEqualTo(WriteStatus.OK);
    assertThat(cluster.get(1, TABLE, "k")).isEqualTo("bx");
    assertFails(ErrorCode.NOT_A_NUMBER, () -> TestCluster.await(increment(0, "k", 1, named())));
    assertThat(cluster.get(1, TABLE, "k")).isEqualTo("bx");
  }

  @Test
  public void shouldAddUpWhatManyAddAtOnce() {
    cluster.strong(TABLE, 2);
    cluster.publish(cluster.allServe());

    var futures = new ArrayList<CompletableFuture<Long>>();
    for (int i = 0; i < 300; i++) {
      futures.add(increment(i % 3, "counter", 2, named()));
    }
    var sums = new ArrayList<Long>();
    futures.forEach(future -> sums.add(TestCluster.await(future)));

    assertThat(sums).doesNotHaveDuplicates().contains(600L);
    assertThat(cluster.get(0, TABLE, "counter")).isEqualTo("600");
  }

  @Test
  public void shouldDoARequestOnceThoughItComesAgainAndToAnotherPrimary() {
    Table table = cluster.strong(TABLE, 2);
    PartitionMap map = cluster.allServe();
    cluster.publish(map);
    WriteOptions request = named();

    assertThat(TestCluster.await(increment(0, "n", 5, request))).isEqualTo(5);
    assertThat(TestCluster.await(increment(1, "n", 5, request))).isEqualTo(5);
    int first = primary(map, table, "n");
    cluster.publish(cluster.map((p, daemon) -> daemon == first ? null : ReplicaState.SERVING));

    assertThat(TestCluster.await(increment((first + 1) % 3, "n", 5, request))).isEqualTo(5);
    assertThat(TestCluster.await(increment((first + 1) % 3, "n", 5, named()))).isEqualTo(10);
  }

  @Test
  public void shouldDoARequestOnceThoughTheOnlyOneThatHeardOfItIsLost() {
    Table table = cluster.strong(TABLE, 1);
    PartitionMap map = cluster.allServe();
    cluster.publish(map);
    WriteOptions request = named();
    assertThat(TestCluster.await(increment(0, "n", 5, request))).isEqualTo(5);
    int first = primary(map, table, "n");
    int second = (first + 1) % 3;
    int third = (first + 2) % 3;
    // As if what it has came from another replica, and not from the primary with the request.
    cluster.daemon(third).strong.requests().forget(partition(map, table, "n"));

    cluster.publish(cluster.map((p, daemon) -> daemon == first ? null : ReplicaState.SERVING));
    assertThat(cluster.get(second, TABLE, "n")).isEqualTo("5");
    cluster.publish(cluster.map((p, daemon) -> daemon == third ? ReplicaState.SERVING : null));

    assertThat(TestCluster.await(increment(third, "n", 5, request))).isEqualTo(5);
    assertThat(cluster.get(third, TABLE, "n")).isEqualTo("5");
  }

  @Test
  public void shouldNotDoAtAnotherPrimaryWhatWasToldNotToBeDone() {
    Table table = cluster.strong(TABLE, 2);
    PartitionMap map = cluster.allServe();
    cluster.publish(map);
    WriteOptions request = named();
    assertThat(append(0, "k", ";late", request).getStatus()).isEqualTo(WriteStatus.NOT_FOUND);
    assertThat(compareAndSet(1, "k", 0, "a", named()).getStatus()).isEqualTo(WriteStatus.OK);
    int first = primary(map, table, "k");
    cluster.publish(cluster.map((p, daemon) -> daemon == first ? null : ReplicaState.SERVING));

    WriteStatus again = append((first + 1) % 3, "k", ";late", request).getStatus();

    assertThat(again).isEqualTo(WriteStatus.NOT_FOUND);
    assertThat(cluster.get((first + 1) % 3, TABLE, "k")).isEqualTo("a");
  }

  @Test
  public void shouldMakeAlikeWhatAPrimaryHadGivenToSomeOnly() {
    Table table = cluster.strong(TABLE, 2);
    PartitionMap map = cluster.allServe();
    cluster.publish(map);
    cluster.put(0, TABLE, "k", "counts");
    int old = primary(map, table, "k");
    int third = (old + 2) % 3;
    // As a primary that died had left it: one replica has what the other has not.
    byte[] key = "k".getBytes(StandardCharsets.UTF_8);
    cluster
        .daemon(third)
        .engine
        .find(table.id(), partition(map, table, "k"))
        .writeLatest(
            key,
            KeyHash.ofTable(table.id()).hash(key),
            io.sedna.daemon.engine.StoredVersion.value(
                (cluster.wall.millis() + 1) << 16, 0, 0, buffer("stray").array()));

    PartitionMap next = cluster.map((p, daemon) -> daemon == old ? null : ReplicaState.SERVING);
    cluster.publish(next);

    assertThat(cluster.get((old + 1) % 3, TABLE, "k")).isEqualTo("stray");
    assertThat(held((old + 1) % 3, next, table, "k")).isEqualTo("stray");
    assertThat(held(third, next, table, "k")).isEqualTo("stray");
  }

  @Test
  public void shouldMakeAllAlikeWithWhatEachHadAlone() {
    Table table = cluster.strong(TABLE, 2);
    PartitionMap map = cluster.allServe();
    int first = primary(map, table, "k");
    String other = "l";
    while (partition(map, table, other) != partition(map, table, "k")) {
      other += "l";
    }
    leave((first + 1) % 3, map, table, "k", "of one");
    leave((first + 2) % 3, map, table, other, "of another");

    cluster.publish(map);

    assertThat(cluster.get(0, TABLE, "k")).isEqualTo("of one");
    assertThat(cluster.get(0, TABLE, other)).isEqualTo("of another");
    for (int d = 0; d < 3; d++) {
      assertThat(held(d, map, table, "k")).isEqualTo("of one");
      assertThat(held(d, map, table, other)).isEqualTo("of another");
    }
  }

  private void leave(int daemon, PartitionMap map, Table table, String key, String value) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    cluster
        .daemon(daemon)
        .engine
        .store(
            table.id(),
            partition(map, table, key),
            io.sedna.daemon.replication.TableSettings.options(table))
        .writeLatest(
            bytes,
            KeyHash.ofTable(table.id()).hash(bytes),
            io.sedna.daemon.engine.StoredVersion.value(
                cluster.wall.millis() << 16, 0, 0, buffer(value).array()));
  }

  @Test
  public void shouldAnswerNothingWithoutALease() {
    Table table = cluster.strong(TABLE, 2);
    PartitionMap map = cluster.allServe();
    cluster.publish(map);
    cluster.put(0, TABLE, "k", "v");

    cluster.daemon(primary(map, table, "k")).leaseHeld = false;

    assertFails(ErrorCode.NOT_PRIMARY, () -> cluster.get(0, TABLE, "k"));
    assertFails(ErrorCode.NOT_PRIMARY, () -> cluster.put(0, TABLE, "k", "w"));
  }

  @Test
  public void shouldRefuseWritesWithTooFewInSync() {
    cluster.strong(TABLE, 2);
    cluster.publish(
        cluster.map((p, daemon) -> daemon == p % 3 ? ReplicaState.SERVING : ReplicaState.FILLING));

    assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> cluster.put(0, TABLE, "k", "w"));
    assertThat(cluster.get(0, TABLE, "k")).isNull();
  }

  @Test
  public void shouldTakeNothingOfAPrimaryOfTheOldMap() {
    Table table = cluster.strong(TABLE, 2);
    PartitionMap map = cluster.allServe();
    cluster.publish(map);
    cluster.put(0, TABLE, "k", "v");
    int old = primary(map, table, "k");

    // The old primary does not hear of the next map.
    PartitionMap next = cluster.map((p, daemon) -> daemon == old ? null : ReplicaState.SERVING);
    for (int d = 0; d < 3; d++) {
      if (d != old) {
        cluster.daemon(d).view.setMap(next);
      }
    }

    assertFails(ErrorCode.TIMEOUT, () -> cluster.put(old, TABLE, "k", "w"));
    assertThat(cluster.get((old + 1) % 3, TABLE, "k")).isEqualTo("v");
  }

  @Test
  public void shouldWriteBatchesOverAllPrimaries() {
    cluster.strong(TABLE, 2);
    cluster.publish(cluster.allServe());
    var entries = new ArrayList<PutEntry>();
    for (int i = 0; i < 500; i++) {
      entries.add(new PutEntry(buffer("b" + i), buffer("v" + i)));
    }

    List<WriteResult> results = cluster.multiPut(0, TABLE, entries);

    assertThat(results)
        .allSatisfy(result -> assertThat(result.getStatus()).isEqualTo(WriteStatus.OK))
        .allSatisfy(result -> assertThat(result.isSetError()).isFalse());
    assertThat(cluster.scan(1, TABLE, new ScanRequest()).getRecords()).hasSize(500);
    assertThat(cluster.daemons).allMatch(daemon -> daemon.strong.keysUnderWay() == 0);
    assertThat(cluster.daemons).allMatch(daemon -> daemon.strong.bytesUnderWay() == 0);
  }

  @Test
  public void shouldRefuseWhatOnlyEventualTablesHave() {
    cluster.strong(TABLE, 2);
    cluster.publish(cluster.allServe());

    assertFails(
        ErrorCode.NOT_SUPPORTED,
        () -> cluster.putAll(0, TABLE, "k", "v", new WriteOptions().setSource(1)));
    assertFails(
        ErrorCode.INVALID_ARGUMENT,
        () -> cluster.put(0, 0, TABLE, buffer("k"), buffer("v"), new WriteOptions().setCopies(1)));
  }

  @Test
  public void shouldDecideConditionalWritesOfEventualTablesAtThePrimary() {
    cluster.table(TABLE, 3, 2, 2);
    cluster.publish(cluster.allServe());

    WriteResult created = compareAndSet(0, "k", 0, "a", new WriteOptions());

    assertThat(created.getStatus()).isEqualTo(WriteStatus.OK);
    assertThat(compareAndSet(1, "k", 0, "b", new WriteOptions()).getStatus())
        .isEqualTo(WriteStatus.MISMATCH);
    assertThat(TestCluster.await(increment(1, "n", 3, new WriteOptions()))).isEqualTo(3);
    assertThat(TestCluster.await(increment(2, "n", 3, new WriteOptions()))).isEqualTo(6);
    assertThat(cluster.get(2, TABLE, "n")).isEqualTo("6");
  }
}
