// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.util.ResourceLeakDetector;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Netty's search for buffers that nobody releases: it notes where some of them were taken, which
 * costs a stack trace each. Good in tests; a process that serves turns it off.
 */
@InterfaceAudience.Private
public final class LeakDetection {
  private static final String LEVEL = "io.netty.leakDetection.level";

  private LeakDetection() {}

  /** For the whole process, unless a system property says what is wanted. */
  public static void turnOff() {
    if (System.getProperty(LEVEL) == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }
}
