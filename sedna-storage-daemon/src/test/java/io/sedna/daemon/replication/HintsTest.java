// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.conf.EventualConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.ManualWallClock;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.HeapPartitionStore;
import io.sedna.daemon.engine.MemoryBudget;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.metrics.HintDrop;
import io.sedna.daemon.metrics.ReplicationMetrics;
import io.sedna.thrift.peer.MutationKind;
import io.sedna.thrift.peer.SednaPeer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.thrift.TBase;
import org.apache.thrift.TFieldIdEnum;
import org.junit.Test;

/** What is kept for a replica that is away, over a network and time that the test makes. */
public class HintsTest {
  private static final long MAX_AGE_MS = 60_000;
  private static final long MAX_BYTES = 100_000;
  private static final long BYTES_PER_SECOND = 2_000_000;

  private static final Table TABLE =
      new Table(1, TableSchema.of(TableName.parse("d.t"), 2), false, 0);
  private static final MapNode SELF = node("self", 1);
  private static final MapNode AWAY = node("away", 1);

  private final ManualScheduler timers = new ManualScheduler();
  private final Replica self = new Replica(SELF);
  private final Replica away = new Replica(AWAY);
  private final Network network = new Network();
  private final ReplicationMetrics metrics = new DaemonMetrics().replication();
  private final Hints hints =
      new Hints(
          self.view,
          self.maps,
          self.service,
          new Peers(network),
          timers,
          metrics,
          new EventualConfig(0, MAX_BYTES, MAX_AGE_MS, BYTES_PER_SECOND),
          1000);
  private long epoch;

  public HintsTest() {
    publish(map(SELF, AWAY));
  }

  private static MapNode node(String id, long incarnation) {
    return new MapNode(new NodeId(id), "h", 1, 1, MapNode.DEFAULT_RACK, incarnation);
  }

  private PartitionMap map(MapNode... nodes) {
    var map = PartitionMap.builder(++epoch, 1, 2, List.of(nodes));
    for (int i = 0; i < nodes.length; i++) {
      map.add(0, i, ReplicaState.SERVING);
    }
    return map.build();
  }

  private void publish(PartitionMap map) {
    self.view.setMap(map);
    away.view.setMap(map);
  }

  /** A daemon's replicas without its network. */
  private final class Replica {
    private final FakeClusterView view;
    private final MapTracker maps;
    private final Engine engine;
    private final ReplicaService service;

    Replica(MapNode node) {
      var wall = new ManualWallClock(1_700_000_000_000L);
      var budget = MemoryBudget.unlimited();
      view = new FakeClusterView(node.id(), node.incarnation());
      view.setCatalogue(new TableCatalogue(1, List.of(TABLE)));
      maps = new MapTracker(view, Runnable::run, timers);
      engine =
          new Engine(
              budget,
              (table, partition, memory) ->
                  new HeapPartitionStore(wall::millis, 60_000, budget, memory));
      service = new ReplicaService(view, maps, engine, new HybridClock(wall, 60_000));
    }

    StoredRecord held(String key) {
      PartitionStore store = engine.store(TABLE.id(), 0, TableSettings.options(TABLE));
      return store.read(key.getBytes(UTF_8), write(key, 1, "").hash());
    }
  }

  private final class Network implements PeerNetwork {
    private boolean reachable;
    private int calls;

    @Override
    public <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>>
        CompletableFuture<R> call(
            MapNode node, String method, A arguments, Supplier<R> emptyResult, long timeoutMs) {
      calls++;
      var answer = new CompletableFuture<R>();
      if (!reachable) {
        var unused =
            timers.schedule(
                () ->
                    answer.completeExceptionally(new SednaException(ErrorCode.UNAVAILABLE, "away")),
                1);
        return answer;
      }
      var sent = (SednaPeer.applyMutations_args) (Object) arguments;
      R result = emptyResult.get();
      ((SednaPeer.applyMutations_result) (Object) result)
          .setSuccess(
              away.service
                  .applyMutations(sent.getEpoch(), sent.getMutations())
                  .toCompletableFuture()
                  .join());
      answer.complete(result);
      return answer;
    }
  }

  private static Write write(String key, long timestamp, String value) {
    return write(MutationKind.WRITE_LATEST, key, timestamp, 0, value);
  }

  private static Write write(
      MutationKind kind, String key, long timestamp, int source, String value) {
    return Coordinator.write(
        TABLE,
        kind,
        key.getBytes(UTF_8),
        kind == MutationKind.REMOVE
            ? StoredVersion.tombstone(timestamp, source, 0)
            : StoredVersion.value(timestamp, source, 0, value.getBytes(UTF_8)));
  }

  private void keep(Write write) {
    hints.keep(AWAY, TABLE, write);
  }

  @Test
  public void shouldHandOverWhenTheReplicaAnswersAgain() {
    for (int i = 0; i < 50; i++) {
      keep(write("k" + i, 10, "v" + i));
    }
    timers.pass(20_000);
    assertThat(metrics.hintsHeld()).isEqualTo(50);
    assertThat(network.calls).as("pauses become longer").isBetween(5, 20);

    network.reachable = true;
    timers.pass(5_000);

    for (int i = 0; i < 50; i++) {
      assertThat(away.held("k" + i).versions().get(0).value()).isEqualTo(("v" + i).getBytes(UTF_8));
    }
    assertThat(metrics.hintsHandedOver()).isEqualTo(50);
    assertThat(metrics.hintsHeld()).isZero();
    assertThat(metrics.hintBytes()).isZero();
    assertThat(hints.heldBytes()).isZero();
  }

