// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/** How much memory a daemon's stores take together. Thread-safe. */
@InterfaceAudience.Private
public interface MemoryUse {
  /** Bytes at which tables that are stores refuse to grow. */
  long limitBytes();

  /** Bytes of what is held, and of the index. */
  long usedBytes();

  MemoryStatistics statistics();
}
