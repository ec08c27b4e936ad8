// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Several versions of a record as one value, newest first; each of them:
 *
 * <pre>
 *   0   timestamp      8 bytes
 *   8   expiry         8
 *  16   source         4
 *  20   writer's flags 4
 *  24   kind           1
 *  25   value length   4
 *  29   value
 * </pre>
 */
final class MultiVersionCodec {
  private static final int HEAD_BYTES = 29;

  private MultiVersionCodec() {}

  static byte[] encode(StoredRecord record) {
    int bytes = 0;
    for (StoredVersion version : record.versions()) {
      bytes += HEAD_BYTES + version.value().length;
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    for (StoredVersion version : record.versions()) {
      buffer
          .putLong(version.timestamp())
          .putLong(version.expiresAtMs())
          .putInt(version.source())
          .putInt(version.flags())
          .put((byte) version.kind().ordinal())
          .putInt(version.value().length)
          .put(version.value());
    }
    return buffer.array();
  }

  static List<StoredVersion> decode(byte[] encoded) {
    var versions = new ArrayList<StoredVersion>();
    ByteBuffer buffer = ByteBuffer.wrap(encoded);
    while (buffer.hasRemaining()) {
      long timestamp = buffer.getLong();
      long expiresAtMs = buffer.getLong();
      int source = buffer.getInt();
      int flags = buffer.getInt();
      StoredVersion.Kind kind = StoredVersion.Kind.of(buffer.get());
      byte[] value = new byte[buffer.getInt()];
      buffer.get(value);
      versions.add(StoredVersion.of(timestamp, source, expiresAtMs, flags, kind, value));
    }
    return versions;
  }
}
