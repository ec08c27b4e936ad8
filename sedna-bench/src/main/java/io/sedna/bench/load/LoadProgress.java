// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import org.apache.hadoop.classification.InterfaceAudience;

/** Is told how far a load is, a few times a second. */
@FunctionalInterface
@InterfaceAudience.Private
public interface LoadProgress {
  LoadProgress NONE = (seconds, done) -> {};

  /**
   * @param seconds since it began
   * @param done about how many requests were answered, those of the warm-up included
   */
  void update(double seconds, long done);
}
