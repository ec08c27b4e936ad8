// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.engine.OffHeap.getByte;
import static io.sedna.daemon.engine.OffHeap.getInt;
import static io.sedna.daemon.engine.OffHeap.getLong;
import static io.sedna.daemon.engine.OffHeap.getShort;

import io.sedna.common.schema.Limits;

/**
 * One of the frequent calls, where it lies: a flyweight over a message of Thrift's strict binary
 * protocol in memory outside the heap. Not thread-safe; one of these a thread.
 *
 * <p>It knows the one layout that every generated client writes (fields by ascending id, absent
 * optional ones left out) and legal sizes. Of anything else it says {@link #OTHER}, which is no
 * judgement: the generated code is to read that message.
 *
 * <pre>
 *   i32 0x80010001 | i32 n, name[n] | i32 sequence id |
 *   0a 0001 i64 epoch | 0b 0002 i32 n, table[n] | arguments of the method | 00
 *
 *   readLatest    0b 0003 key
 *   writeLatest   0b 0003 key | 0b 0004 value | (0c 0005 options)
 *   multiGet      0f 0003 0b i32 n | key * n
 *   multiPut      0f 0003 0c i32 n | (0b 0001 key | 0b 0002 value | (0a 0003 i64 timestamp) |
 *                 (0a 0004 i64 ttl) | 00) * n | (0c 0004 options)
 *   options       (0a 0001 i64 timestamp) | (08 0002 i32 source) | (0a 0003 i64 ttl) |
 *                 (08 0004 i32 flags) | 00
 * </pre>
 *
 * @see <a href="https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md">
 *     Thrift binary protocol</a>
 */
final class HotCall {
  static final int OTHER = 0;
  static final int READ_LATEST = 1;
  static final int WRITE_LATEST = 2;
  static final int MULTI_GET = 3;
  static final int MULTI_PUT = 4;

  /** What a timestamp or time to live is that the message does not have; no legal one. */
  static final long ABSENT = Long.MIN_VALUE;

  static final int VERSION = 0x80010000;
  static final int TYPE_STOP = 0;
  static final int TYPE_I32 = 8;
  static final int TYPE_I64 = 10;
  static final int TYPE_BINARY = 11;
  static final int TYPE_STRUCT = 12;
  static final int TYPE_LIST = 15;

  private static final int CALL = VERSION | 1;
  private static final int HEADER_BYTES = 8;
  private static final int FIELD_BYTES = 3;
  private static final int LENGTH_FIELD_BYTES = FIELD_BYTES + 4;
  private static final int I64_FIELD_BYTES = FIELD_BYTES + 8;
  private static final int I32_FIELD_BYTES = FIELD_BYTES + 4;
  private static final int LIST_BYTES = FIELD_BYTES + 5;

  // "multiGet", "multiPut", "readLate" and "st", "writeLat" and "test", in network order.
  private static final long MULTI_GET_NAME = 0x6d756c7469476574L;
  private static final long MULTI_PUT_NAME = 0x6d756c7469507574L;
  private static final long READ_LATEST_NAME = 0x726561644c617465L;
  private static final short READ_LATEST_REST = 0x7374;
  private static final long WRITE_LATEST_NAME = 0x77726974654c6174L;
  private static final int WRITE_LATEST_END = 0x74657374;

  private long at;
  private long end;

  private int sequenceId;
  private long epoch;
  private long tableAddress;
  private int tableLength;
  private int count;
  private long entries;

  private long keyAddress;
  private int keyLength;
  private long valueAddress;
  private int valueLength;
  private long entryTimestamp;
  private long entryTtlMs;

  private long timestamp;
  private int source;
  private long ttlMs;
  private int flags;

