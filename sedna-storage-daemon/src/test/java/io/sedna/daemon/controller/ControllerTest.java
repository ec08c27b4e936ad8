// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.OperationState;
import io.sedna.thrift.generated.TableSchema;
import io.sedna.thrift.peer.RepairOrder;
import io.sedna.thrift.peer.RepairProgress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.Test;

/** The controller as a whole, in a test's time. */
public class ControllerTest {
  private static final int PARTITIONS = 16;

  private final TestInstance three = new TestInstance(PARTITIONS, 3, 3);

  private static <T> T result(TestInstance instance, CompletableFuture<T> call) {
    instance.time.pass(1000);
    assertThat(call).isCompleted();
    return call.join();
  }

  private static SednaException failure(TestInstance instance, CompletableFuture<?> call) {
    instance.time.pass(1000);
    assertThat(call).isCompletedExceptionally();
    return Errors.of(exceptionOf(call));
  }

  private static Throwable exceptionOf(CompletableFuture<?> call) {
    return call.handle((value, failure) -> failure).join();
  }

  private static OperationInfo operation(TestInstance instance, OperationInfo begun) {
    return result(instance, instance.admin().describeOperation(begun.getId()));
  }

  private void createTable(String name, int copies) {
    result(three, three.admin().createTable(new TableSchema(name).setReplicas(copies)));
  }

  @Test
  public void shouldNameNewPrimariesOfALostNodeInOneMapAtOnce() {
    PartitionMap before = three.map();

    three.lose("b");
    three.time.pass(0);

    assertThat(three.map().epoch()).isEqualTo(before.epoch() + 1);
    assertThat(IntStream.range(0, PARTITIONS))
        .allMatch(p -> !three.map().primary(p).orElseThrow().id().equals(new NodeId("b")));
  }

  @Test
  public void shouldActOnReportsOfSilentReplicasWithinAMoment() {
    long epoch = three.map().epoch();

    var reports = new ArrayList<CompletableFuture<Void>>();
    for (String reporter : List.of("a", "c")) {
      reports.add(
          three.controller.reportUnreachable(
              new NodeId(reporter), epoch, List.of(new NodeId("b"))));
    }
    three.time.pass(20);

    assertThat(reports).allMatch(CompletableFuture::isDone);
    assertThat(three.map().epoch()).isEqualTo(epoch + 1);
    assertThat(three.count(ReplicaState.OUT_OF_SYNC)).isPositive();

    var late = three.controller.reportUnreachable(new NodeId("a"), epoch, List.of());

    assertThat(failure(three, late).code()).isEqualTo(ErrorCode.STALE_MAP);
    assertThat(Errors.of(exceptionOf(late)).epoch()).isEqualTo(epoch + 1);
  }

  @Test
  public void shouldTakeOverAgainWhenAnotherHadNoRightTo() {
    int before = three.terms;
    // By a daemon that did not know yet that it leads no more, and that has ended its term since.
    three.terms++;

    three.time.pass(5000);

    assertThat(three.terms).isEqualTo(before + 2);
    assertThat(three.controller.active()).isTrue();
  }

  @Test
  public void shouldDropAFormerPrimaryOnlyWhenItAnswers() {
    var one = new TestInstance(PARTITIONS, 1, 1);
    one.silent.add(new NodeId("a"));
    one.join("b", 1);
    one.time.pass(TestInstance.DELAY_MS);
    one.fill();

    assertThat(one.count(ReplicaState.SERVING)).isEqualTo(PARTITIONS + PARTITIONS / 2);

    one.time.pass(10_000);

    assertThat(one.count(ReplicaState.SERVING)).isEqualTo(PARTITIONS + PARTITIONS / 2);

    one.silent.clear();
    one.time.pass(200);

    assertThat(one.count(ReplicaState.SERVING)).isEqualTo(PARTITIONS);
  }

  @Test
  public void shouldRefuseToDrainBelowTheCopiesOfATable() {
    createTable("d.two", 2);
    createTable("d.three", 3);

    SednaException refused = failure(three, three.admin().drain("b"));

    assertThat(refused.code()).isEqualTo(ErrorCode.IMPOSSIBLE_RESOURCES);
    assertThat(refused).hasMessageContaining("d.three").hasMessageContaining("N=3");
    assertThat(refused).hasMessageContaining("[a, c]");

    three.join("d", 1).time.pass(2000);
    three.fill();
    OperationInfo begun = result(three, three.admin().drain("b"));
    three.fill();

    assertThat(operation(three, begun).getState()).isEqualTo(OperationState.SUCCEEDED);
    assertThat(failure(three, three.admin().drain("c"))).hasMessageContaining("draining=[b]");
  }

  @Test
  public void shouldRefuseToDrainTheLastDaemon() {
    var one = new TestInstance(PARTITIONS, 1, 1);

    SednaException refused = failure(one, one.admin().drain("a"));

    assertThat(refused.code()).isEqualTo(ErrorCode.IMPOSSIBLE_RESOURCES);
    assertThat(refused).hasMessageContaining("partitions of a: live=[a], draining=[]");
    SednaException unknown = failure(one, one.admin().drain("x"));
    assertThat(unknown.code()).isEqualTo(ErrorCode.NODE_NOT_FOUND);
    assertThat(unknown).hasMessageContaining("no such daemon: x");
  }

