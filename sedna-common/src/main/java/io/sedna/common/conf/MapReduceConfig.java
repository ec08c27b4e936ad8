// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import io.sedna.common.schema.Limits;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * How MapReduce jobs read and write tables. Each component is the setting of the key beside it
 * below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record MapReduceConfig(
    int scanBatchBytes,
    int scanPrefetch,
    int splitsPerDaemon,
    int writeBatchRecords,
    int writeMaxInflight) {
  /** Bytes in one scan batch of SednaInputFormat. */
  public static final String SCAN_BATCH_BYTES = "sedna.mapreduce.scan.batch.bytes";

  public static final int SCAN_BATCH_BYTES_DEFAULT = 1_048_576;

  /** Scan batches that SednaInputFormat fetches ahead. */
  public static final String SCAN_PREFETCH = "sedna.mapreduce.scan.prefetch";

  public static final int SCAN_PREFETCH_DEFAULT = 2;

  /** Splits that SednaInputFormat makes for each daemon. */
  public static final String SPLITS_PER_DAEMON = "sedna.mapreduce.splits.per.daemon";

  public static final int SPLITS_PER_DAEMON_DEFAULT = 2;

  /** Records in one batch of SednaOutputFormat. */
  public static final String WRITE_BATCH_RECORDS = "sedna.mapreduce.write.batch.records";

  public static final int WRITE_BATCH_RECORDS_DEFAULT = 1000;

  /** Batches that SednaOutputFormat has under way. */
  public static final String WRITE_MAX_INFLIGHT = "sedna.mapreduce.write.max.inflight";

  public static final int WRITE_MAX_INFLIGHT_DEFAULT = 4;

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static MapReduceConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new MapReduceConfig(
        reader.integer(SCAN_BATCH_BYTES, SCAN_BATCH_BYTES_DEFAULT, 1, Limits.MAX_SCAN_BYTES),
        reader.integer(SCAN_PREFETCH, SCAN_PREFETCH_DEFAULT, 1, 1024),
        reader.integer(SPLITS_PER_DAEMON, SPLITS_PER_DAEMON_DEFAULT, 1, 65_536),
        reader.integer(
            WRITE_BATCH_RECORDS, WRITE_BATCH_RECORDS_DEFAULT, 1, Limits.MAX_BATCH_ENTRIES),
        reader.integer(WRITE_MAX_INFLIGHT, WRITE_MAX_INFLIGHT_DEFAULT, 1, 1024));
  }
}
