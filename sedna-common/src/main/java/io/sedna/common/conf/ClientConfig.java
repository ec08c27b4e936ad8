// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * How a client reaches daemons, and when it gives up. Each component is the setting of the key
 * beside it below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record ClientConfig(
    List<HostPort> bootstrap,
    int connectionsPerNode,
    int maxInflight,
    int connectTimeoutMs,
    long requestTimeoutMs,
    long deadlineMs,
    long retryBaseMs,
    long retryMaxMs,
    int batchMaxBytes) {
  /** Daemons to begin with, as host:port separated by commas. Empty: found through ZooKeeper. */
  public static final String BOOTSTRAP = "sedna.client.bootstrap";

  public static final String BOOTSTRAP_DEFAULT = "";

  /** Connections that a client opens to a daemon. */
  public static final String CONNECTIONS_PER_NODE = "sedna.client.connections.per.node";

  public static final int CONNECTIONS_PER_NODE_DEFAULT = 1;

  /** Requests under way on a connection; beyond it callers wait. */
  public static final String MAX_INFLIGHT = "sedna.client.max.inflight";

  public static final int MAX_INFLIGHT_DEFAULT = 1024;

  /** How long to wait for a connection. */
  public static final String CONNECT_TIMEOUT_MS = "sedna.client.connect.timeout.ms";

  public static final int CONNECT_TIMEOUT_MS_DEFAULT = 5000;

  /** How long to wait for one answer before the call is tried elsewhere. */
  public static final String REQUEST_TIMEOUT_MS = "sedna.client.request.timeout.ms";

  public static final long REQUEST_TIMEOUT_MS_DEFAULT = 5000;

  /** How long a call is tried again in all. */
  public static final String DEADLINE_MS = "sedna.client.deadline.ms";

  public static final long DEADLINE_MS_DEFAULT = 30_000;

  /** First pause before a retry; it doubles, with jitter. */
  public static final String RETRY_BASE_MS = "sedna.client.retry.base.ms";

  public static final long RETRY_BASE_MS_DEFAULT = 10;

  /** Longest pause before a retry. */
  public static final String RETRY_MAX_MS = "sedna.client.retry.max.ms";

  public static final long RETRY_MAX_MS_DEFAULT = 1000;

  /** Bytes of one part of a batch; larger batches are cut. */
  public static final String BATCH_MAX_BYTES = "sedna.client.batch.max.bytes";

  public static final int BATCH_MAX_BYTES_DEFAULT = 4_194_304;

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static ClientConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    var config =
        new ClientConfig(
            HostPort.parseList(reader.optional(BOOTSTRAP, BOOTSTRAP_DEFAULT).orElse("")),
            reader.integer(CONNECTIONS_PER_NODE, CONNECTIONS_PER_NODE_DEFAULT, 1, 1024),
            reader.integer(MAX_INFLIGHT, MAX_INFLIGHT_DEFAULT, 1, Integer.MAX_VALUE),
            reader.integer(CONNECT_TIMEOUT_MS, CONNECT_TIMEOUT_MS_DEFAULT, 1, Integer.MAX_VALUE),
            reader.number(REQUEST_TIMEOUT_MS, REQUEST_TIMEOUT_MS_DEFAULT, 1, Long.MAX_VALUE),
            reader.number(DEADLINE_MS, DEADLINE_MS_DEFAULT, 1, Long.MAX_VALUE),
            reader.number(RETRY_BASE_MS, RETRY_BASE_MS_DEFAULT, 1, Long.MAX_VALUE),
            reader.number(RETRY_MAX_MS, RETRY_MAX_MS_DEFAULT, 1, Long.MAX_VALUE),
            reader.integer(BATCH_MAX_BYTES, BATCH_MAX_BYTES_DEFAULT, 1, 1 << 30));
    if (config.retryBaseMs > config.retryMaxMs) {
      throw ConfReader.refused(
          RETRY_MAX_MS, config.retryMaxMs, "at least " + RETRY_BASE_MS + "=" + config.retryBaseMs);
    }
    return config;
  }
}
