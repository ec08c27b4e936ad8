// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.TestCluster.buffer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.daemon.Await;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** New replicas being filled, over real sockets. */
public class TransferTest {
  private final TestCluster cluster = new TestCluster(4);
  private Table table;

  @Before
  public void start() {
    table = cluster.table("d.t", 3, 2, 2);
    cluster.daemons.forEach(
        d -> {
          d.view.setController(cluster.daemon(0).id);
          d.transfer.start();
        });
  }

  @After
  public void close() {
    cluster.close();
  }

  private PartitionMap threeServe() {
    return cluster.map((p, d) -> d < 3 ? ReplicaState.SERVING : null);
  }

  private PartitionMap fourthFills() {
    return cluster.map((p, d) -> d < 3 ? ReplicaState.SERVING : ReplicaState.FILLING);
  }

  private void awaitAllReady() {
    Await.until(
        "all partitions are reported",
        () -> cluster.daemon(0).ready.stream().distinct().count() == TestCluster.PARTITIONS);
  }

  private Map<Integer, StoredRecord> held(int daemon) {
    var held = new HashMap<Integer, StoredRecord>();
    for (int p = 0; p < TestCluster.PARTITIONS; p++) {
      var store = cluster.daemon(daemon).engine.find(table.id(), p);
      if (store != null) {
        store
            .scan(ScanRange.of(0, -1, Integer.MAX_VALUE, ScanRange.View.EVERYTHING))
            .records()
            .forEach(r -> held.put(java.util.Arrays.hashCode(r.key()), r));
      }
    }
    return held;
  }

  @Test
  public void shouldFillANewReplicaWithEverythingThatIsHeld() {
    cluster.publish(threeServe());
    for (int i = 0; i < 300; i++) {
      cluster.put(i % 3, "d.t", "k" + i, "v".repeat(100));
    }
    for (int i = 0; i < 30; i++) {
      cluster.delete(0, "d.t", "k" + i);
      cluster.putAll(0, "d.t", "k" + (100 + i), "s", new WriteOptions().setSource(7));
    }

    cluster.publish(fourthFills());

    awaitAllReady();
    Await.until("the fourth holds the same", () -> held(3).equals(held(0)));
    assertThat(held(3)).hasSize(300);
    assertThat(cluster.daemon(3).metrics.transfersUnderWay()).isZero();
  }

  @Test
  public void shouldGetEachRecordOnceAndDigestsOfTheOtherCopies() {
    cluster.publish(threeServe());
    for (int i = 0; i < 300; i++) {
      cluster.put(i % 3, "d.t", "k" + i, "v".repeat(1000));
    }
    for (int d = 0; d < 3; d++) {
      int daemon = d;
      Await.until("all have all", () -> held(daemon).size() == 300);
    }

    cluster.publish(fourthFills());

    awaitAllReady();
    assertThat(held(3)).isEqualTo(held(0));
    assertThat(cluster.daemon(3).metrics.transferredRecords()).isEqualTo(300);
    assertThat(cluster.daemon(3).metrics.transferredBytes()).isBetween(300_000L, 330_000L);
  }

  @Test
  public void shouldFillFromEveryReplicaSoThatWhatOneMissedIsThere() {
    cluster.publish(threeServe());
    for (int i = 0; i < 100; i++) {
      cluster.put(0, "d.t", "k" + i, "v");
    }
    Await.until("all have all", () -> held(0).size() == 100 && held(1).size() == 100);
    Await.until("all have all", () -> held(2).size() == 100);
    for (int p = 0; p < TestCluster.PARTITIONS; p++) {
      cluster.daemon(p % 3).engine.dropPartition(p);
    }

    cluster.publish(fourthFills());

    awaitAllReady();
    assertThat(held(3)).hasSize(100);
  }

