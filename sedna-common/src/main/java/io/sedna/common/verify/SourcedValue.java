// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** One source's version of a record. */
@InterfaceAudience.LimitedPrivate("tests")
@InterfaceStability.Unstable
public record SourcedValue(int source, String value, long version) {
  @Override
  public String toString() {
    return '"' + value + "\" of version " + version + (source == 0 ? "" : " by source " + source);
  }
}
