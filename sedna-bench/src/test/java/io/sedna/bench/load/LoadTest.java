// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.bench.wire.WireProtocol;
import io.sedna.bench.workload.KeyDistribution;
import io.sedna.bench.workload.OperationMix;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.OptionalLong;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** The loader against a tiny server that speaks Redis' protocol. */
public class LoadTest {
  private static final long KEYS = 1_000;

  private TinyRedis server;

  @Before
  public void start() throws IOException {
    server = new TinyRedis();
  }

  @After
  public void stop() throws IOException {
    server.close();
  }

  private LoadSpecBuilder spec() {
    return LoadSpec.builder(List.of(server.address()), WireProtocol.REDIS)
        .connections(4)
        .threads(2)
        .keys(KEYS)
        .sizes(16, 100);
  }

  private static LoadResult run(LoadSpec spec) throws InterruptedException {
    return Load.run(spec, LoadProgress.NONE, OptionalLong.empty());
  }

  @Test
  public void shouldFillAndReadWithoutErrors() throws Exception {
    LoadResult filled = Load.fill(spec().build(), LoadProgress.NONE);
    LoadResult result = run(spec().requests(2_000).pipeline(4).mix(OperationMix.ycsb('f')).build());

    assertThat(filled.written()).isEqualTo(KEYS);
    assertThat(server.records()).isEqualTo((int) KEYS);
    assertThat(result.errors()).isZero();
    assertThat(result.misses()).isZero();
    assertThat(result.requests()).isGreaterThanOrEqualTo(2_000);
    assertThat(result.reads().count()).isPositive();
    assertThat(result.readModifyWrites().count()).isPositive();
    assertThat(result.readModifyWrites().p50Micros()).isGreaterThan(0);
    assertThat(result.requestsPerSecond()).isGreaterThan(0);
  }

  @Test
  public void shouldFillLargeValuesInFramesThatAServerTakes() {
    assertThat(spec().build().forFill().batch()).isGreaterThan(16);
    assertThat(spec().sizes(16, 500_000).build().forFill().batch()).isEqualTo(2);
    assertThat(spec().sizes(16, 5_000_000).build().forFill().batch()).isEqualTo(1);
  }

  @Test
  public void shouldReadWhatItInserts() throws Exception {
    Load.fill(spec().build(), LoadProgress.NONE);

    LoadResult result = run(spec().requests(5_000).mix(OperationMix.ycsb('d')).build());

    assertThat(result.misses()).isZero();
    assertThat(result.errors()).isZero();
    assertThat(server.records()).isGreaterThan((int) KEYS);
  }

  @Test
  public void shouldCountMisses() throws Exception {
    var reads = OperationMix.readRatio(1, KeyDistribution.UNIFORM);

    LoadResult result = run(spec().batch(16).requests(200).mix(reads).build());

    assertThat(result.misses()).isEqualTo(result.keys());
    assertThat(result.keys()).isEqualTo(result.requests() * 16);
  }

  @Test
  public void shouldKeepTheRateOfAnOpenLoop() throws Exception {
    Load.fill(spec().build(), LoadProgress.NONE);

    LoadResult result = run(spec().rate(2_000).durationMs(500).build());

    // By schedule it is 1,000 requests, however the machine is; how long they took is not.
    assertThat(result.requests()).isBetween(990L, 1_010L);
    assertThat(result.errors()).isZero();
  }

  @Test
  public void shouldCountTheTimeOfRequestsThatAStallHeldBack() throws Exception {
    Load.fill(spec().build(), LoadProgress.NONE);
    server.stallOnceMs(400);

    LoadResult result = run(spec().connections(1).threads(1).rate(1_000).durationMs(500).build());

    // A closed loop would have one slow request; by schedule hundreds have waited.
    double p50 = Math.max(result.reads().p50Micros(), result.writes().p50Micros());
    assertThat(p50).isGreaterThan(50_000);
  }

  @Test
  public void shouldFailWhenTheServerClosesAConnection() {
    server.closeAfter(100);

    assertThatThrownBy(() -> run(spec().requests(100_000).build()))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  @Test
  public void shouldFailWhenNobodyListens() throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    var spec =
        LoadSpec.builder(List.of(new InetSocketAddress("127.0.0.1", port)), WireProtocol.MEMCACHED)
            .build();

    assertThatThrownBy(() -> run(spec))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("cannot connect");
  }

  @Test
  public void shouldFailOnAnswersOfAnotherProtocol() {
    var spec =
        LoadSpec.builder(List.of(server.address()), WireProtocol.MEMCACHED).requests(10).build();

    assertThatThrownBy(() -> run(spec))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("server sent");
  }

  @Test
  public void shouldRefuseSettingsThatCannotBe() {
    assertThatThrownBy(() -> spec().pipeline(0).build()).hasMessageContaining("pipeline=0");
    assertThatThrownBy(() -> spec().connections(1).threads(2).build())
        .hasMessageContaining("connections=1");
    assertThatThrownBy(() -> spec().rate(-1).build()).hasMessageContaining("rate=-1");
  }
}
