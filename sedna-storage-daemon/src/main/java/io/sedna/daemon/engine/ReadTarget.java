// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/** Where a read puts a value without a copy between: in practice, an answer on its way out. */
@InterfaceAudience.Private
public interface ReadTarget {
  /**
   * Gives room for a value. A record that is changed while it is copied is read again, so this may
   * be called several times in one read, or the read may find nothing in the end: each call throws
   * away what the one before it had begun.
   *
   * @param valueLength bytes that will be copied; may be 0
   * @param head of the version; the store's own and used again, so nothing may keep it. It is right
   *     only in the last call
   * @return address of at least so many bytes of memory
   */
  long reserve(int valueLength, VersionHead head);
}
