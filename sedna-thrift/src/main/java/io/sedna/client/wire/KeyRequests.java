// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TType;

/**
 * Writes requests, each a whole frame. A frame is
 *
 * <pre>
 *   i32 bytes that follow
 *   i32 0x80010001 (version 1, call)   i32 length, method   i32 sequence id
 *   fields of the arguments, each  i8 type, i16 id, value;  i8 0
 * </pre>
 *
 * where an i64 is 8 bytes, a binary its i32 length and its bytes, a list i8 type of its elements,
 * i32 count and those, a struct its fields and i8 0. All numbers are big-endian. The length comes
 * first, so it is counted before anything is written.
 */
@InterfaceAudience.Private
public final class KeyRequests {
  static final int VERSION_1 = 0x80010000;
  static final int VERSION_MASK = 0xffff0000;

  static final byte[] READ_LATEST = ascii("readLatest");
  static final byte[] WRITE_LATEST = ascii("writeLatest");
  static final byte[] MULTI_GET = ascii("multiGet");
  static final byte[] MULTI_PUT = ascii("multiPut");

  private static final int LENGTH_BYTES = 4;
  private static final int FIELD_BYTES = 3;
  private static final int STOP_BYTES = 1;
  private static final int I32_FIELD_BYTES = FIELD_BYTES + 4;
  private static final int I64_FIELD_BYTES = FIELD_BYTES + 8;
  private static final int BINARY_FIELD_BYTES = FIELD_BYTES + 4;
  private static final int LIST_FIELD_BYTES = FIELD_BYTES + 1 + 4;

  /** What a request id adds to the options. */
  public static final int REQUEST_ID_BYTES = FIELD_BYTES + 3 * I64_FIELD_BYTES + STOP_BYTES;

  private KeyRequests() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static int callBytes(byte[] method, byte[] table) {
    return 4 + 4 + method.length + 4 + I64_FIELD_BYTES + BINARY_FIELD_BYTES + table.length;
  }

  /** What {@link #readLatest} writes. */
  public static int readLatestBytes(byte[] table, byte[] key) {
    return LENGTH_BYTES
        + callBytes(READ_LATEST, table)
        + BINARY_FIELD_BYTES
        + key.length
        + STOP_BYTES;
  }

  public static void readLatest(ByteBuf out, int sequenceId, long epoch, byte[] table, byte[] key) {
    begin(out, readLatestBytes(table, key), READ_LATEST, sequenceId, epoch, table);
    binaryField(out, 3, key);
    out.writeByte(TType.STOP);
  }

  /** What {@link #writeLatest} writes. */
  public static int writeLatestBytes(
      byte[] table, byte[] key, byte[] value, WriteArguments options) {
    return LENGTH_BYTES
        + callBytes(WRITE_LATEST, table)
        + BINARY_FIELD_BYTES
        + key.length
        + BINARY_FIELD_BYTES
        + value.length
        + optionsBytes(options)
        + STOP_BYTES;
  }

  public static void writeLatest(
      ByteBuf out,
      int sequenceId,
      long epoch,
      byte[] table,
      byte[] key,
      byte[] value,
      WriteArguments options) {
    int bytes = writeLatestBytes(table, key, value, options);
    begin(out, bytes, WRITE_LATEST, sequenceId, epoch, table);
    binaryField(out, 3, key);
    binaryField(out, 4, value);
    options(out, 5, options);
    out.writeByte(TType.STOP);
  }

  /** What {@link #multiGet} writes; more than an int holds where the entries are too many. */
  public static long multiGetBytes(byte[] table, KeyEntries keys) {
    long bytes = (long) LENGTH_BYTES + callBytes(MULTI_GET, table) + LIST_FIELD_BYTES + STOP_BYTES;
    for (int i = 0; i < keys.size(); i++) {
      bytes += 4 + keys.key(i).length;
    }
    return bytes;
  }

  /**
   * @param bytes of {@link #multiGetBytes}
   */
  public static void multiGet(
      ByteBuf out, int bytes, int sequenceId, long epoch, byte[] table, KeyEntries keys) {
    begin(out, bytes, MULTI_GET, sequenceId, epoch, table);
    listField(out, 3, TType.STRING, keys.size());
    for (int i = 0; i < keys.size(); i++) {
      byte[] key = keys.key(i);
      out.writeInt(key.length).writeBytes(key);
    }
    out.writeByte(TType.STOP);
  }

