// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.RecordUpdate;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.replication.LocalTable;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * flush_all: from one moment to the next, nothing older is found any more by memcached clients of
 * this daemon; what is older and held here is then forgotten on a thread of its own, which makes it
 * go for all other clients too. Thread-safe.
 */
final class Flusher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
  private static final int BATCH_BYTES = 256 * 1024;
  private static final int KEY_BYTES = 256;

  private final CacheTable table;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "sedna-memcached-flush");
            thread.setDaemon(true);
            return thread;
          });

  Flusher(CacheTable table) {
    this.table = table;
  }

  void flush() {
    long mark = table.clock().now();
    table.flushes().flush(mark);
    forgetAfter(0);
  }

  /**
   * @param timeMs milliseconds since 1970
   */
  void flushAt(long timeMs) {
    table.flushes().flushAt(timeMs);
    forgetAfter(Math.max(0, timeMs - table.clock().wallMillis()) + 1);
  }

  private void forgetAfter(long delayMs) {
    try {
      var unused = executor.schedule(this::forgetFlushed, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The server stops: what was flushed goes with it", e);
    }
  }

  private void forgetFlushed() {
    try {
      long mark = table.flushes().at(table.clock().wallMillis());
      LocalTable local = table.local();
      if (local == null) {
        return;
      }
      long forgotten = 0;
      for (int p = 0; p < local.partitions(); p++) {
        PartitionStore store = local.writable(local.firstHash(p));
        if (store != null) {
          forgotten += forget(store, local.firstHash(p), local.lastHash(p), mark);
        }
      }
      LOG.info("Flushed table {}: records={}", table.name(), forgotten);
    } catch (RuntimeException e) {
      LOG.error("Cannot forget what was flushed of table {}", table.name(), e);
    }
  }

  private long forget(PartitionStore store, long firstHash, long lastHash, long mark) {
    long forgotten = 0;
    long from = firstHash;
    boolean done = false;
    while (!done) {
      ScanBatch batch =
          store.scan(ScanRange.of(from, lastHash, BATCH_BYTES, ScanRange.View.NEWEST));
      for (StoredRecord record : batch.records()) {
        if (isBefore(record, mark)) {
          forget(store, record, mark);
          forgotten++;
        }
      }
      done = batch.done();
      from = batch.nextHash();
    }
    return forgotten;
  }

  private static boolean isBefore(StoredRecord record, long mark) {
    for (StoredVersion version : record.versions()) {
      if (version.timestamp() >= mark) {
        return false;
      }
    }
    return true;
  }

  private void forget(PartitionStore store, StoredRecord record, long mark) {
    byte[] key = record.key();
    long address = OffHeap.allocate(Math.max(KEY_BYTES, key.length));
    try {
      OffHeap.copy(key, 0, address, key.length);
      store.update(
          address,
          key.length,
          record.hash(),
          table.clock().wallMillis(),
          (current, next) ->
              current.found() && current.head().timestamp() < mark
                  ? RecordUpdate.Decision.FORGET
                  : RecordUpdate.Decision.KEEP);
    } finally {
      OffHeap.free(address);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
