// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * The ports of a daemon and their limits. Each component is the setting of the key beside it below.
 * Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record ServerConfig(
    String bindAddress,
    Optional<String> advertisedHost,
    int thriftPort,
    int httpPort,
    int eventLoops,
    int maxFrameBytes,
    int maxConnections,
    int maxInflightRequests,
    int maxUnsentBytes,
    long networkMemoryBytes,
    long slowClientTimeoutMs,
    long shutdownGraceMs) {
  /** Address that the daemon listens on. */
  public static final String BIND_ADDRESS = "sedna.server.bind.address";

  public static final String BIND_ADDRESS_DEFAULT = "0.0.0.0";

  /** Host name that the daemon gives to others. Empty: the machine's own. */
  public static final String ADVERTISED_HOST = "sedna.server.advertised.host";

  public static final String ADVERTISED_HOST_DEFAULT = "";

  /** Port for Thrift clients and peers; 0: any free one. */
  public static final String THRIFT_PORT = "sedna.server.thrift.port";

  public static final int THRIFT_PORT_DEFAULT = 7720;

  /** Port for /metrics, /health and /ready; 0: any free one. */
  public static final String HTTP_PORT = "sedna.server.http.port";

  public static final int HTTP_PORT_DEFAULT = 7721;

  /** Threads that serve requests; 0: as many as processors. */
  public static final String EVENT_LOOPS = "sedna.server.event.loops";

  public static final int EVENT_LOOPS_DEFAULT = 0;

  /** Longest frame; a longer one closes the connection. */
  public static final String MAX_FRAME_BYTES = "sedna.server.max.frame.bytes";

  public static final int MAX_FRAME_BYTES_DEFAULT = 16_777_216;

  /** Connections beyond this are closed at once. */
  public static final String MAX_CONNECTIONS = "sedna.server.max.connections";

  public static final int MAX_CONNECTIONS_DEFAULT = 10_000;

  /** Requests of one connection being served at once; reading pauses beyond it. */
  public static final String MAX_INFLIGHT_REQUESTS = "sedna.server.max.inflight.requests";

  public static final int MAX_INFLIGHT_REQUESTS_DEFAULT = 1024;

  /** Answers of one connection that wait to be sent; beyond it its requests are not read. */
  public static final String MAX_UNSENT_BYTES = "sedna.server.max.unsent.bytes";

  public static final int MAX_UNSENT_BYTES_DEFAULT = 1_048_576;

  /**
   * Answers that wait to be sent, and requests that have come in part or are being served, of all
   * Thrift connections; beyond it the clients that hold most are cut off, and calls that would have
   * to wait answer OVERLOADED.
   */
  public static final String NETWORK_MEMORY_BYTES = "sedna.server.network.memory.bytes";

  public static final long NETWORK_MEMORY_BYTES_DEFAULT = 268_435_456;

  /** A client that takes nothing of its answers for so long is cut off. */
  public static final String SLOW_CLIENT_TIMEOUT_MS = "sedna.server.slow.client.timeout.ms";

  public static final long SLOW_CLIENT_TIMEOUT_MS_DEFAULT = 60_000;

  /** How long a daemon that was asked to stop finishes what it serves. */
  public static final String SHUTDOWN_GRACE_MS = "sedna.server.shutdown.grace.ms";

  public static final long SHUTDOWN_GRACE_MS_DEFAULT = 5000;

  private static final int MAX_PORT = 65_535;

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static ServerConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new ServerConfig(
        reader.string(BIND_ADDRESS, BIND_ADDRESS_DEFAULT),
        reader.optional(ADVERTISED_HOST, ADVERTISED_HOST_DEFAULT),
        reader.integer(THRIFT_PORT, THRIFT_PORT_DEFAULT, 0, MAX_PORT),
        reader.integer(HTTP_PORT, HTTP_PORT_DEFAULT, 0, MAX_PORT),
        reader.integer(EVENT_LOOPS, EVENT_LOOPS_DEFAULT, 0, 1024),
        reader.integer(MAX_FRAME_BYTES, MAX_FRAME_BYTES_DEFAULT, 1024, 1 << 30),
        reader.integer(MAX_CONNECTIONS, MAX_CONNECTIONS_DEFAULT, 1, Integer.MAX_VALUE),
        reader.integer(MAX_INFLIGHT_REQUESTS, MAX_INFLIGHT_REQUESTS_DEFAULT, 1, Integer.MAX_VALUE),
        reader.integer(MAX_UNSENT_BYTES, MAX_UNSENT_BYTES_DEFAULT, 1024, 1 << 30),
        reader.number(NETWORK_MEMORY_BYTES, NETWORK_MEMORY_BYTES_DEFAULT, 1 << 20, Long.MAX_VALUE),
        reader.number(SLOW_CLIENT_TIMEOUT_MS, SLOW_CLIENT_TIMEOUT_MS_DEFAULT, 1, Long.MAX_VALUE),
        reader.number(SHUTDOWN_GRACE_MS, SHUTDOWN_GRACE_MS_DEFAULT, 0, Long.MAX_VALUE));
  }
}
