// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.conf.YarnConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.junit.Test;

public class ContainerBudgetTest {
  private final YarnConfig config = YarnConfig.from(SednaConfiguration.create());

  @Test
  public void shouldShareOutTheWholeContainer() {
    for (var containerMb : new int[] {384, 1024, 4096, 131_072}) {
      var budget = ContainerBudget.of(containerMb, config);

      assertThat(budget.heapMb() + budget.directMb() + budget.overheadMb()).isEqualTo(containerMb);
      assertThat(budget.javaOptions())
          .contains("-Xmx" + budget.heapMb() + "m")
          .contains("-XX:MaxDirectMemorySize=" + budget.directMb() + "m");
    }
  }

  @Test
  public void shouldKeepMoreBackForLargerHeaps() {
    assertThat(ContainerBudget.of(1024, config).overheadMb()).isEqualTo(192);
    assertThat(ContainerBudget.of(16_384, config).overheadMb()).isEqualTo(1024);
  }

  @Test
  public void shouldRefuseContainersWithoutRoomForAHeap() {
    assertThatThrownBy(() -> ContainerBudget.of(300, config))
        .isInstanceOfSatisfying(
            SednaException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.IMPOSSIBLE_RESOURCES))
        .hasMessageContaining("300 MiB leaves 44 MiB of heap")
        .hasMessageContaining("at least 384 MiB");
  }
}
