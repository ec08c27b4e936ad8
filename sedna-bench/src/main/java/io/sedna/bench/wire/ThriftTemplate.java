// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * The beginning of a call in Thrift's framed strict binary protocol, as bytes with two holes. Every
 * method here has the epoch and the table before its other arguments.
 *
 * <pre>
 *   0             4          8              12     12+n          16+n
 *   | frame bytes | 80010001 | name bytes n | name | sequence id | 0a 0001 epoch | 0b 0002 table | 3rd argument …
 * </pre>
 */
final class ThriftTemplate {
  static final byte STOP = 0;
  static final byte I32 = 8;
  static final byte I64 = 10;
  static final byte STRING = 11;
  static final byte STRUCT = 12;
  static final byte LIST = 15;

  static final int CALL = 0x80010001;
  static final int REPLY = 0x80010002;

  private static final int LENGTH_BYTES = Integer.BYTES;
  private static final int NAME_OFFSET = 12;

  /** Whoever is asked finds where the record is. */
  private static final long ANY_EPOCH = 0;

  private final byte[] bytes;
  private final int sequenceOffset;

  /**
   * @param argumentType type of the third argument
   */
  ThriftTemplate(String method, String table, byte argumentType) {
    byte[] name = method.getBytes(StandardCharsets.US_ASCII);
    byte[] tableName = table.getBytes(StandardCharsets.US_ASCII);
    ByteBuf buffer = Unpooled.buffer();
    buffer.writeInt(0).writeInt(CALL).writeInt(name.length).writeBytes(name).writeInt(0);
    buffer.writeByte(I64).writeShort(1).writeLong(ANY_EPOCH);
    buffer.writeByte(STRING).writeShort(2).writeInt(tableName.length).writeBytes(tableName);
    buffer.writeByte(argumentType).writeShort(3);
    bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    sequenceOffset = NAME_OFFSET + name.length;
  }

  /** Begins a call; returns where, for {@link #end}. */
  int begin(ByteBuf out, int sequenceId) {
    int start = out.writerIndex();
    out.writeBytes(bytes);
    out.setInt(start + sequenceOffset, sequenceId);
    return start;
  }

  /** Ends the struct of the arguments, and with it the call. */
  static void end(ByteBuf out, int start) {
    out.writeByte(STOP);
    out.setInt(start, out.writerIndex() - start - LENGTH_BYTES);
  }
}
