// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.StoredRecord;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Merges scan batches of the same range from several replicas: in unsigned order of hashes, then of
 * keys, records of the same key joined. Ends before the least hash at which a replica stopped, as
 * beyond it that one's records are not known.
 */
final class ScanMerger implements Iterator<StoredRecord> {
  private final List<ScanBatch> batches;
  private final int[] positions;
  private final StoredRecord[] last;
  private final boolean covered;
  private final long nextHash;

  ScanMerger(List<ScanBatch> batches) {
    this.batches = batches;
    this.positions = new int[batches.size()];
    this.last = new StoredRecord[batches.size()];
    boolean allDone = true;
    long least = 0;
    for (ScanBatch batch : batches) {
      if (!batch.done()) {
        least =
            allDone || Long.compareUnsigned(batch.nextHash(), least) < 0 ? batch.nextHash() : least;
        allDone = false;
      }
    }
    this.covered = allDone;
    this.nextHash = least;
  }

  /** Whether all replicas came to the end of the range. */
  boolean covered() {
    return covered;
  }

  /** First hash that is not covered; meaningless if all are. */
  long nextHash() {
    return nextHash;
  }

  @Override
  public boolean hasNext() {
    return least() != null;
  }

  @Override
  public StoredRecord next() {
    StoredRecord least = least();
    if (least == null) {
      throw new NoSuchElementException();
    }
    StoredRecord merged = StoredRecord.empty(least.key(), least.hash());
    for (int i = 0; i < positions.length; i++) {
      StoredRecord head = head(i);
      last[i] = null;
      if (head != null && order(head, least) == 0) {
        merged = merged.merge(head);
        last[i] = head;
        positions[i]++;
      }
    }
    return merged;
  }

  /** What the batch holds of the record that came last; null: nothing. */
  StoredRecord held(int batch) {
    return last[batch];
  }

  private StoredRecord least() {
    StoredRecord least = null;
    for (int i = 0; i < positions.length; i++) {
      StoredRecord head = head(i);
      if (head != null && (least == null || order(head, least) < 0)) {
        least = head;
      }
    }
    return least;
  }

  private StoredRecord head(int i) {
    List<StoredRecord> records = batches.get(i).records();
    if (positions[i] >= records.size()) {
      return null;
    }
    StoredRecord head = records.get(positions[i]);
    return covered || Long.compareUnsigned(head.hash(), nextHash) < 0 ? head : null;
  }

  private static int order(StoredRecord a, StoredRecord b) {
    int byHash = Long.compareUnsigned(a.hash(), b.hash());
    return byHash != 0 ? byHash : Arrays.compareUnsigned(a.key(), b.key());
  }
}
