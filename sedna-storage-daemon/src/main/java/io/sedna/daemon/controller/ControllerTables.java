// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableSchema;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.persistence.RestoreTables;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What restores do to the catalogue, done by the controller. Thread-safe. */
final class ControllerTables implements RestoreTables {
  private final Controller controller;

  ControllerTables(Controller controller) {
    this.controller = controller;
  }

  @Override
  public CompletableFuture<List<Table>> createRestoring(List<TableSchema> schemas) {
    return controller
        .call(
            term ->
                term.change(
                    before ->
                        CatalogueEdits.addRestoring(before, schemas, controller.clock().millis())))
        .thenCompose(
            after -> {
              int first = after.nextId() - schemas.size();
              List<Table> made =
                  IntStream.range(first, after.nextId())
                      .mapToObj(id -> after.byId(id).orElseThrow())
                      .toList();
              return controller.syncCatalogue(after.version()).thenApply(known -> made);
            });
  }

  @Override
  public CompletableFuture<Void> publish(List<Table> restoring, boolean overwrite) {
    return controller
        .call(term -> term.change(before -> CatalogueEdits.publish(before, restoring, overwrite)))
        .thenCompose(this::sync);
  }

  @Override
  public CompletableFuture<Void> discard(List<Table> restoring) {
    Set<Integer> ids = restoring.stream().map(Table::id).collect(Collectors.toSet());
    return controller
        .call(term -> term.change(before -> CatalogueEdits.discard(before, ids)))
        .thenCompose(this::sync);
  }

  private CompletableFuture<Void> sync(TableCatalogue after) {
    return controller.syncCatalogue(after.version());
  }
}
