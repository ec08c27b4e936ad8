// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sedna.daemon.engine.ReadTarget;
import io.sedna.daemon.engine.VersionHead;
import java.nio.ByteBuffer;

/**
 * Puts answers to the frequent calls into an {@link AnswerBuffer}, byte for byte as the generated
 * code would. Not thread-safe; one of these an event loop.
 *
 * <pre>
 *   i32 0x80010002 | i32 n, name[n] | i32 sequence id | result field | 00
 *
 *   readLatest    0c 0000 read
 *   writeLatest   0c 0000 write
 *   multiGet      0f 0000 0c i32 n | read * n
 *   multiPut      0f 0000 0c i32 n | write * n
 *   applyMutations 0f 0000 08 i32 n | i32 code * n
 *   read          (0c 0001 | 0b 0001 i32 n, value[n] | 0a 0002 i64 timestamp | 08 0003 i32 source |
 *                 (0a 0004 i64 expiry) | (08 0005 i32 flags) | 00) | 00
 *   write         08 0001 i32 status | 0a 0002 i64 timestamp | 00
 * </pre>
 */
final class HotAnswers implements ReadTarget {
  private static final int REPLY = HotCall.VERSION | 2;

  private static final byte[][] HEADERS =
      HotCalls.NAMES.stream().map(HotAnswers::header).toArray(byte[][]::new);

  /** More than what an answer begins with. */
  static final int HEAD_BYTES = 48;

  /** More than what a read has beside the value. */
  private static final int READ_BYTES = 64;

  /** More than a write. */
  static final int WRITE_BYTES = 24;

  private final AnswerBuffer out;

  // Of the value that is being read.
  private long mark;
  private long timestamp;
  private int source;
  private int flags;
  private long expiresAtMs;
  private int valueLength;

  HotAnswers(AnswerBuffer out) {
    this.out = out;
  }

  private static byte[] header(String method) {
    byte[] name = method.getBytes(US_ASCII);
    return ByteBuffer.allocate(8 + name.length).putInt(REPLY).putInt(name.length).put(name).array();
  }

  private void begin(int method, int sequenceId) {
    out.beginFrame();
    out.room(HEAD_BYTES);
    out.putBytes(HEADERS[method]);
    out.putInt(sequenceId);
  }

  /** Begins the answer to a call of one record. */
  void beginOne(int method, int sequenceId) {
    begin(method, sequenceId);
    out.putField(HotCall.TYPE_STRUCT, 0);
  }

  /** Begins the answer to a call of many. */
  void beginMany(int method, int sequenceId, int count) {
    begin(method, sequenceId);
    out.putField(HotCall.TYPE_LIST, 0);
    out.putByte(HotCall.TYPE_STRUCT);
    out.putInt(count);
  }

  /** Begins an answer of so many numbers. */
  void beginNumbers(int method, int sequenceId, int count) {
    begin(method, sequenceId);
    out.putField(HotCall.TYPE_LIST, 0);
    out.putByte(HotCall.TYPE_I32);
    out.putInt(count);
  }

  /** Puts one of them. */
  void number(int value) {
    out.room(Integer.BYTES);
    out.putInt(value);
  }

  /** Ends the answer. */
  void end() {
    out.room(1);
    out.putByte(HotCall.TYPE_STOP);
    out.endFrame();
  }

  /**
   * Begins one read. Then either a store reads into this and {@link #found} follows, or nothing.
   */
  void beginRead() {
    mark = out.mark();
  }

  @Override
  public long reserve(int length, VersionHead head) {
    out.reset(mark);
    out.room(length + READ_BYTES);
    out.putField(HotCall.TYPE_STRUCT, 1);
    out.putField(HotCall.TYPE_BINARY, 1);
    out.putInt(length);
    valueLength = length;
    timestamp = head.timestamp();
    source = head.source();
    flags = head.flags();
    expiresAtMs = head.expiresAtMs();
    return out.position();
  }

  /** Ends a read whose value has been put where {@link #reserve} said. */
  void found() {
    out.advance(valueLength);
    out.putField(HotCall.TYPE_I64, 2);
    out.putLong(timestamp);
    out.putField(HotCall.TYPE_I32, 3);
    out.putInt(source);
    if (expiresAtMs != 0) {
      out.putField(HotCall.TYPE_I64, 4);
      out.putLong(expiresAtMs);
    }
    if (flags != 0) {
      out.putField(HotCall.TYPE_I32, 5);
      out.putInt(flags);
    }
    out.putByte(HotCall.TYPE_STOP);
    out.putByte(HotCall.TYPE_STOP);
  }

  /** Bytes of the value that was read last; 0: none was found. */
  int valueLength() {
    return valueLength;
  }

  /** Ends a read that found nothing. */
  void notFound() {
    out.reset(mark);
    valueLength = 0;
    out.room(1);
    out.putByte(HotCall.TYPE_STOP);
  }

  /**
   * Puts one write.
   *
   * @param status as sedna.thrift numbers it
   */
  void written(int status, long writtenAt) {
    out.room(WRITE_BYTES);
    out.putField(HotCall.TYPE_I32, 1);
    out.putInt(status);
    out.putField(HotCall.TYPE_I64, 2);
    out.putLong(writtenAt);
    out.putByte(HotCall.TYPE_STOP);
  }
}
