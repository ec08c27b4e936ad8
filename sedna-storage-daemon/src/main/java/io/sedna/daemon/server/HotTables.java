// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.replication.LocalTable;
import io.sedna.daemon.replication.LocalTables;

/**
 * Finds tables by the bytes of their names, the one that was found last first. Not thread-safe; one
 * of these a connection.
 */
final class HotTables {
  private static final int MAX_NAME_BYTES = 129;
  private static final byte[] NONE = {};

  private final LocalTables tables;
  private byte[] name = NONE;
  private String text = "";
  private LocalTable table;

  HotTables(LocalTables tables) {
    this.tables = tables;
  }

  /**
   * @return null: there is no short way to it
   */
  LocalTable find(long nameAddress, int nameLength) {
    if (nameLength == 0 || nameLength > MAX_NAME_BYTES) {
      return null;
    }
    if (!OffHeap.equal(name, nameAddress, nameLength)) {
      name = OffHeap.bytes(nameAddress, nameLength);
      text = new String(name, UTF_8);
      table = tables.find(text);
    } else if (table == null || !table.current()) {
      table = tables.find(text);
    }
    return table;
  }
}
