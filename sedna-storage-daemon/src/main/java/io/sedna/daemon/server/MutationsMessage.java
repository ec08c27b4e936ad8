// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.engine.OffHeap.getByte;
import static io.sedna.daemon.engine.OffHeap.getInt;
import static io.sedna.daemon.engine.OffHeap.getLong;
import static io.sedna.daemon.engine.OffHeap.getShort;

import io.sedna.common.schema.Limits;
import io.sedna.thrift.peer.MutationKind;

/**
 * The frequent form of {@code applyMutations}, where it lies: {@code writeLatest}s of one table. As
 * {@link HotCall}, it knows the one layout that daemons write, and is no judge of others.
 *
 * <pre>
 *   i32 0x80010001 | i32 14, "applyMutations" | i32 sequence id |
 *   0a 0001 i64 epoch | 0f 0002 0c i32 n | mutation * n | 00
 *
 *   mutation   08 0001 i32 table | 08 0002 i32 kind | 0b 0003 key | 0a 0004 i64 timestamp |
 *              08 0005 i32 source | 0a 0006 i64 expiry | 0b 0007 value | (08 0008 i32 flags) | 00
 * </pre>
 */
final class MutationsMessage {
  private static final int NAME_BYTES = 14;

  // "applyMut", "ations", in network order.
  private static final long NAME = 0x6170706c794d7574L;
  private static final long NAME_END = 0x4d75746174696f6eL; // "Mutation", which overlaps it
  private static final byte NAME_LAST = 's';

  private static final int FIELD_BYTES = 3;
  private static final int I32_FIELD_BYTES = FIELD_BYTES + 4;
  private static final int I64_FIELD_BYTES = FIELD_BYTES + 8;
  private static final int HEAD_BYTES = 4 + 4 + NAME_BYTES + 4 + I64_FIELD_BYTES + FIELD_BYTES + 5;

  private long at;
  private long end;

  private int sequenceId;
  private long epoch;
  private int count;
  private long entries;
  private int tableId;

  private long keyAddress;
  private int keyLength;
  private long timestamp;
  private int source;
  private long expiresAtMs;
  private long valueAddress;
  private int valueLength;
  private int flags;

  /**
   * Reads a message and checks each mutation in it; then they are visited by {@link #first} and
   * {@link #next}.
   *
   * @return whether it is one; if not, it may be for the generated code
   */
  boolean read(long address, int length) {
    at = address;
    end = address + length;
    if (length <= HEAD_BYTES
        || getInt(at) != (HotCall.VERSION | 1)
        || getInt(at + 4) != NAME_BYTES
        || getLong(at + 8) != NAME
        || getLong(at + 13) != NAME_END
        || getByte(at + 21) != NAME_LAST) {
      return false;
    }
    sequenceId = getInt(at + 8 + NAME_BYTES);
    at += 8 + NAME_BYTES + 4;
    if (!isField(HotCall.TYPE_I64, 1)) {
      return false;
    }
    epoch = getLong(at + FIELD_BYTES);
    at += I64_FIELD_BYTES;
    if (!isField(HotCall.TYPE_LIST, 2) || getByte(at + FIELD_BYTES) != HotCall.TYPE_STRUCT) {
      return false;
    }
    count = getInt(at + FIELD_BYTES + 1);
    at += FIELD_BYTES + 5;
    entries = at;
    return count > 0 && check() && end - at == 1 && getByte(at) == HotCall.TYPE_STOP;
  }

  private boolean check() {
    if (end - at < I32_FIELD_BYTES) {
      return false;
    }
    tableId = getInt(at + FIELD_BYTES);
    for (int i = 0; i < count; i++) {
      if (!readOne()) {
        return false;
      }
    }
    return true;
  }

  private boolean isField(int type, int id) {
    return getByte(at) == type && getShort(at + 1) == id;
  }

  /** Goes to a number's first byte; false: the field is not there. */
  private boolean number(int type, int id, int bytes) {
    if (end - at <= FIELD_BYTES + bytes || !isField(type, id)) {
      return false;
    }
    at += FIELD_BYTES;
    return true;
  }

  private boolean readOne() {
    if (!number(HotCall.TYPE_I32, 1, 4) || getInt(at) != tableId) {
      return false;
    }
    at += 4;
    if (!number(HotCall.TYPE_I32, 2, 4) || getInt(at) != MutationKind.WRITE_LATEST.getValue()) {
      return false;
    }
    at += 4;
    if (!number(HotCall.TYPE_BINARY, 3, 4)) {
      return false;
    }
    keyLength = getInt(at);
    keyAddress = at + 4;
    if (keyLength < 1 || keyLength > Limits.MAX_KEY_BYTES || end - keyAddress <= keyLength) {
      return false;
    }
    at = keyAddress + keyLength;
    return readVersion();
  }

  private boolean readVersion() {
    if (!number(HotCall.TYPE_I64, 4, 8)) {
      return false;
    }
    timestamp = getLong(at);
    at += 8;
    if (!number(HotCall.TYPE_I32, 5, 4)) {
      return false;
    }
    source = getInt(at);
    at += 4;
    if (!number(HotCall.TYPE_I64, 6, 8)) {
      return false;
    }
    expiresAtMs = getLong(at);
    at += 8;
    if (!number(HotCall.TYPE_BINARY, 7, 4)) {
      return false;
    }
    valueLength = getInt(at);
    valueAddress = at + 4;
    if (valueLength < 0
        || valueLength > Limits.MAX_VALUE_BYTES
        || end - valueAddress <= valueLength) {
      return false;
    }
    at = valueAddress + valueLength;
    flags = 0;
    if (number(HotCall.TYPE_I32, 8, 4)) {
      flags = getInt(at);
      at += 4;
    }
    return end - at > 1 && getByte(at++) == HotCall.TYPE_STOP;
  }

  /** Goes before the first mutation. */
  void first() {
    at = entries;
  }

  /** Goes to the next one. */
  void next() {
    var unused = readOne();
  }

  /** Before which one this is, for {@link #goTo}. */
  long place() {
    return at;
  }

  void goTo(long place) {
    at = place;
  }

  int sequenceId() {
    return sequenceId;
  }

  /** Of the map that the sender goes by. */
  long epoch() {
    return epoch;
  }

  int count() {
    return count;
  }

  /** Of all mutations. */
  int tableId() {
    return tableId;
  }

  long keyAddress() {
    return keyAddress;
  }

  int keyLength() {
    return keyLength;
  }

  long timestamp() {
    return timestamp;
  }

  int source() {
    return source;
  }

  /** Milliseconds since 1970; 0: never. */
  long expiresAtMs() {
    return expiresAtMs;
  }

  long valueAddress() {
    return valueAddress;
  }

  int valueLength() {
    return valueLength;
  }

  int flags() {
    return flags;
  }
}
