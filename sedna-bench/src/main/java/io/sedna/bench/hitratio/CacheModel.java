// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.hitratio;

/** A cache that is filled by those who miss. For one thread. */
interface CacheModel {
  /**
   * Asks for a record and, if it is not there, puts it.
   *
   * @param key 0 to the number of keys of the trace
   * @param bytes of the record; always the same for a key
   * @return whether it was there
   */
  boolean access(int key, int bytes);
}
