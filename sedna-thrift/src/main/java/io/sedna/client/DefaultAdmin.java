// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableSchema;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.convert.Schemas;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.OperationState;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import io.sedna.thrift.generated.Statistics;
import io.sedna.thrift.generated.TableAlteration;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.thrift.TBase;
import org.apache.thrift.TFieldIdEnum;

/** Administration through whichever daemon answers. */
final class DefaultAdmin implements SednaAdmin {
  private static final long FIRST_POLL_MS = 50;
  private static final long LONGEST_POLL_MS = 1_000;

  private final ClientCore core;
  private final Consumer<String> tableChanged;

  /**
   * @param tableChanged told the name of a table that was changed through here
   */
  DefaultAdmin(ClientCore core, Consumer<String> tableChanged) {
    this.core = core;
    this.tableChanged = tableChanged;
  }

  /** A call that may be done twice. */
  private <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>, T> T ask(
      String method, A args, Supplier<R> emptyResult, Function<R, T> value) {
    return call(method, args, emptyResult, value, Repeat.FREELY, core.requestTimeoutMs());
  }

  /** A call that must not be done twice, and may take as long as the deadline. */
  private <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>, T> T order(
      String method, A args, Supplier<R> emptyResult, Function<R, T> value) {
    return call(method, args, emptyResult, value, Repeat.NEVER, core.config().deadlineMs());
  }

  private <A extends TBase<A, ?>, F extends TFieldIdEnum, R extends TBase<R, F>, T> T call(
      String method,
      A args,
      Supplier<R> emptyResult,
      Function<R, T> value,
      Repeat repeat,
      long attemptTimeoutMs) {
    return core.await(
        core.begin(
            () ->
                new Attempts<>(
                        core,
                        new Route.ToAny(),
                        (to, epoch, timeoutMs) ->
                            core.calls().call(to, method, args, emptyResult, value, timeoutMs),
                        repeat,
                        attemptTimeoutMs)
                    .run()));
  }

  @Override
  public Table createTable(TableSchema schema) {
    return createTable(Schemas.toThrift(schema));
  }

  @Override
  public Table createTable(String name) {
    return createTable(new io.sedna.thrift.generated.TableSchema(name));
  }

  @Override
  public Table createTable(io.sedna.thrift.generated.TableSchema schema) {
    Table table =
        order(
            "createTable",
            new Sedna.createTable_args(schema),
            Sedna.createTable_result::new,
            result -> Schemas.toCommon(result.getSuccess()));
    tableChanged.accept(schema.getName());
    return table;
  }

  @Override
  public Table alterTable(String name, TableAlteration alteration) {
    return ask(
        "alterTable",
        new Sedna.alterTable_args(name, alteration),
        Sedna.alterTable_result::new,
        result -> Schemas.toCommon(result.getSuccess()));
  }

  @Override
  public void dropTable(String name) {
    order("dropTable", new Sedna.dropTable_args(name), Sedna.dropTable_result::new, r -> null);
    tableChanged.accept(name);
  }

  @Override
  public Table truncateTable(String name) {
    Table table =
        ask(
            "truncateTable",
            new Sedna.truncateTable_args(name),
            Sedna.truncateTable_result::new,
            result -> Schemas.toCommon(result.getSuccess()));
    tableChanged.accept(name);
    return table;
  }

  @Override
  public List<Table> listTables(String dataset) {
    return ask(
        "listTables",
        new Sedna.listTables_args(dataset),
        Sedna.listTables_result::new,
        result -> result.getSuccess().stream().map(Schemas::toCommon).toList());
  }

  @Override
  public Table describeTable(String name) {
    return ask(
        "describeTable",
        new Sedna.describeTable_args(name),
        Sedna.describeTable_result::new,
        result -> Schemas.toCommon(result.getSuccess()));
  }

  @Override
  public ClusterState clusterState() {
    return ask(
        "clusterState",
        new Sedna.clusterState_args(),
        Sedna.clusterState_result::new,
        Sedna.clusterState_result::getSuccess);
  }

