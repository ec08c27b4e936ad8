// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Hash of a key that lies outside the heap: the one that its store is called with. Records do not
 * hold it, so it is computed again where they are moved.
 */
@InterfaceAudience.Private
@FunctionalInterface
public interface KeyHasher {
  long hash(long address, int length);
}
