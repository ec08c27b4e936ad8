// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conflict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class ValueMergersTest {
  private static final byte[] KEY = {1};

  private static List<SourceValue> values(String... values) {
    var list = new ArrayList<SourceValue>();
    for (String value : values) {
      list.add(new SourceValue(list.size(), 100 - list.size(), value.getBytes(UTF_8)));
    }
    return list;
  }

  /** The merged value, and that neither order nor repetition matters to it. */
  private static String merge(ValueMerger merger, String... values) {
    List<SourceValue> list = values(values);
    byte[] merged = merger.merge(KEY, List.copyOf(list));
    var random = new Random(values.length);
    for (int i = 0; i < 50; i++) {
      Collections.shuffle(list, random);
      assertThat(merger.merge(KEY, List.copyOf(list))).isEqualTo(merged);
    }
    assertThat(list).extracting(v -> new String(v.value(), UTF_8)).contains(values);
    return new String(merged, UTF_8);
  }

  @Test
  public void shouldUniteLines() {
    var union = new LineUnion();

    assertThat(merge(union, "b\na", "c\nb")).isEqualTo("a\nb\nc");
    assertThat(merge(union, "", "x\n\ny\n", "x")).isEqualTo("x\ny");
    assertThat(merge(union, "", "")).isEmpty();
    assertThat(merge(union, "ab", "a", "\u00e4")).isEqualTo("a\nab\n\u00e4");
  }

  @Test
  public void shouldFindTheGreatestNumber() {
    var greatest = new GreatestNumber();

    assertThat(merge(greatest, "9", "10", "-11")).isEqualTo("10");
    assertThat(merge(greatest, "-1.5", "-1.25")).isEqualTo("-1.25");
    assertThat(merge(greatest, "1.0", "1", "+1", "1.00")).isEqualTo("+1");
    assertThatThrownBy(() -> greatest.merge(KEY, values("1", "x")))
        .hasMessageContaining("source=1 is no decimal number");
    assertThatThrownBy(() -> greatest.merge(KEY, values("1e999999999", "1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  public void shouldAddCounters() {
    var sum = new SumOfCounters();

    assertThat(merge(sum, "1", "20", "300")).isEqualTo("321");
    assertThat(merge(sum, "9223372036854775807", "1")).isEqualTo("9223372036854775808");
    assertThat(merge(sum, "0.5", "0.5")).isEqualTo("1.0");
  }

  @Test
  public void shouldLoadByName() {
    assertThat(ValueMergers.load(LineUnion.class.getName())).isInstanceOf(LineUnion.class);
    for (String bad :
        List.of("no.such.Class", "", "java.lang.String", ValueMerger.class.getName())) {
      assertThatThrownBy(() -> ValueMergers.load(bad))
          .isInstanceOfSatisfying(
              SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageContaining("merge class " + bad);
    }
  }
}
