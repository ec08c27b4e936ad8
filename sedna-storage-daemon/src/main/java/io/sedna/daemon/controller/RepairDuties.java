// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.thrift.generated.OperationInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Repairs on command, one at a time. Used on the controller's scheduler alone. */
final class RepairDuties {
  private final Controller controller;
  private Optional<RepairRun> run = Optional.empty();

  RepairDuties(Controller controller) {
    this.controller = controller;
  }

  /**
   * Begins a repair.
   *
   * @param names none: of every eventual table
   * @throws SednaException INVALID_NAME, TABLE_NOT_FOUND, LOADING; INVALID_ARGUMENT for a strong
   *     table; OPERATION_IN_PROGRESS
   */
  OperationInfo repair(Term term, List<String> names) {
    List<Table> tables = tables(term.tables(), names);
    Optional<RepairRun> other = run.filter(RepairRun::running);
    if (other.isPresent()) {
      throw new SednaException(
          ErrorCode.OPERATION_IN_PROGRESS, "a repair is under way: " + other.get().id());
    }
    int partitions = controller.settings().partitions();
    String subject = tables.stream().map(t -> t.name().toString()).collect(Collectors.joining(","));
    Operation operation =
        controller.operations().start("repair", subject, (long) partitions * tables.size());
    var started = new RepairRun(controller, operation, tables.stream().map(Table::id).toList());
    run = Optional.of(started);
    started.start(term);
    return operation.info();
  }

  private static List<Table> tables(TableCatalogue catalogue, List<String> names) {
    if (names == null || names.isEmpty()) {
      return catalogue.all().stream()
          .filter(table -> !table.restoring() && isEventual(table))
          .toList();
    }
    return names.stream().distinct().map(name -> repairable(catalogue, name)).toList();
  }

  private static Table repairable(TableCatalogue catalogue, String name) {
    Table table = CatalogueEdits.online(catalogue, name);
    if (!isEventual(table)) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "only eventual tables are repaired: the copies in sync of strong table "
              + name
              + " are alike as they are");
    }
    return table;
  }

  private static boolean isEventual(Table table) {
    return table.schema().consistency() == ConsistencyMode.EVENTUAL;
  }
}
