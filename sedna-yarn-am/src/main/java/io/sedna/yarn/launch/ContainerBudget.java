// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import io.sedna.common.conf.YarnConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * How the memory of a daemon's container is shared out, in MiB, so that the node manager never has
 * to kill it: heap, direct buffers, and everything else that a JVM needs.
 *
 * @param containerMb all of it
 * @param overheadMb metaspace, code, stacks, and the collector's own tables
 */
@InterfaceAudience.Private
public record ContainerBudget(int containerMb, int heapMb, int directMb, int overheadMb) {
  /** A daemon with less heap would spend its time collecting garbage. */
  static final int LEAST_HEAP_MB = 128;

  /** The collector's tables grow with the heap, so the overhead is at least this part of it all. */
  private static final int OVERHEAD_DIVISOR = 16;

  /**
   * @throws SednaException IMPOSSIBLE_RESOURCES with the numbers, if too little is left for the
   *     heap
   */
  public static ContainerBudget of(int containerMb, YarnConfig config) {
    var direct = config.daemonDirectMb();
    var overhead = Math.max(config.daemonOverheadMb(), containerMb / OVERHEAD_DIVISOR);
    var heap = containerMb - direct - overhead;
    if (heap < LEAST_HEAP_MB) {
      throw new SednaException(
          ErrorCode.IMPOSSIBLE_RESOURCES,
          "a container of "
              + containerMb
              + " MiB leaves "
              + heap
              + " MiB of heap after "
              + direct
              + " MiB of direct memory ("
              + YarnConfig.DAEMON_DIRECT_MB
              + ") and "
              + overhead
              + " MiB of overhead ("
              + YarnConfig.DAEMON_OVERHEAD_MB
              + "); a daemon needs "
              + LEAST_HEAP_MB
              + " MiB of heap: give it at least "
              + (LEAST_HEAP_MB + direct + config.daemonOverheadMb())
              + " MiB");
    }
    return new ContainerBudget(containerMb, heap, direct, overhead);
  }

  /** Options of the JVM that keep it within the budget. */
  public String javaOptions() {
    return "-Xms"
        + heapMb
        + "m -Xmx"
        + heapMb
        + "m -XX:MaxDirectMemorySize="
        + directMb
        + "m -XX:ReservedCodeCacheSize=64m -Xss512k";
  }
}
