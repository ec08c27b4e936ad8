// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.YarnConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * How the memory of a daemon's container is shared out, in MiB, so that the node manager never has
 * to kill it: records outside the heap, heap, direct buffers, and everything else that a JVM needs.
 *
 * @param containerMb all of it
 * @param storeMb records and their index
 * @param overheadMb metaspace, code, stacks, and the collector's own tables
 */
@InterfaceAudience.Private
public record ContainerBudget(
    int containerMb, int storeMb, int heapMb, int directMb, int overheadMb) {
  /** A daemon with less heap would spend its time collecting garbage. */
  static final int LEAST_HEAP_MB = 128;

  /** More heap is of no use to a daemon whose records are not on it. */
  static final int MOST_DERIVED_HEAP_MB = 2048;

  /** A daemon with less would hardly hold anything. */
  static final int LEAST_STORE_MB = 32;

  private static final int HEAP_DIVISOR = 8;

  /** The collector's tables and the code grow with the heap. */
  private static final int OVERHEAD_PER_HEAP_DIVISOR = 8;

  /**
   * @param storeMb the setting sedna.store.memory.mb; 0: all that the rest leaves
   * @throws SednaException IMPOSSIBLE_RESOURCES with the numbers, if too little is left for the
   *     records
   */
  public static ContainerBudget of(int containerMb, int storeMb, YarnConfig config) {
    int heap =
        config.daemonHeapMb() > 0
            ? config.daemonHeapMb()
            : Math.min(MOST_DERIVED_HEAP_MB, Math.max(LEAST_HEAP_MB, containerMb / HEAP_DIVISOR));
    int direct = config.daemonDirectMb();
    int overhead = Math.max(config.daemonOverheadMb(), heap / OVERHEAD_PER_HEAP_DIVISOR);
    long left = (long) containerMb - heap - direct - overhead;
    long least = Math.max(LEAST_STORE_MB, storeMb);
    if (left < least || heap < LEAST_HEAP_MB) {
      throw impossible(containerMb, storeMb, heap, direct, overhead, least);
    }
    return new ContainerBudget(
        containerMb, storeMb > 0 ? storeMb : (int) left, heap, direct, overhead);
  }

  private static SednaException impossible(
      int containerMb, int storeMb, int heap, int direct, int overhead, long least) {
    long needed = (long) Math.max(heap, LEAST_HEAP_MB) + direct + overhead + least;
    return new SednaException(
        ErrorCode.IMPOSSIBLE_RESOURCES,
        "a container of "
            + containerMb
            + " MiB leaves "
            + ((long) containerMb - heap - direct - overhead)
            + " MiB for records after "
            + heap
            + " MiB of heap ("
            + YarnConfig.DAEMON_HEAP_MB
            + ", at least "
            + LEAST_HEAP_MB
            + "), "
            + direct
            + " MiB of direct memory ("
            + YarnConfig.DAEMON_DIRECT_MB
            + ") and "
            + overhead
            + " MiB of overhead ("
            + YarnConfig.DAEMON_OVERHEAD_MB
            + "); records need "
            + least
            + " MiB"
            + (storeMb > 0 ? " (" + StoreConfig.MEMORY_MB + ")" : "")
            + ": give it at least "
            + needed
            + " MiB");
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
