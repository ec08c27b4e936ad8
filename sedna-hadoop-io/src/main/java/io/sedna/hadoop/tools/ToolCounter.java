// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** Counters of Sedna's MapReduce programs. */
@InterfaceAudience.Private
@InterfaceStability.Evolving
public enum ToolCounter {
  /** pomcount: files read. */
  POMS,
  /** pomcount: files left out because they are no poms. */
  MALFORMED_POMS,
  /** wordcount: words left out because they are longer than a key may be. */
  WORDS_TOO_LONG,
  /** top: records left out because their value is no decimal number. */
  NOT_A_NUMBER,
  /** import: lines left out because they are malformed. */
  MALFORMED_LINES
}
