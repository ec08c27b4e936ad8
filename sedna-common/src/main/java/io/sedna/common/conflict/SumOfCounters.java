// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conflict;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Takes values for decimal numbers and answers their sum: a counter that many count without asking
 * each other (a G-counter; Shapiro et al., 2011). Each counting process has a source of its own and
 * writes, by {@code writeAll}, its own total, never less than before; a write that is repeated or
 * overtaken then does no harm, and no count of another is lost.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SumOfCounters implements ValueMerger {
  @Override
  public byte[] merge(byte[] key, List<SourceValue> values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (SourceValue each : values) {
      sum = sum.add(GreatestNumber.number(each));
    }
    return sum.toPlainString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