  /** What {@link #multiPut} writes; more than an int holds where the entries are too many. */
  public static long multiPutBytes(byte[] table, KeyEntries entries, WriteArguments options) {
    long bytes =
        (long) LENGTH_BYTES
            + callBytes(MULTI_PUT, table)
            + LIST_FIELD_BYTES
            + optionsBytes(options)
            + STOP_BYTES;
    for (int i = 0; i < entries.size(); i++) {
      bytes += entryBytes(entries.key(i), entries.value(i), entries.stamp(i), entries.ttlMs(i));
    }
    return bytes;
  }

  private static int entryBytes(byte[] key, byte[] value, long stamp, long ttlMs) {
    return BINARY_FIELD_BYTES
        + key.length
        + BINARY_FIELD_BYTES
        + value.length
        + (stamp != 0 ? I64_FIELD_BYTES : 0)
        + (ttlMs != WriteArguments.UNSET ? I64_FIELD_BYTES : 0)
        + STOP_BYTES;
  }

  /**
   * @param bytes of {@link #multiPutBytes}
   */
  public static void multiPut(
      ByteBuf out,
      int bytes,
      int sequenceId,
      long epoch,
      byte[] table,
      KeyEntries entries,
      WriteArguments options) {
    begin(out, bytes, MULTI_PUT, sequenceId, epoch, table);
    listField(out, 3, TType.STRUCT, entries.size());
    for (int i = 0; i < entries.size(); i++) {
      binaryField(out, 1, entries.key(i));
      binaryField(out, 2, entries.value(i));
      if (entries.stamp(i) != 0) {
        i64Field(out, 3, entries.stamp(i));
      }
      if (entries.ttlMs(i) != WriteArguments.UNSET) {
        i64Field(out, 4, entries.ttlMs(i));
      }
      out.writeByte(TType.STOP);
    }
    options(out, 4, options);
    out.writeByte(TType.STOP);
  }

  private static void begin(
      ByteBuf out, int bytes, byte[] method, int sequenceId, long epoch, byte[] table) {
    out.ensureWritable(bytes);
    out.writeInt(bytes - LENGTH_BYTES);
    out.writeInt(VERSION_1 | TMessageType.CALL);
    out.writeInt(method.length).writeBytes(method);
    out.writeInt(sequenceId);
    i64Field(out, 1, epoch);
    binaryField(out, 2, table);
  }

  private static int optionsBytes(WriteArguments options) {
    return FIELD_BYTES
        + (options.timestamp() != 0 ? I64_FIELD_BYTES : 0)
        + (options.source() != 0 ? I32_FIELD_BYTES : 0)
        + (options.ttlMs() != WriteArguments.UNSET ? I64_FIELD_BYTES : 0)
        + (options.consistency() != 0 ? I32_FIELD_BYTES : 0)
        + (options.copies() != 0 ? I32_FIELD_BYTES : 0)
        + (options.requestId() != null ? REQUEST_ID_BYTES : 0)
        + STOP_BYTES;
  }

  private static void options(ByteBuf out, int id, WriteArguments options) {
    field(out, TType.STRUCT, id);
    if (options.timestamp() != 0) {
      i64Field(out, 1, options.timestamp());
    }
    if (options.source() != 0) {
      i32Field(out, 2, options.source());
    }
    if (options.ttlMs() != WriteArguments.UNSET) {
      i64Field(out, 3, options.ttlMs());
    }
    if (options.consistency() != 0) {
      i32Field(out, 5, options.consistency());
    }
    if (options.copies() != 0) {
      i32Field(out, 6, options.copies());
    }
    if (options.requestId() != null) {
      requestIdField(out, 7, options.requestId());
    }
    out.writeByte(TType.STOP);
  }

  private static void requestIdField(ByteBuf out, int id, RequestId request) {
    field(out, TType.STRUCT, id);
    i64Field(out, 1, request.client());
    i64Field(out, 2, request.sequence());
    i64Field(out, 3, request.issuedAtMs());
    out.writeByte(TType.STOP);
  }

  private static void field(ByteBuf out, byte type, int id) {
    out.writeMedium(type << 16 | id);
  }

  private static void i32Field(ByteBuf out, int id, int value) {
    field(out, TType.I32, id);
    out.writeInt(value);
  }

  private static void i64Field(ByteBuf out, int id, long value) {
    field(out, TType.I64, id);
    out.writeLong(value);
  }

  private static void binaryField(ByteBuf out, int id, byte[] bytes) {
    field(out, TType.STRING, id);
    out.writeInt(bytes.length).writeBytes(bytes);
  }

  private static void listField(ByteBuf out, int id, byte elementType, int size) {
    field(out, TType.LIST, id);
    out.writeByte(elementType);
    out.writeInt(size);
  }
}
