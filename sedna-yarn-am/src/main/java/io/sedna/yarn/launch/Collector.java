// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Which garbage collector a daemon runs with. Records are not on its heap, and little else is for
 * long: one that makes each store of a reference cheap does better than one that can cope with a
 * large heap.
 */
@InterfaceAudience.Private
public final class Collector {
  private static final String OPTION = "-XX:+UseParallelGC";
  private static final Pattern CHOICE = Pattern.compile("-XX:\\+Use\\w+GC\\b");

  private Collector() {}

  /**
   * The option that says so.
   *
   * @param userOptions Java options of the user; a collector that is named there is what there is
   */
  public static String option(String userOptions) {
    return CHOICE.matcher(userOptions).find() ? "" : OPTION;
  }
}
