// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.SednaException;
import org.junit.Test;

public class ProcessUsageTest {
  @Test
  public void shouldReadTimesBehindANameWithBlanksAndParentheses() {
    String stat =
        "4242 (a (strange) name) S 1 4242 4242 0 -1 4194560 1000 2000 3 4 150 50 7 8 20 0 5 0 100";
    String status = "Name:\tx\nVmPeak:\t  9000 kB\nVmRSS:\t    2048 kB\nThreads:\t5\n";

    ProcessUsage usage = ProcessUsage.parse(stat, status);

    assertThat(usage.cpuNanos()).isEqualTo(2_000_000_000L);
    assertThat(usage.residentBytes()).isEqualTo(2 << 20);
  }

  @Test
  public void shouldNameTheProcessThatThereIsNot() {
    assertThatThrownBy(() -> ProcessUsage.of(Long.MAX_VALUE))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining(Long.toString(Long.MAX_VALUE));
  }
}
