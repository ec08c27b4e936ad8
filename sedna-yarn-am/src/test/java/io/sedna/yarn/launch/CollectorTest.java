// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.Test;

public class CollectorTest {
  @Test
  public void shouldNameOneUnlessTheUserDoes() {
    assertThat(Collector.option("")).isEqualTo("-XX:+UseParallelGC");
    assertThat(Collector.option("-Xss1m -XX:+UseStringDeduplication"))
        .isEqualTo("-XX:+UseParallelGC");
    assertThat(Collector.option("-Xss1m -XX:+UseG1GC")).isEmpty();
    assertThat(Collector.option("-XX:+UseZGC -Dx=y")).isEmpty();
  }
}
