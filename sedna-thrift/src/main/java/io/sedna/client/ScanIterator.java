// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.thrift.convert.Errors;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A scan of many partitions, in the order of their hashes. Each partition is read from a replica of
 * its own, batch after batch; up to {@code prefetch} batches, of one partition or of several, are
 * under way or waiting for the reader.
 *
 * <p>The iterator is for one thread; what arrives is handed over under the lock of this object.
 */
final class ScanIterator implements Iterator<Record> {
  private final ClientCore core;
  private final SednaTable table;
  private final ScanSpec spec;
  private final PartitionMap shape;

  // Guarded by this.
  private final Deque<Cursor> cursors = new ArrayDeque<>();
  private int nextPartition;
  private int batches;
  private SednaException failure;

  // Of the reader.
  private Iterator<Record> current = Collections.emptyIterator();
  private boolean ended;

  /** How far the scan of one partition is. */
  private static final class Cursor {
    final long endHash;
    final Deque<ScanBatch> ready = new ArrayDeque<>();
    long nextHash;
    boolean fetching;
    boolean finished;

    Cursor(long nextHash, long endHash) {
      this.nextHash = nextHash;
      this.endHash = endHash;
    }
  }

  /**
   * @throws SednaException TABLE_NOT_FOUND, or what kept the client from any map
   */
  ScanIterator(ClientCore core, SednaTable table, ScanSpec spec) {
    this.core = core;
    this.table = table;
    this.spec = spec;
    // The number of partitions never changes, so the newest map's ranges are good to the end.
    this.shape = core.await(core.begin(core::readyMap)).map();
    this.nextPartition = shape.partitionOf(spec.startHash());
    fetchAhead();
  }

  @Override
  public boolean hasNext() {
    while (!current.hasNext()) {
      if (ended) {
        return false;
      }
      ScanBatch batch = nextBatch();
      if (batch == null) {
        ended = true;
        return false;
      }
      current = batch.records().iterator();
    }
    return true;
  }

  @Override
  public Record next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return current.next();
  }

  /** Null: there are no more. */
  private ScanBatch nextBatch() {
    core.checkMayWait();
    while (fetchAhead()) {
      ScanBatch batch = arrivedBatch();
      if (batch != null) {
        fetchAhead();
        return batch;
      }
    }
    return null;
  }

  /** Waits for the head of the scan; null: it is at its end, or has to be fetched on. */
  private synchronized ScanBatch arrivedBatch() {
    while (failure == null && !cursors.isEmpty()) {
      Cursor head = cursors.peekFirst();
      ScanBatch batch = head.ready.poll();
      if (batch != null) {
        batches--;
        return batch;
      }
      if (head.finished) {
        cursors.removeFirst();
      } else if (head.fetching) {
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw ClientCore.interrupted(e);
        }
      } else {
        return null;
      }
    }
    if (failure != null) {
      ended = true;
      throw ClientCore.rethrown(failure);
    }
    return null;
  }

  /** Starts what may be started; whether anything is under way or ready. */
  private boolean fetchAhead() {
    while (true) {
      Cursor cursor;
      synchronized (this) {
        cursor = failure == null ? startable() : null;
        if (cursor == null) {
          return !cursors.isEmpty() || failure != null;
        }
        cursor.fetching = true;
        batches++;
      }
      fetch(cursor);
    }
  }

  private Cursor startable() {
    Cursor head = cursors.peekFirst();
    // What the reader waits for is fetched even if the batches of later partitions fill the limit.
    if (head != null && !head.fetching && !head.finished && head.ready.isEmpty()) {
      return head;
    }
    if (batches >= spec.prefetch()) {
      return null;
    }
    for (Cursor cursor : cursors) {
      if (!cursor.fetching && !cursor.finished) {
        return cursor;
      }
    }
    return open();
  }

  private Cursor open() {
    if (nextPartition > shape.partitionOf(spec.endHash())) {
      return null;
    }
    int partition = nextPartition++;
    var cursor =
        new Cursor(
            unsignedMax(spec.startHash(), shape.firstHash(partition)),
            unsignedMin(spec.endHash(), shape.lastHash(partition)));
    cursors.addLast(cursor);
    return cursor;
  }

  private void fetch(Cursor cursor) {
    var unused =
        table
            .scanAsync(spec.within(cursor.nextHash, cursor.endHash))
            .whenComplete(
                (batch, e) -> {
                  arrived(cursor, batch, e);
                  fetchAhead();
                });
  }

  private synchronized void arrived(Cursor cursor, ScanBatch batch, Throwable e) {
    cursor.fetching = false;
    if (e != null) {
      failure = failure == null ? Errors.of(e) : failure;
    } else {
      cursor.finished = batch.done();
      cursor.nextHash = batch.nextHash();
      if (batch.records().isEmpty()) {
        batches--;
      } else {
        cursor.ready.add(batch);
      }
    }
    notifyAll();
  }

  private static long unsignedMax(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  private static long unsignedMin(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0 ? a : b;
  }
}
