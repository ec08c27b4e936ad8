// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.thrift.convert.Errors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One restore: every checksum, then tables that nobody sees, then their records, then the names.
 * Whatever fails before the last step leaves the instance as it was. For one run; blocks.
 */
final class RestoreRun {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreRun.class);

  /** How long the catalogue may take to change everywhere. */
  private static final long CATALOGUE_LIMIT_MS = 60_000;

  private final ClusterView view;
  private final SnapshotPeers peers;
  private final RestoreTables tables;
  private final RestorePlan plan;
  private final boolean overwrite;
  private final PreparedOperation.Progress progress;

  /**
   * What to restore.
   *
   * @param directory of the snapshot
   * @param schemas tables to make
   * @param files theirs
   */
  record RestorePlan(Path directory, List<TableSchema> schemas, List<SnapshotFile> files) {
    /** Each file is verified and loaded. */
    long units() {
      return 2L * files.size();
    }
  }

  RestoreRun(
      ClusterView view,
      SnapshotPeers peers,
      RestoreTables tables,
      RestorePlan plan,
      boolean overwrite,
      PreparedOperation.Progress progress) {
    this.view = view;
    this.peers = peers;
    this.tables = tables;
    this.plan = plan;
    this.overwrite = overwrite;
    this.progress = progress;
  }

  /** The tables as restored, under their new ids. */
  List<Table> run(long patienceMs, BooleanSupplier cancelled) throws InterruptedException {
    new FileOrders<>(plan.directory(), file -> 0, null, peers::verifySnapshotFiles, progress)
        .run(view, plan.files(), patienceMs, cancelled);
    List<Table> restoring = await(tables.createRestoring(plan.schemas()));
    boolean published = false;
    try {
      Map<TableName, Integer> ids = new HashMap<>();
      for (int i = 0; i < restoring.size(); i++) {
        ids.put(plan.schemas().get(i).name(), restoring.get(i).id());
      }
      new FileOrders<>(
              plan.directory(),
              file -> ids.get(file.table()),
              null,
              peers::loadSnapshotFiles,
              progress)
          .run(view, plan.files(), patienceMs, cancelled);
      await(tables.publish(restoring, overwrite));
      published = true;
      LOG.info("Restored {}: tables={}, files={}", plan.directory(), ids, plan.files().size());
      return restoring;
    } finally {
      if (!published) {
        discard(restoring);
      }
    }
  }

  private void discard(List<Table> restoring) {
    boolean interrupted = Thread.interrupted();
    try {
      await(tables.discard(restoring));
    } catch (SednaException e) {
      LOG.warn("Leaving tables {} to the next active controller: {}", restoring, e.toString());
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get(CATALOGUE_LIMIT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw Errors.of(e);
    } catch (TimeoutException e) {
      throw new SednaException(
          ErrorCode.TIMEOUT,
          "the table catalogue did not change within " + CATALOGUE_LIMIT_MS + " ms",
          e);
    }
  }
}