  @Test
  public void shouldMissNoWriteThatIsAcknowledgedMeanwhile() throws InterruptedException {
    cluster.publish(threeServe());
    for (int i = 0; i < 500; i++) {
      cluster.put(0, "d.t", "before" + i, "v".repeat(200));
    }
    var stop = new AtomicBoolean();
    List<String> acknowledged = new ArrayList<>();
    var writer =
        new Thread(
            () -> {
              for (int i = 0; !stop.get(); i++) {
                try {
                  if (cluster.put(i % 3, "d.t", "during" + i, "v").getStatus() == WriteStatus.OK) {
                    acknowledged.add("during" + i);
                  }
                } catch (SednaException e) {
                  // Refused: so it was not acknowledged.
                }
              }
            });
    writer.start();
    Await.until("writes flow", () -> held(0).size() > 520);

    // Daemons learn of the new map one after another, as from ZooKeeper.
    PartitionMap map = fourthFills();
    for (int d : new int[] {3, 0, 2, 1}) {
      cluster.daemon(d).view.setMap(map);
      int size = held(0).size();
      Await.until("some writes in between", () -> held(0).size() > size + 5);
    }
    awaitAllReady();
    stop.set(true);
    writer.join(30_000);

    assertThat(acknowledged).isNotEmpty();
    // The last ones were answered after two copies and may still be on their way to the fourth.
    Await.until(
        "all " + acknowledged.size() + " acknowledged writes are there",
        Duration.ofSeconds(10),
        () -> missing(acknowledged).isEmpty(),
        () -> "missing: " + missing(acknowledged));
  }

  private List<String> missing(List<String> keys) {
    Map<Integer, StoredRecord> held = held(3);
    return keys.stream()
        .filter(key -> !held.containsKey(java.util.Arrays.hashCode(key.getBytes(UTF_8))))
        .toList();
  }

  @Test
  public void shouldGoOnWithTheOthersWhenASourceDies() {
    cluster.publish(threeServe());
    for (int i = 0; i < 200; i++) {
      cluster.put(0, "d.t", "k" + i, "v");
    }
    Await.until("all have all", () -> held(1).size() == 200 && held(2).size() == 200);

    cluster.publish(fourthFills());
    cluster.daemon(1).close();
    cluster.publish(
        cluster.map(
            (p, d) -> d == 1 ? null : d == 3 ? ReplicaState.FILLING : ReplicaState.SERVING));

    awaitAllReady();
    assertThat(held(3)).hasSize(200);
  }

  @Test
  public void shouldReportAgainUntilTheMapShowsIt() {
    cluster.publish(threeServe());
    cluster.daemons.forEach(d -> d.view.setController(null));
    cluster.publish(fourthFills());
    Await.until("nothing is under way", () -> cluster.daemon(3).metrics.transfersUnderWay() == 0);

    cluster.daemon(3).view.setController(cluster.daemon(1).id);

    Await.until(
        "the new controller is told",
        () -> cluster.daemon(1).ready.size() >= TestCluster.PARTITIONS);
    int told = cluster.daemon(1).ready.size();
    Await.until("it is told again", () -> cluster.daemon(1).ready.size() > told);
  }

  @Test
  public void shouldNotServeWhatAnEarlierRunHeld() {
    cluster.publish(threeServe());
    cluster.put(0, "d.t", "k", "v");
    var restarted = new TestDaemon("node-1", 2, cluster.wall, TestDaemon.ServerLimits.NONE);
    cluster.daemon(1).close();
    cluster.daemons.set(1, restarted);
    cluster.shareCatalogue();

    // The map still shows the earlier run; the new one sits at another port but knows the map.
    restarted.view.setMap(cluster.daemon(0).view.map().orElseThrow());

    assertThat(restarted.maps.epoch()).isEqualTo(1);
    assertThat(cluster.get(1, "d.t", "k")).isEqualTo("v");
  }

  @Test
  public void shouldForgetPartitionsThatAreServedElsewhereAndTablesThatWereDropped() {
    cluster.publish(cluster.map((p, d) -> ReplicaState.SERVING));
    Table other = cluster.table("d.other", 3, 2, 2);
    cluster.put(0, 0, "d.t", buffer("k"), buffer("v"), null);
    cluster.put(0, 0, "d.other", buffer("k"), buffer("v"), null);
    TestDaemon fourth = cluster.daemon(3);
    Await.until("the fourth has both", () -> fourth.engine.statistics().records() == 2);

    cluster.drop(other);
    fourth.housekeeping.forget();

    assertThat(fourth.engine.tables()).containsExactly(table.id());

    cluster.publish(cluster.map((p, d) -> d < 2 ? ReplicaState.SERVING : null));
    fourth.housekeeping.forget();
    cluster.wall.advance(Duration.ofMinutes(1));
    fourth.housekeeping.forget();

    assertThat(fourth.engine.statistics().records()).as("two serve, three should").isEqualTo(1);

    cluster.publish(threeServe());
    fourth.housekeeping.forget();

    assertThat(fourth.engine.statistics().records()).isZero();
  }
}