  @Test
  public void shouldKeepOnlyWhatStillMattersOfAKey() {
    for (int i = 0; i < 1000; i++) {
      keep(write("k", 10 + i, "v" + i));
    }
    keep(write("k", 5, "old"));

    assertThat(metrics.hintsHeld()).isEqualTo(1);
    network.reachable = true;
    timers.pass(5_000);

    assertThat(away.held("k").versions()).hasSize(1);
    assertThat(away.held("k").versions().get(0).timestamp()).isEqualTo(1009);
    assertThat(metrics.hintsHandedOver()).isEqualTo(1);
  }

  /** The order of the writes of one key is that in which they came to the coordinator. */
  @Test
  public void shouldLeaveTheReplicaAsIfItHadGotEveryWrite() {
    for (int seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      String key = "k" + seed;
      boolean interrupted = random.nextBoolean();
      for (int i = 0; i < 12; i++) {
        MutationKind kind =
            List.of(
                    MutationKind.WRITE_LATEST,
                    MutationKind.WRITE_ALL,
                    MutationKind.WRITE_ALL,
                    MutationKind.REMOVE,
                    MutationKind.TOUCH)
                .get(random.nextInt(5));
        Write write = write(kind, key, 1 + i, random.nextInt(3), "v" + i);
        self.service.apply(epoch, TABLE.id(), write);
        keep(write);
        if (interrupted && i == 6) {
          timers.pass(5_000); // What failed to be handed over goes back before what came later.
        }
      }
      network.reachable = true;
      timers.pass(10_000);
      network.reachable = false;

      assertThat(away.held(key).versions())
          .as("seed %d", seed)
          .isEqualTo(self.held(key).versions());
    }
  }

  @Test
  public void shouldStayWithinItsMemoryAndCountWhatFoundNoRoom() {
    String value = "x".repeat(1000);
    for (int i = 0; i < 10_000; i++) {
      keep(write("k" + i, 10, value));
      assertThat(hints.heldBytes()).isLessThanOrEqualTo(MAX_BYTES);
    }
    timers.pass(10_000);

    assertThat(metrics.hintBytes()).isLessThanOrEqualTo(MAX_BYTES).isGreaterThan(MAX_BYTES / 2);
    assertThat(metrics.droppedHints(HintDrop.FULL)).isEqualTo(10_000 - metrics.hintsHeld());
    network.reachable = true;
    timers.pass(10_000);
    assertThat(hints.heldBytes()).isZero();
  }

  @Test
  public void shouldNotHandOverWhatIsTooOld() {
    keep(write("old", 10, "v"));
    timers.pass(MAX_AGE_MS / 2);
    keep(write("young", 10, "v"));
    timers.pass(MAX_AGE_MS / 2 + 1);

    network.reachable = true;
    timers.pass(5_000);

    assertThat(away.held("old").isEmpty()).isTrue();
    assertThat(away.held("young").isEmpty()).isFalse();
    assertThat(metrics.droppedHints(HintDrop.TOO_OLD)).isEqualTo(1);
    assertThat(hints.heldBytes()).isZero();
  }

  @Test
  public void shouldForgetWhatTheMapTakesAway() {
    keep(write("k", 10, "v"));
    publish(map(SELF));
    timers.pass(5_000);

    assertThat(metrics.droppedHints(HintDrop.NOT_REPLICA)).isEqualTo(1);
    assertThat(hints.heldBytes()).isZero();
  }

  @Test
  public void shouldForgetWhatAnEarlierRunOfADaemonMissed() {
    keep(write("k", 10, "v"));
    publish(map(SELF, node("away", 2)));
    network.reachable = true;
    timers.pass(5_000);

    assertThat(network.calls).isZero();
    assertThat(metrics.droppedHints(HintDrop.NOT_REPLICA)).isEqualTo(1);
  }

  @Test
  public void shouldHandOverNoFasterThanConfigured() {
    var fast = new ByteRate(timers, 1_000_000);
    long waited = 0;
    for (int i = 0; i < 100; i++) {
      long pauseMs = fast.take(100_000);
      waited += pauseMs;
      timers.pass(pauseMs);
    }

    assertThat(waited).isBetween(9_500L, 10_500L);
    assertThat(new ByteRate(timers, 0).take(Long.MAX_VALUE)).isZero();
  }

  @Test
  public void shouldKeepWhatMayBeTakenLaterAlone() {
    assertThat(Hints.isMissed(0)).isFalse();
    assertThat(Hints.isMissed(1)).isFalse();
    assertThat(Hints.isMissed(ErrorCode.TIMEOUT.number())).isTrue();
    assertThat(Hints.isMissed(ErrorCode.UNAVAILABLE.number())).isTrue();
    assertThat(Hints.isMissed(ErrorCode.OVERLOADED.number())).isTrue();
    assertThat(Hints.isMissed(ErrorCode.STALE_MAP.number())).isTrue();
    assertThat(Hints.isMissed(ErrorCode.OUT_OF_MEMORY.number())).isFalse();
    assertThat(Hints.isMissed(ErrorCode.VALUE_TOO_LARGE.number())).isFalse();
    assertThat(Hints.isMissed(ErrorCode.TABLE_NOT_FOUND.number())).isFalse();
  }
}
