// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.SednaException;
import org.junit.Test;

public class MemorySizeTest {
  @Test
  public void shouldReadSizesAsPeopleWriteThem() {
    assertThat(MemorySize.parseMb("1g")).isEqualTo(1024);
    assertThat(MemorySize.parseMb("2GB")).isEqualTo(2048);
    assertThat(MemorySize.parseMb("1536m")).isEqualTo(1536);
    assertThat(MemorySize.parseMb("512 MiB")).isEqualTo(512);
    assertThat(MemorySize.parseMb("768")).isEqualTo(768);
    assertThat(MemorySize.parseMb("1t")).isEqualTo(1 << 20);
  }

  @Test
  public void shouldRefuseAnythingElse() {
    for (var text : new String[] {"", "0", "-1g", "1.5g", "much", "999999999t"}) {
      assertThatThrownBy(() -> MemorySize.parseMb(text))
          .isInstanceOf(SednaException.class)
          .hasMessageContaining("'" + text + "'");
    }
  }
}
