// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.Test;

public class EscapingTest {
  @Test
  public void shouldShowPrintableTextAsItIs() {
    assertThat(Escaping.escape("Grüße, 世界 \uD83D\uDE00".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("Grüße, 世界 \uD83D\uDE00");
  }

  @Test
  public void shouldEscapeControlsAndBrokenCharacters() {
    assertThat(Escaping.escape(new byte[] {0, '\n', 'a', (byte) 0xff, (byte) 0xc3, '\\', 0x1b}))
        .isEqualTo("\\x00\\x0aa\\xff\\xc3\\\\\\x1b");
  }

  @Test
  public void shouldBeReadBackAsTheSameBytes() {
    var random = new Random(7);
    for (int i = 0; i < 500; i++) {
      var bytes = new byte[1 + random.nextInt(12)];
      random.nextBytes(bytes);

      // Quotes are for words as they are typed; within double quotes only they need an escape.
      var typed = "\"" + Escaping.escape(bytes).replace("\"", "\\\"") + "\"";

      assertThat(StatementParser.parse(typed).get(0).words().get(0).bytes()).isEqualTo(bytes);
    }
  }
}
