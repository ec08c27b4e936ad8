// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/** Strong tables. Each component is the setting of the key beside it below. Immutable. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record StrongConfig(
    long leaseMarginMs,
    long ackTimeoutMs,
    long requestWindowMs,
    int requestsPerPartition,
    int requestMemoryMb) {
  /**
   * How long before its ZooKeeper session could end a primary stops answering: what clocks of
   * different machines may drift apart within a session's time-out, and then some.
   */
  public static final String LEASE_MARGIN_MS = "sedna.strong.lease.margin.ms";

  public static final long LEASE_MARGIN_MS_DEFAULT = 500;

  /** How long a primary waits for a replica before it reports it to the controller. */
  public static final String ACK_TIMEOUT_MS = "sedna.strong.ack.timeout.ms";

  public static final long ACK_TIMEOUT_MS_DEFAULT = 1000;

  /** How long daemons remember what a request came to. */
  public static final String REQUEST_WINDOW_MS = "sedna.request.window.ms";

  public static final long REQUEST_WINDOW_MS_DEFAULT = 300_000;

  /** Requests that a replica of a partition remembers; beyond it the oldest are forgotten early. */
  public static final String REQUESTS_PER_PARTITION = "sedna.request.max.per.partition";

  public static final int REQUESTS_PER_PARTITION_DEFAULT = 16_384;

  /**
   * Memory of the heap for the requests that a daemon remembers, in MiB; beyond it the oldest of a
   * partition are forgotten early. 0: an eighth of the heap.
   */
  public static final String REQUEST_MEMORY_MB = "sedna.request.memory.mb";

  public static final int REQUEST_MEMORY_MB_DEFAULT = 0;

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static StrongConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new StrongConfig(
        reader.number(LEASE_MARGIN_MS, LEASE_MARGIN_MS_DEFAULT, 0, Long.MAX_VALUE),
        reader.number(ACK_TIMEOUT_MS, ACK_TIMEOUT_MS_DEFAULT, 1, Long.MAX_VALUE),
        reader.number(REQUEST_WINDOW_MS, REQUEST_WINDOW_MS_DEFAULT, 1, Long.MAX_VALUE),
        reader.integer(
            REQUESTS_PER_PARTITION, REQUESTS_PER_PARTITION_DEFAULT, 1, Integer.MAX_VALUE),
        reader.integer(REQUEST_MEMORY_MB, REQUEST_MEMORY_MB_DEFAULT, 0, Integer.MAX_VALUE));
  }
}