  /**
   * Reads a message; afterwards the others tell what is in it. Of the calls with many entries each
   * is checked, and then visited by {@link #firstEntry} and {@link #nextKey} or {@link #nextPut}.
   *
   * @return one of the numbers above
   */
  int read(long address, int length) {
    at = address;
    end = address + length;
    int method = readMethod();
    if (method == OTHER || !readRouting()) {
      return OTHER;
    }
    clearOptions();
    boolean known =
        switch (method) {
          case READ_LATEST -> readKey(3);
          case WRITE_LATEST -> readKey(3) && readValue(4) && readOptions(5);
          case MULTI_GET -> readList(TYPE_BINARY) && checkKeys();
          default -> readList(TYPE_STRUCT) && checkPuts() && readOptions(4);
        };
    return known && atEnd() ? method : OTHER;
  }

  private int readMethod() {
    if (end - at < HEADER_BYTES || getInt(at) != CALL) {
      return OTHER;
    }
    int nameLength = getInt(at + 4);
    at += HEADER_BYTES;
    if (nameLength < 8 || nameLength > 11 || end - at < nameLength + 4) {
      return OTHER;
    }
    int method = method(getLong(at), nameLength);
    at += nameLength;
    sequenceId = getInt(at);
    at += 4;
    return method;
  }

  private int method(long name, int nameLength) {
    if (nameLength == 10) {
      return name == READ_LATEST_NAME && getShort(at + 8) == READ_LATEST_REST ? READ_LATEST : OTHER;
    }
    if (nameLength == 11) {
      return name == WRITE_LATEST_NAME && getInt(at + 7) == WRITE_LATEST_END ? WRITE_LATEST : OTHER;
    }
    if (nameLength == 8) {
      return name == MULTI_GET_NAME ? MULTI_GET : name == MULTI_PUT_NAME ? MULTI_PUT : OTHER;
    }
    return OTHER;
  }

  private boolean readRouting() {
    if (end - at < I64_FIELD_BYTES + LENGTH_FIELD_BYTES || !isField(TYPE_I64, 1)) {
      return false;
    }
    epoch = getLong(at + FIELD_BYTES);
    at += I64_FIELD_BYTES;
    if (!isField(TYPE_BINARY, 2)) {
      return false;
    }
    tableLength = getInt(at + FIELD_BYTES);
    tableAddress = at + LENGTH_FIELD_BYTES;
    if (tableLength < 0 || end - tableAddress < tableLength) {
      return false;
    }
    at = tableAddress + tableLength;
    return true;
  }

  private boolean isField(int type, int id) {
    return getByte(at) == type && getShort(at + 1) == id;
  }

  private boolean atEnd() {
    return end - at == 1 && getByte(at) == TYPE_STOP;
  }

  private boolean readKey(int id) {
    if (end - at < LENGTH_FIELD_BYTES || !isField(TYPE_BINARY, id)) {
      return false;
    }
    at += FIELD_BYTES;
    return readKeyBytes();
  }

  private boolean readKeyBytes() {
    if (end - at < 4) {
      return false;
    }
    keyLength = getInt(at);
    keyAddress = at + 4;
    if (keyLength < 1 || keyLength > Limits.MAX_KEY_BYTES || end - keyAddress < keyLength) {
      return false;
    }
    at = keyAddress + keyLength;
    return true;
  }

  private boolean readValue(int id) {
    if (end - at < LENGTH_FIELD_BYTES || !isField(TYPE_BINARY, id)) {
      return false;
    }
    valueLength = getInt(at + FIELD_BYTES);
    valueAddress = at + LENGTH_FIELD_BYTES;
    if (valueLength < 0
        || valueLength > Limits.MAX_VALUE_BYTES
        || end - valueAddress < valueLength) {
      return false;
    }
    at = valueAddress + valueLength;
    return true;
  }

  private boolean readList(int elementType) {
    if (end - at < LIST_BYTES
        || !isField(TYPE_LIST, 3)
        || getByte(at + FIELD_BYTES) != elementType) {
      return false;
    }
    count = getInt(at + FIELD_BYTES + 1);
    at += LIST_BYTES;
    entries = at;
    return count > 0 && count <= Limits.MAX_BATCH_ENTRIES;
  }

  private boolean checkKeys() {
    for (int i = 0; i < count; i++) {
      if (!readKeyBytes()) {
        return false;
      }
    }
    return true;
  }

