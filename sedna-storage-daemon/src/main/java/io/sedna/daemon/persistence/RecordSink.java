// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.StoredRecord;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/** Takes records that come back from HDFS. Thread-safe; never blocks. */
@FunctionalInterface
@InterfaceAudience.Private
public interface RecordSink {
  /**
   * Merges records, as they are, into every replica of their partitions, in whatever state those
   * are. All or an error; repeating it does no harm.
   */
  CompletableFuture<Void> merge(Table table, List<StoredRecord> records);
}
