// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.common.conf.ServerConfig;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Bounds of a {@link ThriftServer}.
 *
 * @param port 0: any free one
 * @param maxFrameBytes longest message taken and sent
 * @param maxInflightRequests of one connection, being served at once; reading pauses beyond it
 * @param maxInflightBytes of requests of one connection being served at once; reading pauses beyond
 *     it
 * @param maxUnsentBytes of answers of one connection that wait to be sent; reading pauses beyond it
 * @param networkMemoryBytes that all connections may hold; beyond it those that hold most are cut
 *     off
 * @param slowClientTimeoutMs after which a client that takes nothing of its answers is cut off
 */
@InterfaceAudience.Private
public record ServerOptions(
    String bindAddress,
    int port,
    int maxFrameBytes,
    int maxConnections,
    int maxInflightRequests,
    long maxInflightBytes,
    int maxUnsentBytes,
    long networkMemoryBytes,
    long slowClientTimeoutMs) {
  /** As many frames of full size may be under way on a connection. */
  private static final int FULL_FRAMES_IN_FLIGHT = 2;

  public static ServerOptions from(ServerConfig config) {
    return new ServerOptions(
        config.bindAddress(),
        config.thriftPort(),
        config.maxFrameBytes(),
        config.maxConnections(),
        config.maxInflightRequests(),
        (long) FULL_FRAMES_IN_FLIGHT * config.maxFrameBytes(),
        config.maxUnsentBytes(),
        config.networkMemoryBytes(),
        config.slowClientTimeoutMs());
  }
}
