// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.Test;

/** What memcaslap 1.1.4 and redis-benchmark 7.0.15 really printed. */
public class ToolOutputTest {
  private static String captured(String name) throws IOException {
    try (var in = ToolOutputTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  public void shouldReadMemcaslapsResult() throws IOException {
    Memcaslap.Result result = Memcaslap.parse(captured("memcaslap.txt"));

    assertThat(result).isEqualTo(new Memcaslap.Result(355_824, 118_560, 0));
  }

  @Test
  public void shouldReadMemcaslapsResultOfMultiGets() throws IOException {
    Memcaslap.Result result = Memcaslap.parse(captured("memcaslap-multiget.txt"));

    assertThat(result.operations()).isEqualTo(1_589_706);
    assertThat(result.perSecond()).isEqualTo(529_823);
  }

  @Test
  public void shouldReadRedisBenchmarksResult() throws IOException {
    double perSecond = RedisBenchmark.parse(captured("redis-benchmark.csv"));

    assertThat(perSecond).isCloseTo(968_523.06, within(0.01));
  }

  @Test
  public void shouldShowWhatIsNoResult() {
    assertThatThrownBy(() -> Memcaslap.parse("memcaslap: connection refused"))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("connection refused");
    assertThatThrownBy(() -> RedisBenchmark.parse("Could not connect to Redis"))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("Could not connect");
  }

  @Test
  public void shouldAskMemcaslapForTheSizesAndSharesOfTheTable() {
    assertThat(Memcaslap.configuration())
        .isEqualTo("key\n16 16 1\nvalue\n100 100 1\ncmd\n0 0.1\n1 0.9\n");
  }
}
