// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import io.sedna.bench.wire.WireProtocol;
import io.sedna.bench.workload.OperationMix;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What a load is to be.
 *
 * @param targets connections are spread over them evenly
 * @param table dataset.table, for Thrift
 * @param threads event loops
 * @param pipeline requests under way on one connection at most
 * @param sliding send the next request as soon as one was answered, instead of the next {@code
 *     pipeline} when all were
 * @param batch keys of one request
 * @param keys keys that are there from the start, or are filled in
 * @param rate requests a second of all connections together, on a schedule that does not wait for
 *     answers; 0: each connection sends as soon as it may
 * @param requests end after so many, from the end of the warm-up on; 0: after the duration
 */
@InterfaceAudience.Private
public record LoadSpec(
    List<InetSocketAddress> targets,
    WireProtocol protocol,
    String table,
    int connections,
    int threads,
    int pipeline,
    boolean sliding,
    int batch,
    long keys,
    int keyBytes,
    int valueBytes,
    OperationMix mix,
    double rate,
    long warmupMs,
    long durationMs,
    long requests,
    long seed) {
  private static final int MOST_CONNECTIONS = 60_000;
  private static final int FILL_BATCH = 64;
  private static final int FILL_REQUEST_BYTES = 1 << 20;
  private static final int FILL_PIPELINE = 4;
  private static final int FILL_CONNECTIONS = 4;

  private static final int MOST_BATCH = 10_000;
  private static final int MOST_PIPELINE = 1 << 16;

  public LoadSpec {
    targets = List.copyOf(targets);
    check(!targets.isEmpty(), "target", 0, "1 or more");
    check(threads >= 1, "threads", threads, "1 or more");
    check(
        connections >= threads && connections <= MOST_CONNECTIONS,
        "connections",
        connections,
        "at least the number of threads (" + threads + ") and at most " + MOST_CONNECTIONS);
    check(
        pipeline >= 1 && pipeline <= MOST_PIPELINE, "pipeline", pipeline, "1 to " + MOST_PIPELINE);
    check(batch >= 1 && batch <= MOST_BATCH, "batch", batch, "1 to " + MOST_BATCH);
    check(keys >= 1, "keys", keys, "1 or more");
    check(rate >= 0, "rate", rate, "0 or more");
    check(warmupMs >= 0, "warmup", warmupMs, "0 or more");
    check(durationMs >= 1 || requests >= 1, "duration", durationMs, "1 ms or more");
    check(requests >= 0, "requests", requests, "0 or more");
  }

  private static void check(boolean right, String name, Object value, String legal) {
    if (!right) {
      throw new SednaException(ErrorCode.INVALID_ARGUMENT, name + "=" + value + " is not " + legal);
    }
  }

  public static LoadSpecBuilder builder(List<InetSocketAddress> targets, WireProtocol protocol) {
    return new LoadSpecBuilder(targets, protocol);
  }

  /** One that begins with what this one says. */
  public LoadSpecBuilder toBuilder() {
    return new LoadSpecBuilder(targets, protocol)
        .table(table)
        .connections(connections)
        .threads(threads)
        .pipeline(pipeline)
        .sliding(sliding)
        .batch(batch)
        .keys(keys)
        .sizes(keyBytes, valueBytes)
        .mix(mix)
        .rate(rate)
        .warmupMs(warmupMs)
        .durationMs(durationMs)
        .requests(requests)
        .seed(seed);
  }

  /** The same records, to be written by few connections in large requests. */
  LoadSpec forFill() {
    return toBuilder()
        .connections(Math.max(FILL_CONNECTIONS, threads))
        .pipeline(FILL_PIPELINE)
        .batch(fillBatch())
        .sliding(true)
        .rate(0)
        .warmupMs(0)
        // More than there are: the operations end by themselves.
        .requests(keys + threads)
        .build();
  }

  /** Large values go out few at a time: a server bounds its frames. */
  private int fillBatch() {
    return Math.max(1, Math.min(FILL_BATCH, FILL_REQUEST_BYTES / (keyBytes + valueBytes)));
  }

  /** Requests are sent by a schedule. */
  boolean isOpenLoop() {
    return rate > 0;
  }
}
