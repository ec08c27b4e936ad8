// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.ClusterListener;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.StoreOptions;
import io.sedna.daemon.engine.TableMemory;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Tells the engine what the tables of the catalogue ask of it, whenever that changes: a table that
 * is altered keeps its stores. Thread-safe.
 */
@InterfaceAudience.Private
public final class TableSettings implements ClusterListener {
  private final Engine engine;

  private TableSettings(Engine engine) {
    this.engine = engine;
  }

  /** From now on, whatever the view says goes to the engine. */
  public static void follow(ClusterView view, Engine engine) {
    var settings = new TableSettings(engine);
    view.addListener(settings);
    settings.catalogueChanged(TableCatalogue.EMPTY, view.catalogue());
  }

  @Override
  public void catalogueChanged(TableCatalogue before, TableCatalogue now) {
    for (Table table : now.all()) {
      engine.configure(table.id(), options(table));
    }
  }

  /** What a table asks of its stores. */
  public static StoreOptions options(Table table) {
    return new StoreOptions(
        table.schema().memory(),
        table.schema().maxBytes(),
        table.schema().conflictPolicy() == ConflictPolicy.LATEST);
  }

  /**
   * OUT_OF_MEMORY of a table, with what it and all tables use on this daemon.
   *
   * @param full the daemon that had no room; of another one's memory only that much is known here
   */
  public static SednaException outOfMemory(Engine engine, NodeId self, NodeId full, Table table) {
    long quota = table.schema().maxBytes();
    return new SednaException(
        ErrorCode.OUT_OF_MEMORY,
        "no memory for a record of table "
            + table.name()
            + " on node="
            + full
            + ": quota maxBytes="
            + (quota == 0 ? "none" : quota)
            + "; on node="
            + self
            + " the table uses used="
            + engine.memory(table.id()).map(TableMemory::usedBytes).orElse(0L)
            + ", all tables used="
            + engine.budget().usedBytes()
            + " of limit="
            + engine.budget().limitBytes()
            + " bytes; delete data, add daemons, or raise the quota or the daemons' memory");
  }
}
