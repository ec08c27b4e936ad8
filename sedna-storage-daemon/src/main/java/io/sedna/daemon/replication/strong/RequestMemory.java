// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.conf.StrongConfig;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the requests that a daemon remembers take, of all its partitions together, and its bound.
 * Thread-safe.
 */
final class RequestMemory {
  /**
   * What one takes of the heap: an entry of a map (48 bytes) and its key (32), what it came to
   * (56), its id (48) and their shares of the map's table.
   */
  static final int REQUEST_BYTES = 200;

  private static final int BYTES_OF_MB = 1 << 20;

  /** Without a setting: so great a part of the heap. */
  private static final int PART_OF_HEAP = 8;

  private final long most;
  private final AtomicLong requests = new AtomicLong();

  /**
   * @param bytes bound of all
   */
  RequestMemory(long bytes) {
    this.most = bytes / REQUEST_BYTES;
  }

  static RequestMemory of(StrongConfig config) {
    return new RequestMemory(
        config.requestMemoryMb() == 0
            ? Runtime.getRuntime().maxMemory() / PART_OF_HEAP
            : (long) config.requestMemoryMb() * BYTES_OF_MB);
  }

  /**
   * @param number may be negative
   */
  void remembered(int number) {
    requests.addAndGet(number);
  }

  boolean isExceeded() {
    return requests.get() > most;
  }

  long requests() {
    return requests.get();
  }

  long bytes() {
    return requests.get() * REQUEST_BYTES;
  }
}
