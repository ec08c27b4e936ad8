// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.repair;

import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Records of one store in some ranges.
 *
 * @param records in order of their hashes
 * @param done nothing is left in the ranges
 * @param nextHash where to go on; meaningless when done
 */
@InterfaceAudience.Private
public record RangeScan(List<StoredRecord> records, boolean done, long nextHash) {
  private static final byte[] NO_PREFIX = {};

  /** Scans of one store in a row, so that nobody is kept busy by what is empty. */
  private static final int MOST_SCANS = 256;

  /**
   * Reads the next records, until so many or so many bytes are found.
   *
   * @param store null: nothing is held
   * @param view what is made of a record; nothing is given where that is empty. Replicas that
   *     compare leave out what the next sweep drops, or each would get back from the other what it
   *     has just dropped
   */
  public static RangeScan read(
      PartitionStore store,
      HashRanges ranges,
      int maxRecords,
      int maxBytes,
      UnaryOperator<StoredRecord> view) {
    var found = new ArrayList<StoredRecord>();
    long bytes = 0;
    int scans = 0;
    int range = 0;
    while (store != null && range < ranges.count()) {
      long next = ranges.first(range);
      boolean more = true;
      while (more) {
        if (found.size() >= maxRecords || bytes >= maxBytes || scans == MOST_SCANS) {
          return new RangeScan(found, false, next);
        }
        ScanBatch batch =
            store.scan(
                new ScanRange(
                    next,
                    ranges.last(range),
                    NO_PREFIX,
                    maxRecords - found.size(),
                    (int) (maxBytes - bytes),
                    ScanRange.View.EVERYTHING));
        scans++;
        for (StoredRecord record : batch.records()) {
          StoredRecord seen = view.apply(record);
          if (!seen.isEmpty()) {
            found.add(seen);
            bytes += RecordCode.size(seen);
          }
        }
        more = !batch.done();
        next = batch.nextHash();
      }
      range++;
    }
    return new RangeScan(found, true, 0);
  }
}
