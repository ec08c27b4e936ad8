// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** Told how long work goes on. Called on the thread of whoever asked for the work. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public interface Progress {
  /** Tells nobody. */
  Progress SILENT =
      new Progress() {
        @Override
        public void step(String what, long done, long total) {}

        @Override
        public void warning(String message) {}
      };

  /**
   * @param what is being done, in a few words; a new text begins a new step
   * @param done so much of {@code total}, in units of the step; both 0 where there is nothing to
   *     count
   */
  void step(String what, long done, long total);

  /** Something that the user should know, though the work goes on. */
  void warning(String message);
}
