// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conflict;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Takes values for decimal numbers, such as {@code -1.5}, and answers the greatest as it was
 * written. Of several ways of writing it, the one whose bytes are the least in order.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class GreatestNumber implements ValueMerger {
  /** No exponent: 1e999999999 is short to write and long to compute with. */
  private static final String DECIMAL = "[+-]?[0-9]{1,1000}([.][0-9]{1,1000})?";

  @Override
  public byte[] merge(byte[] key, List<SourceValue> values) {
    byte[] greatest = null;
    BigDecimal number = null;
    for (SourceValue each : values) {
      BigDecimal other = number(each);
      int order = number == null ? 1 : other.compareTo(number);
      if (order > 0 || (order == 0 && Arrays.compareUnsigned(each.value(), greatest) < 0)) {
        number = other;
        greatest = each.value();
      }
    }
    return greatest;
  }

  static BigDecimal number(SourceValue value) {
    String text = new String(value.value(), StandardCharsets.ISO_8859_1);
    if (!text.matches(DECIMAL)) {
      throw new IllegalArgumentException(
          "value of source="
              + value.source()
              + " is no decimal number: "
              + value.value().length
              + " bytes");
    }
    return new BigDecimal(text);
  }
}
