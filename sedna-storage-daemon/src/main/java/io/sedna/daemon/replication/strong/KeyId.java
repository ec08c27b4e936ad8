// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import java.util.Arrays;

/** A key of a table, as a key of maps. Nobody changes the bytes. */
record KeyId(int tableId, byte[] key) {
  @Override
  public boolean equals(Object other) {
    return other instanceof KeyId that && tableId == that.tableId && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return 31 * tableId + Arrays.hashCode(key);
  }
}
