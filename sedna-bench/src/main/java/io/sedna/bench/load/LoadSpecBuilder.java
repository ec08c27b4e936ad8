// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import io.sedna.bench.wire.WireProtocol;
import io.sedna.bench.workload.KeyDistribution;
import io.sedna.bench.workload.OperationMix;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/** Makes a {@link LoadSpec}; what is not set is what {@code bin/sedna bench load} has by itself. */
@InterfaceAudience.Private
public final class LoadSpecBuilder {
  private final List<InetSocketAddress> targets;
  private final WireProtocol protocol;
  private String table = "bench.load";
  private int connections = 32;
  private int threads = 1;
  private int pipeline = 1;
  private boolean sliding;
  private int batch = 1;
  private long keys = 100_000;
  private int keyBytes = 16;
  private int valueBytes = 100;
  private OperationMix mix = OperationMix.readRatio(0.9, KeyDistribution.UNIFORM);
  private double rate;
  private long warmupMs;
  private long durationMs = 10_000;
  private long requests;
  private long seed = 1;

  LoadSpecBuilder(List<InetSocketAddress> targets, WireProtocol protocol) {
    this.targets = targets;
    this.protocol = protocol;
  }

  public LoadSpecBuilder table(String name) {
    table = name;
    return this;
  }

  public LoadSpecBuilder connections(int count) {
    connections = count;
    return this;
  }

  public LoadSpecBuilder threads(int count) {
    threads = count;
    return this;
  }

  public LoadSpecBuilder pipeline(int depth) {
    pipeline = depth;
    return this;
  }

  public LoadSpecBuilder sliding(boolean keepFull) {
    sliding = keepFull;
    return this;
  }

  public LoadSpecBuilder batch(int keysOfRequest) {
    batch = keysOfRequest;
    return this;
  }

  public LoadSpecBuilder keys(long count) {
    keys = count;
    return this;
  }

  public LoadSpecBuilder sizes(int bytesOfKey, int bytesOfValue) {
    keyBytes = bytesOfKey;
    valueBytes = bytesOfValue;
    return this;
  }

  public LoadSpecBuilder mix(OperationMix operations) {
    mix = operations;
    return this;
  }

  public LoadSpecBuilder rate(double requestsPerSecond) {
    rate = requestsPerSecond;
    return this;
  }

  public LoadSpecBuilder warmupMs(long ms) {
    warmupMs = ms;
    return this;
  }

  public LoadSpecBuilder durationMs(long ms) {
    durationMs = ms;
    return this;
  }

  public LoadSpecBuilder requests(long count) {
    requests = count;
    return this;
  }

  public LoadSpecBuilder seed(long number) {
    seed = number;
    return this;
  }

  /**
   * @throws io.sedna.common.error.SednaException INVALID_ARGUMENT
   */
  public LoadSpec build() {
    return new LoadSpec(
        targets,
        protocol,
        table,
        connections,
        threads,
        pipeline,
        sliding,
        batch,
        keys,
        keyBytes,
        valueBytes,
        mix,
        rate,
        warmupMs,
        durationMs,
        requests,
        seed);
  }
}
