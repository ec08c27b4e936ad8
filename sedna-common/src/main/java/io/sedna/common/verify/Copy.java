// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What one replica holds of a key at the end, when nothing is under way any more; or what a read of
 * all replicas answered.
 *
 * @param replica whose it is, for explanations
 * @param values live versions, one of each source; empty: none
 */
@InterfaceAudience.LimitedPrivate("tests")
@InterfaceStability.Unstable
public record Copy(String replica, List<SourcedValue> values) {
  public Copy {
    values = List.copyOf(values);
  }

  @Override
  public String toString() {
    return replica + ": " + (values.isEmpty() ? "missing" : values.toString());
  }
}
