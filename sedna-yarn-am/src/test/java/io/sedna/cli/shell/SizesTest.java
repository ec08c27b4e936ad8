// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.Test;

public class SizesTest {

  @Test
  public void shouldReadSizesWithAndWithoutUnits() {
    assertThat(Sizes.parse("0", "max_bytes")).isZero();
    assertThat(Sizes.parse("1500", "max_bytes")).isEqualTo(1500);
    assertThat(Sizes.parse("512k", "max_bytes")).isEqualTo(512 << 10);
    assertThat(Sizes.parse("64M", "max_bytes")).isEqualTo(64 << 20);
    assertThat(Sizes.parse("3g", "max_bytes")).isEqualTo(3L << 30);
    assertThat(Sizes.parse("1t", "max_bytes")).isEqualTo(1L << 40);
    assertThat(Sizes.parse("-5", "max_bytes")).isEqualTo(-5);
  }

  @Test
  public void shouldRefuseWhatIsNoSize() {
    for (String text : new String[] {"", "m", "5x", "1.5g", "64 m", "99999999999999999999"}) {
      assertThatThrownBy(() -> Sizes.parse(text, "max_bytes"))
          .isInstanceOf(SyntaxException.class)
          .hasMessageContaining("max_bytes=" + text + " is no size");
    }
    assertThatThrownBy(() -> Sizes.parse("9999999999999g", "max_bytes"))
        .isInstanceOf(SyntaxException.class)
        .hasMessageContaining("max_bytes=9999999999999g is too large");
  }

  @Test
  public void shouldWriteTheLargestUnitThatDivides() {
    assertThat(Sizes.format(0, "none")).isEqualTo("none");
    assertThat(Sizes.format(1, "none")).isEqualTo("1");
    assertThat(Sizes.format(1536, "none")).isEqualTo("1536");
    assertThat(Sizes.format(64 << 20, "none")).isEqualTo("64m");
    assertThat(Sizes.format(1L << 50, "none")).isEqualTo("1024t");
  }
}
