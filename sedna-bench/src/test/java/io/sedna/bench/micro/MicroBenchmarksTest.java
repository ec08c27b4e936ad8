// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** That the benchmarks run, and compare equal things; not how fast. */
public class MicroBenchmarksTest {
  @Test
  public void shouldWriteAnswersOfEqualLength() throws Exception {
    var codec = new CodecBenchmark();
    codec.make();

    var bytes = codec.answerBytes();

    assertThat(bytes.get(0)).isEqualTo(bytes.get(1)).isGreaterThan(100);
    assertThat(bytes.get(2)).isEqualTo(bytes.get(3)).isGreaterThan(1600);
    assertThat(codec.readGetHot()).isEqualTo(16);
    assertThat(codec.readMultiGetHot()).isEqualTo(16);
  }

  @Test
  public void shouldRunTheEngineBenchmark() throws Exception {
    var options =
        new OptionsBuilder()
            .include(EngineBenchmark.class.getName())
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(org.openjdk.jmh.runner.options.TimeValue.milliseconds(50))
            .param("records", "10000")
            .shouldFailOnError(true)
            .build();

    var results = new Runner(options).run();

    assertThat(results).hasSize(4);
    assertThat(results).allMatch(result -> result.getPrimaryResult().getScore() > 0);
  }
}
