// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import io.sedna.common.schema.Limits;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * How daemons copy records to one another. Each component is the setting of the key beside it
 * below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record ReplicationConfig(
    long timeoutMs,
    long maxInflightBytes,
    int transferBatchBytes,
    int maxConcurrentTransfers,
    int transferThreads,
    long transferMaxBytesPerSecond) {
  /** How long a coordinator waits for replicas. */
  public static final String REPLICATION_TIMEOUT_MS = "sedna.replication.timeout.ms";

  public static final long REPLICATION_TIMEOUT_MS_DEFAULT = 2000;

  /** Bytes under way to one peer; beyond it writes answer OVERLOADED. */
  public static final String REPLICATION_MAX_INFLIGHT_BYTES =
      "sedna.replication.max.inflight.bytes";

  public static final long REPLICATION_MAX_INFLIGHT_BYTES_DEFAULT = 67_108_864;

  /** Bytes in one batch while a replica is filled. */
  public static final String TRANSFER_BATCH_BYTES = "sedna.transfer.batch.bytes";

  public static final int TRANSFER_BATCH_BYTES_DEFAULT = 1_048_576;

  /** Partitions that a daemon fills at once. */
  public static final String TRANSFER_MAX_CONCURRENT = "sedna.transfer.max.concurrent";

  public static final int TRANSFER_MAX_CONCURRENT_DEFAULT = 4;

  /**
   * Threads of a daemon that read records for others' replicas and store those that fill its own.
   */
  public static final String TRANSFER_THREADS = "sedna.transfer.threads";

  public static final int TRANSFER_THREADS_DEFAULT = 2;

  /** Bytes a second in which a daemon fills its replicas; 0: no limit. */
  public static final String TRANSFER_MAX_BYTES_PER_SECOND = "sedna.transfer.max.bytes.per.second";

  public static final long TRANSFER_MAX_BYTES_PER_SECOND_DEFAULT = 0;

  /** Replicas are filled as fast as it goes. */
  public ReplicationConfig(
      long timeoutMs, long maxInflightBytes, int transferBatchBytes, int maxConcurrentTransfers) {
    this(
        timeoutMs,
        maxInflightBytes,
        transferBatchBytes,
        maxConcurrentTransfers,
        TRANSFER_THREADS_DEFAULT,
        0);
  }

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static ReplicationConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new ReplicationConfig(
        reader.number(REPLICATION_TIMEOUT_MS, REPLICATION_TIMEOUT_MS_DEFAULT, 1, Long.MAX_VALUE),
        reader.number(
            REPLICATION_MAX_INFLIGHT_BYTES,
            REPLICATION_MAX_INFLIGHT_BYTES_DEFAULT,
            1,
            Long.MAX_VALUE),
        reader.integer(
            TRANSFER_BATCH_BYTES, TRANSFER_BATCH_BYTES_DEFAULT, 1, Limits.MAX_SCAN_BYTES),
        reader.integer(TRANSFER_MAX_CONCURRENT, TRANSFER_MAX_CONCURRENT_DEFAULT, 1, 1024),
        reader.integer(TRANSFER_THREADS, TRANSFER_THREADS_DEFAULT, 1, 1024),
        reader.number(
            TRANSFER_MAX_BYTES_PER_SECOND,
            TRANSFER_MAX_BYTES_PER_SECOND_DEFAULT,
            0,
            Long.MAX_VALUE));
  }
}