  @Override
  public Statistics statistics() {
    return ask(
        "statistics",
        new Sedna.statistics_args(),
        Sedna.statistics_result::new,
        Sedna.statistics_result::getSuccess);
  }

  @Override
  public OperationInfo drain(String nodeId) {
    return order(
        "drain",
        new Sedna.drain_args(nodeId),
        Sedna.drain_result::new,
        Sedna.drain_result::getSuccess);
  }

  @Override
  public void undrain(String nodeId) {
    ask("undrain", new Sedna.undrain_args(nodeId), Sedna.undrain_result::new, r -> null);
  }

  @Override
  public OperationInfo repair(List<String> tables) {
    return order(
        "repair",
        new Sedna.repair_args(tables),
        Sedna.repair_result::new,
        Sedna.repair_result::getSuccess);
  }

  @Override
  public OperationInfo rebalance() {
    return order(
        "rebalance",
        new Sedna.rebalance_args(),
        Sedna.rebalance_result::new,
        Sedna.rebalance_result::getSuccess);
  }

  @Override
  public List<Integer> acceptLoss(List<Integer> partitions) {
    return order(
        "acceptLoss",
        new Sedna.acceptLoss_args(partitions),
        Sedna.acceptLoss_result::new,
        Sedna.acceptLoss_result::getSuccess);
  }

  @Override
  public void freeze() {
    ask("freeze", new Sedna.freeze_args(), Sedna.freeze_result::new, r -> null);
  }

  @Override
  public void thaw() {
    ask("thaw", new Sedna.thaw_args(), Sedna.thaw_result::new, r -> null);
  }

  @Override
  public OperationInfo snapshot(SnapshotRequest request) {
    return order(
        "snapshot",
        new Sedna.snapshot_args(request),
        Sedna.snapshot_result::new,
        Sedna.snapshot_result::getSuccess);
  }

  @Override
  public List<SnapshotInfo> listSnapshots() {
    return ask(
        "listSnapshots",
        new Sedna.listSnapshots_args(),
        Sedna.listSnapshots_result::new,
        Sedna.listSnapshots_result::getSuccess);
  }

  @Override
  public void deleteSnapshot(String name) {
    order(
        "deleteSnapshot",
        new Sedna.deleteSnapshot_args(name),
        Sedna.deleteSnapshot_result::new,
        r -> null);
  }

  @Override
  public OperationInfo restore(RestoreRequest request) {
    return order(
        "restore",
        new Sedna.restore_args(request),
        Sedna.restore_result::new,
        Sedna.restore_result::getSuccess);
  }

  @Override
  public OperationInfo describeOperation(String id) {
    return ask(
        "describeOperation",
        new Sedna.describeOperation_args(id),
        Sedna.describeOperation_result::new,
        Sedna.describeOperation_result::getSuccess);
  }

  @Override
  public OperationInfo awaitOperation(
      String id, Duration timeout, Consumer<OperationInfo> progress) {
    long deadline = System.nanoTime() + timeout.toNanos();
    long pauseMs = FIRST_POLL_MS;
    while (true) {
      OperationInfo info = describeOperation(id);
      progress.accept(info);
      if (info.getState() == OperationState.SUCCEEDED) {
        return info;
      }
      if (info.getState() == OperationState.FAILED) {
        throw info.isSetError()
            ? Errors.fromThrift(info.getError())
            : new SednaException(ErrorCode.INTERNAL, info.getKind() + " failed: id=" + id);
      }
      long leftMs = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new SednaException(
            ErrorCode.TIMEOUT,
            info.getKind()
                + " still runs: id="
                + id
                + ", subject="
                + info.getSubject()
                + ", done="
                + info.getDone()
                + " of "
                + info.getTotal()
                + ", waited ms="
                + timeout.toMillis());
      }
      core.sleep(Math.min(pauseMs, leftMs));
      pauseMs = Math.min(2 * pauseMs, LONGEST_POLL_MS);
    }
  }
}
