// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.ReplicationTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.daemon.Await;
import io.sedna.thrift.generated.WriteStatus;
import java.nio.charset.StandardCharsets;
import org.junit.After;
import org.junit.Test;

/** Daemon 2 is out of sync with the other two. */
public class OutOfSyncTest {
  private static final String EVENTUAL = "shop.prices";
  private static final String STRONG = "shop.stock";

  private final TestCluster cluster = new TestCluster(3);
  private final Table eventual = cluster.table(EVENTUAL, 3, 2, 2);
  private final Table strong = cluster.strong(STRONG, 2);

  @After
  public void stop() {
    cluster.close();
  }

  private PartitionMap third(ReplicaState state) {
    return cluster.map(
        (p, daemon) ->
            daemon == 2 && p % 3 != 2 || daemon == 2 && state == ReplicaState.SERVING
                ? state
                : ReplicaState.SERVING);
  }

  /** A key of a table whose primary is not daemon 2. */
  private String key(PartitionMap map, Table table) {
    for (int i = 0; ; i++) {
      if (partition(map, table, "k" + i) % 3 != 2) {
        return "k" + i;
      }
    }
  }

  private static int partition(PartitionMap map, Table table, String key) {
    return map.partitionOf(KeyHash.ofTable(table.id()).hash(key.getBytes(StandardCharsets.UTF_8)));
  }

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
  public void shouldServeEventualTablesAsBefore() {
    cluster.publish(third(ReplicaState.SERVING));
    PartitionMap map = third(ReplicaState.OUT_OF_SYNC);
    String key = key(map, eventual);
    cluster.put(0, EVENTUAL, key, "before");
    cluster.publish(map);

    // One of the others is gone: two are left, and both count.
    cluster.daemon(1).close();

    assertThat(cluster.get(2, EVENTUAL, key)).isEqualTo("before");
    assertThat(cluster.put(2, EVENTUAL, key, "after").getStatus()).isEqualTo(WriteStatus.OK);
    assertThat(cluster.get(0, EVENTUAL, key)).isEqualTo("after");
    assertThat(held(2, map, eventual, key)).isEqualTo("after");
  }

  @Test
  public void shouldNotBeWaitedForByStrongTables() {
    cluster.publish(third(ReplicaState.SERVING));
    PartitionMap map = third(ReplicaState.OUT_OF_SYNC);
    String key = key(map, strong);
    cluster.put(0, STRONG, key, "before");
    cluster.publish(map);

    assertThat(cluster.put(2, STRONG, key, "after").getStatus()).isEqualTo(WriteStatus.OK);

    assertThat(cluster.get(2, STRONG, key)).isEqualTo("after");
    assertThat(held(2, map, strong, key)).isEqualTo("before");
  }

  @Test
  public void shouldNotCountAsInSync() {
    cluster.publish(
        cluster.map(
            (p, daemon) -> daemon == p % 3 ? ReplicaState.SERVING : ReplicaState.OUT_OF_SYNC));

    assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> cluster.put(0, STRONG, "k", "w"));
    assertThat(cluster.put(0, EVENTUAL, "k", "w").getStatus()).isEqualTo(WriteStatus.OK);
  }

  @Test
  public void shouldFillStrongTablesAloneWhenItCatchesUp() {
    cluster.daemons.forEach(daemon -> daemon.transfer.start());
    cluster.publish(third(ReplicaState.SERVING));
    PartitionMap map = third(ReplicaState.OUT_OF_SYNC);
    String key = key(map, strong);
    String other = key(map, eventual);
    cluster.put(0, STRONG, key, "before");
    cluster.publish(map);
    cluster.put(0, STRONG, key, "missed");
    // What only this replica has must stay.
    byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
    cluster
        .daemon(2)
        .engine
        .store(
            eventual.id(),
            partition(map, eventual, other),
            io.sedna.daemon.replication.TableSettings.options(eventual))
        .writeLatest(
            bytes,
            KeyHash.ofTable(eventual.id()).hash(bytes),
            io.sedna.daemon.engine.StoredVersion.value(
                cluster.wall.millis() << 16, 0, 0, "alone".getBytes(StandardCharsets.UTF_8)));

    PartitionMap next = third(ReplicaState.CATCHING_UP);
    cluster.publish(next);

    Await.until("what it missed is there", () -> "missed".equals(held(2, next, strong, key)));
    assertThat(held(2, next, eventual, other)).isEqualTo("alone");
    cluster.put(0, STRONG, key, "taken");
    assertThat(held(2, next, strong, key)).isEqualTo("taken");
  }
}
