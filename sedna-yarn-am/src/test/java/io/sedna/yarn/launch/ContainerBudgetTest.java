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
    for (var containerMb : new int[] {416, 1024, 4096, 131_072}) {
      var budget = ContainerBudget.of(containerMb, 0, config);

      assertThat(budget.storeMb() + budget.heapMb() + budget.directMb() + budget.overheadMb())
          .isEqualTo(containerMb);
      assertThat(budget.javaOptions())
          .contains("-Xmx" + budget.heapMb() + "m")
          .contains("-XX:MaxDirectMemorySize=" + budget.directMb() + "m");
    }
  }

  @Test
  public void shouldGiveMostOfALargeContainerToRecords() {
    var budget = ContainerBudget.of(65_536, 0, config);

    assertThat(budget.heapMb()).isEqualTo(2048);
    assertThat(budget.overheadMb()).isEqualTo(256);
    assertThat(budget.storeMb()).isEqualTo(65_536 - 2048 - 256 - 64);
  }

  @Test
  public void shouldKeepToTheMemoryThatIsSet() {
    var conf = SednaConfiguration.create();
    conf.setInt(YarnConfig.DAEMON_HEAP_MB, 512);

    var budget = ContainerBudget.of(4096, 1000, YarnConfig.from(conf));

    assertThat(budget.heapMb()).isEqualTo(512);
    assertThat(budget.storeMb()).isEqualTo(1000);
  }

  @Test
  public void shouldRefuseContainersWithoutRoomForRecords() {
    assertThatThrownBy(() -> ContainerBudget.of(400, 0, config))
        .isInstanceOfSatisfying(
            SednaException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.IMPOSSIBLE_RESOURCES))
        .hasMessageContaining("400 MiB leaves 16 MiB for records")
        .hasMessageContaining("at least 416 MiB");
    assertThatThrownBy(() -> ContainerBudget.of(1024, 900, config))
        .hasMessageContaining("records need 900 MiB (sedna.store.memory.mb)")
        .hasMessageContaining("at least 1284 MiB");
  }
}
