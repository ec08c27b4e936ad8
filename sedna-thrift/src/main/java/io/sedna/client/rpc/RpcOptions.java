// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Bounds of an {@link RpcClient}.
 *
 * @param connections to each address; opened when first used
 * @param maxInflight requests under way on one connection; one more fails with OVERLOADED
 * @param maxInflightBytes bytes of requests under way to one address; a request that would exceed
 *     it fails with OVERLOADED, unless none is under way
 * @param connectTimeoutMs milliseconds
 * @param requestTimeoutMs milliseconds that a request waits for its answer where the caller names
 *     none
 * @param maxFrameBytes longest request sent and longest answer accepted
 * @param gathering how calls of single keys share frames
 * @param ofLoops each event loop has a connection of its own, for the calls that are made on it:
 *     they go out and are answered without another thread; {@code connections} is for the others
 */
@InterfaceAudience.Private
public record RpcOptions(
    int connections,
    int maxInflight,
    long maxInflightBytes,
    int connectTimeoutMs,
    int requestTimeoutMs,
    int maxFrameBytes,
    Gathering gathering,
    boolean ofLoops) {

  public RpcOptions {
    positive("connections", connections);
    positive("maxInflight", maxInflight);
    positive("maxInflightBytes", maxInflightBytes);
    positive("connectTimeoutMs", connectTimeoutMs);
    positive("requestTimeoutMs", requestTimeoutMs);
    positive("maxFrameBytes", maxFrameBytes);
  }

  private static void positive(String what, long value) {
    if (value <= 0) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, what + " must be above 0: " + what + "=" + value);
    }
  }

  /**
   * One connection, 1,024 requests and 64 MiB under way, 5 s to connect and answer, 16 MiB frames.
   */
  public static RpcOptions defaults() {
    return new RpcOptions(1, 1024, 64L << 20, 5000, 5000, 16 << 20, Gathering.DEFAULT, false);
  }

  public RpcOptions withConnections(int value) {
    return new RpcOptions(
        value,
        maxInflight,
        maxInflightBytes,
        connectTimeoutMs,
        requestTimeoutMs,
        maxFrameBytes,
        gathering,
        ofLoops);
  }

  public RpcOptions withMaxInflight(int value) {
    return new RpcOptions(
        connections,
        value,
        maxInflightBytes,
        connectTimeoutMs,
        requestTimeoutMs,
        maxFrameBytes,
        gathering,
        ofLoops);
  }

  public RpcOptions withMaxInflightBytes(long value) {
    return new RpcOptions(
        connections,
        maxInflight,
        value,
        connectTimeoutMs,
        requestTimeoutMs,
        maxFrameBytes,
        gathering,
        ofLoops);
  }

  public RpcOptions withConnectTimeoutMs(int value) {
    return new RpcOptions(
        connections,
        maxInflight,
        maxInflightBytes,
        value,
        requestTimeoutMs,
        maxFrameBytes,
        gathering,
        ofLoops);
  }

  public RpcOptions withRequestTimeoutMs(int value) {
    return new RpcOptions(
        connections,
        maxInflight,
        maxInflightBytes,
        connectTimeoutMs,
        value,
        maxFrameBytes,
        gathering,
        ofLoops);
  }

  public RpcOptions withMaxFrameBytes(int value) {
    return new RpcOptions(
        connections,
        maxInflight,
        maxInflightBytes,
        connectTimeoutMs,
        requestTimeoutMs,
        value,
        gathering,
        ofLoops);
  }

  public RpcOptions withGathering(Gathering value) {
    return new RpcOptions(
        connections,
        maxInflight,
        maxInflightBytes,
        connectTimeoutMs,
        requestTimeoutMs,
        maxFrameBytes,
        value,
        ofLoops);
  }

  /** With a connection of each event loop. */
  public RpcOptions withConnectionsOfLoops() {
    return new RpcOptions(
        connections,
        maxInflight,
        maxInflightBytes,
        connectTimeoutMs,
        requestTimeoutMs,
        maxFrameBytes,
        gathering,
        true);
  }
}
