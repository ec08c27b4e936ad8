// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

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
    shouldRun(EngineBenchmark.class, 4, "records", "10000");
  }

  @Test
  public void shouldRunTheMemoryBenchmark() throws Exception {
    shouldRun(MemoryBenchmark.class, 2, "megabytes", "1");
  }

  @Test
  public void shouldReadEveryLineInOneCircle() {
    var memory = new MemoryBenchmark();
    memory.megabytes = 1;
    memory.fill();
    try {
      var seen = new HashSet<Long>();
      while (seen.add(memory.dependentRead())) {}

      assertThat(seen).hasSize((1 << 20) / 64);
    } finally {
      memory.free();
    }
  }

  private static void shouldRun(Class<?> benchmark, int methods, String parameter, String value)
      throws Exception {
    var options =
        new OptionsBuilder()
            .include(benchmark.getName())
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(50))
            .param(parameter, value)
            .shouldFailOnError(true)
            .build();

    var results = new Runner(options).run();

    assertThat(results).hasSize(methods);
    assertThat(results).allMatch(result -> result.getPrimaryResult().getScore() > 0);
  }
}