  @Test
  public void shouldServeLostPartitionsOnceTheLossIsAccepted() {
    createTable("d.t", 3);
    List.of("a", "b", "c").forEach(id -> three.join(id, 2));
    three.time.pass(20_000);

    assertThat(three.count(ReplicaState.LOADING)).isEqualTo(3 * PARTITIONS);

    assertThat(failure(three, three.admin().acceptLoss(List.of(PARTITIONS))))
        .hasMessageContaining("16 is not 0 to 15");
    assertThat(result(three, three.admin().acceptLoss(List.of(3, 7)))).containsExactly(3, 7);
    assertThat(three.map().primary(3)).isPresent();
    assertThat(three.map().primary(4)).isEmpty();

    SednaException again = failure(three, three.admin().acceptLoss(List.of(4, 7)));

    assertThat(again.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(again).hasMessageContaining("partition 7").hasMessageContaining("[0, 1, 2, 4");
    assertThat(three.map().primary(4)).isEmpty();
    assertThat(result(three, three.admin().acceptLoss(null))).hasSize(PARTITIONS - 2);
    assertThat(three.count(ReplicaState.LOADING)).isZero();
    assertThat(result(three, three.admin().acceptLoss(List.of()))).isEmpty();
  }

  @Test
  public void shouldOrderEveryPrimaryToRepair() {
    createTable("d.t", 3);
    createTable("d.u", 3);
    var ordered = new ArrayList<Integer>();
    three.repairer =
        (node, order) -> {
          ordered.addAll(order.getPartitions());
          return TestInstance.repaired(node, order);
        };

    OperationInfo begun = result(three, three.admin().repair(null));

    assertThat(begun.getKind()).isEqualTo("repair");
    assertThat(begun.getTotal()).isEqualTo(2 * PARTITIONS);
    assertThat(operation(three, begun).getState()).isEqualTo(OperationState.SUCCEEDED);
    assertThat(ordered).containsExactlyInAnyOrderElementsOf(all());
    assertThat(failure(three, three.admin().repair(List.of("d.x"))).code())
        .isEqualTo(ErrorCode.TABLE_NOT_FOUND);
  }

  private static List<Integer> all() {
    return IntStream.range(0, PARTITIONS).boxed().toList();
  }

  @Test
  public void shouldHaveTheNextPrimaryRepairWhatALostOneDidNot() {
    createTable("d.t", 3);
    Set<Integer> done = new HashSet<>();
    three.repairer =
        (node, order) -> {
          if (node.id().value().equals("b")) {
            return new RepairProgress(1, order.getPartitionsSize(), 0, 0, 0, false);
          }
          done.addAll(order.getPartitions());
          return TestInstance.repaired(node, order);
        };
    OperationInfo begun = result(three, three.admin().repair(List.of("d.t")));

    OperationInfo half = operation(three, begun);
    assertThat(half.getState()).isEqualTo(OperationState.RUNNING);
    assertThat(half.getDone()).isBetween(9L, 15L);
    assertThat(failure(three, three.admin().repair(null)).code())
        .isEqualTo(ErrorCode.OPERATION_IN_PROGRESS);

    three.lose("b");
    three.time.pass(5000);

    assertThat(operation(three, begun).getState()).isEqualTo(OperationState.SUCCEEDED);
    assertThat(done).containsExactlyInAnyOrderElementsOf(all());
  }

  @Test
  public void shouldTellWhatCouldNotBeRepaired() {
    createTable("d.t", 3);
    three.repairer = ControllerTest::failing;

    OperationInfo begun = result(three, three.admin().repair(null));
    three.time.pass(20_000);
    OperationInfo ended = operation(three, begun);

    assertThat(ended.getState()).isEqualTo(OperationState.FAILED);
    assertThat(ended.getError().getMessage()).contains("16 partitions").contains("disk on fire");
  }

  private static RepairProgress failing(MapNode node, RepairOrder order) {
    int units = order.getPartitionsSize();
    return new RepairProgress(units, units, 1, 0, 0, true).setFailure("disk on fire");
  }

  @Test
  public void shouldRebalanceOnCommandWithoutWaiting() {
    three.join("d", 1).time.pass(1);
    assertThat(three.count(ReplicaState.FILLING)).isZero();

    var call = three.admin().rebalance();
    three.time.pass(1);
    OperationInfo begun = call.join();

    assertThat(three.count(ReplicaState.FILLING)).isEqualTo(12);
    assertThat(operation(three, begun).getState()).isEqualTo(OperationState.RUNNING);
    assertThat(operation(three, begun).getTotal()).isEqualTo(12);

    three.fill();

    assertThat(operation(three, begun).getState()).isEqualTo(OperationState.SUCCEEDED);
    OperationInfo again = result(three, three.admin().rebalance());
    assertThat(operation(three, again).getState()).isEqualTo(OperationState.SUCCEEDED);
  }
}