  private boolean checkPuts() {
    for (int i = 0; i < count; i++) {
      if (!readPut()) {
        return false;
      }
    }
    return true;
  }

  private boolean readPut() {
    if (!readKey(1) || !readValue(2)) {
      return false;
    }
    entryTimestamp = ABSENT;
    entryTtlMs = ABSENT;
    if (end - at > I64_FIELD_BYTES && isField(TYPE_I64, 3)) {
      entryTimestamp = getLong(at + FIELD_BYTES);
      at += I64_FIELD_BYTES;
      if (entryTimestamp <= 0) {
        return false;
      }
    }
    if (end - at > I64_FIELD_BYTES && isField(TYPE_I64, 4)) {
      entryTtlMs = getLong(at + FIELD_BYTES);
      at += I64_FIELD_BYTES;
      if (entryTtlMs < 0) {
        return false;
      }
    }
    return readStop();
  }

  private boolean readStop() {
    return end - at > 0 && getByte(at++) == TYPE_STOP;
  }

  private void clearOptions() {
    timestamp = ABSENT;
    source = 0;
    ttlMs = ABSENT;
    flags = 0;
  }

  /** Each may be absent, and so may all. */
  private boolean readOptions(int id) {
    if (end - at <= FIELD_BYTES || !isField(TYPE_STRUCT, id)) {
      return true;
    }
    at += FIELD_BYTES;
    if (end - at > I64_FIELD_BYTES && isField(TYPE_I64, 1)) {
      timestamp = getLong(at + FIELD_BYTES);
      at += I64_FIELD_BYTES;
      if (timestamp <= 0) {
        return false;
      }
    }
    if (end - at > I32_FIELD_BYTES && isField(TYPE_I32, 2)) {
      source = getInt(at + FIELD_BYTES);
      at += I32_FIELD_BYTES;
    }
    if (end - at > I64_FIELD_BYTES && isField(TYPE_I64, 3)) {
      ttlMs = getLong(at + FIELD_BYTES);
      at += I64_FIELD_BYTES;
      if (ttlMs < 0) {
        return false;
      }
    }
    if (end - at > I32_FIELD_BYTES && isField(TYPE_I32, 4)) {
      flags = getInt(at + FIELD_BYTES);
      at += I32_FIELD_BYTES;
    }
    return readStop();
  }

  /** Goes before the first entry. The message must have been read and be one of entries. */
  void firstEntry() {
    at = entries;
  }

  /** Goes to the next entry of a multiGet: to its key. */
  void nextKey() {
    keyLength = getInt(at);
    keyAddress = at + 4;
    at = keyAddress + keyLength;
  }

  /** Goes to the next entry of a multiPut. */
  void nextPut() {
    var unused = readPut();
  }

  /** Before which entry this is, for {@link #goTo}. */
  long place() {
    return at;
  }

  void goTo(long place) {
    at = place;
  }

  int sequenceId() {
    return sequenceId;
  }

  long epoch() {
    return epoch;
  }

  long tableAddress() {
    return tableAddress;
  }

  int tableLength() {
    return tableLength;
  }

  /** Entries of a multi call. */
  int count() {
    return count;
  }

  long keyAddress() {
    return keyAddress;
  }

  int keyLength() {
    return keyLength;
  }

  long valueAddress() {
    return valueAddress;
  }

  int valueLength() {
    return valueLength;
  }

  /** Of the call, positive; or ABSENT. */
  long timestamp() {
    return timestamp;
  }

  int source() {
    return source;
  }

  /** Of the call, or ABSENT. */
  long ttlMs() {
    return ttlMs;
  }

  int flags() {
    return flags;
  }

  /** Of the entry, else of the call, positive; or ABSENT. */
  long putTimestamp() {
    return entryTimestamp != ABSENT ? entryTimestamp : timestamp;
  }

  /** Of the entry, else of the call, or ABSENT. */
  long putTtlMs() {
    return entryTtlMs != ABSENT ? entryTtlMs : ttlMs;
  }
}
