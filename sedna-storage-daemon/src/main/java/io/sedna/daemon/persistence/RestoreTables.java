// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableSchema;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The changes of the table catalogue that a restore needs, made by the active controller. Futures
 * complete when every live daemon knows the change.
 */
@InterfaceAudience.Private
public interface RestoreTables {
  /**
   * Makes a restoring table for each schema, under an id never used before, which daemons hold
   * records of while clients see nothing of it (or LOADING, where no other table has the name). In
   * the order of the schemas.
   */
  CompletableFuture<List<Table>> createRestoring(List<TableSchema> schemas);

  /**
   * In one step for all: each restoring table takes its schema's name and goes online, and the
   * table that had the name is dropped.
   *
   * @param overwrite false: fails with TABLE_EXISTS, changing nothing, where an online table has
   *     one of the names
   */
  CompletableFuture<Void> publish(List<Table> restoring, boolean overwrite);

  /** Forgets restoring tables and their records. */
  CompletableFuture<Void> discard(List<Table> restoring);
}
