// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Random;
import org.junit.Test;

public class TsvTest {
  @Test
  public void shouldKeepReadableTextAsItIs() {
    var text = "plain text, gr\u00fc\u00dfe, \u65e5\u672c, \ud83d\ude00";

    assertThat(new String(Tsv.escape(text.getBytes(UTF_8)), UTF_8)).isEqualTo(text);
  }

  @Test
  public void shouldEscapeWhatWouldBreakALine() {
    byte[] bytes = {'a', '\t', '\n', '\r', '\\', 0, 0x7f, (byte) 0xff, (byte) 0xc3};

    assertThat(new String(Tsv.escape(bytes), UTF_8))
        .isEqualTo("a\\t\\n\\r\\\\\\x00\\x7f\\xff\\xc3");
  }

  @Test
  public void shouldReadBackAnyBytes() {
    for (long seed = 0; seed < 2_000; seed++) {
      var random = new Random(seed);
      var first = bytes(random);
      var second = bytes(random);
      var left = Tsv.escape(first);
      var right = Tsv.escape(second);
      var line = new byte[left.length + 1 + right.length];
      System.arraycopy(left, 0, line, 0, left.length);
      line[left.length] = '\t';
      System.arraycopy(right, 0, line, left.length + 1, right.length);

      assertThat(new String(line, UTF_8)).as("seed=%d", seed).doesNotContain("\ufffd", "\n", "\r");
      assertThat(Tsv.fields(line, line.length)).as("seed=%d", seed).containsExactly(first, second);
    }
  }

  @Test
  public void shouldRefuseBrokenEscapes() {
    for (var text : new String[] {"a\\", "\\q", "\\x1", "\\xzz"}) {
      assertThatThrownBy(() -> Tsv.fields(text.getBytes(UTF_8), text.length()))
          .isInstanceOfSatisfying(
              SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageContaining(text);
    }
  }

  private static byte[] bytes(Random random) {
    var bytes = new byte[random.nextInt(12)];
    random.nextBytes(bytes);
    if (random.nextBoolean()) {
      return "\u00e9\u65e5\t\ud83d\ude00\\x".substring(random.nextInt(3)).getBytes(UTF_8);
    }
    return bytes;
  }
}
