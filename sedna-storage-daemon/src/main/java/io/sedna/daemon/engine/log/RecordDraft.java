// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;

import org.apache.hadoop.classification.InterfaceAudience;
import sun.misc.Unsafe;

/**
 * A record that is to be written: its key outside the heap, its value in up to two pieces anywhere.
 * Used again and again, one thread's.
 */
@InterfaceAudience.Private
public final class RecordDraft {
  private long keyAddress;
  private int keyLength;
  private long word;
  private long timestamp;
  private int source;
  private int clientFlags;
  private long expiresAtMs;
  private Object firstBase;
  private long firstAt;
  private int firstLength;
  private Object secondBase;
  private long secondAt;
  private int secondLength;

  /** Without a value at first. */
  public RecordDraft key(long address, int length) {
    keyAddress = address;
    keyLength = length;
    return value(null, 0, 0);
  }

  public RecordDraft head(long newTimestamp, int newSource, int newFlags, long newExpiresAtMs) {
    timestamp = newTimestamp;
    source = newSource;
    clientFlags = newFlags;
    expiresAtMs = newExpiresAtMs;
    return this;
  }

  /**
   * @param base an array, or null where {@code at} is an address
   */
  public RecordDraft value(Object base, long at, int length) {
    firstBase = base;
    firstAt = at;
    firstLength = length;
    return more(null, 0, 0);
  }

  /** A second piece of the value. */
  public RecordDraft more(Object base, long at, int length) {
    secondBase = base;
    secondAt = at;
    secondLength = length;
    return this;
  }

  /** Makes it complete. */
  public RecordDraft finish(int slot, long flags) {
    word =
        RecordLayout.word(
            slot,
            keyLength,
            flags | RecordLayout.optional(source, clientFlags, expiresAtMs),
            valueLength());
    return this;
  }

  public long keyAddress() {
    return keyAddress;
  }

  /** Whether a record of the same key that lies in one segment is this one, to the byte. */
  public boolean isAt(long record) {
    return word == RecordLayout.word(record)
        && timestamp == RecordLayout.timestamp(record)
        && source == RecordLayout.source(record, word)
        && clientFlags == RecordLayout.clientFlags(record, word)
        && expiresAtMs == RecordLayout.expiresAtMs(record, word)
        && secondLength == 0
        && sameValue(record + RecordLayout.keyOffset(word) + keyLength);
  }

  private boolean sameValue(long address) {
    int i = 0;
    for (; i <= firstLength - Long.BYTES; i += Long.BYTES) {
      if (UNSAFE.getLong(firstBase, firstAt + i) != UNSAFE.getLong(address + i)) {
        return false;
      }
    }
    for (; i < firstLength; i++) {
      if (UNSAFE.getByte(firstBase, firstAt + i) != UNSAFE.getByte(address + i)) {
        return false;
      }
    }
    return true;
  }

  public int keyLength() {
    return keyLength;
  }

  public int valueLength() {
    return firstLength + secondLength;
  }

  public long timestamp() {
    return timestamp;
  }

  public int source() {
    return source;
  }

  public int clientFlags() {
    return clientFlags;
  }

  /** A copy of the value. */
  public byte[] valueBytes() {
    byte[] value = new byte[valueLength()];
    UNSAFE.copyMemory(firstBase, firstAt, value, Unsafe.ARRAY_BYTE_BASE_OFFSET, firstLength);
    UNSAFE.copyMemory(
        secondBase, secondAt, value, Unsafe.ARRAY_BYTE_BASE_OFFSET + firstLength, secondLength);
    return value;
  }

  public long expiresAtMs() {
    return expiresAtMs;
  }

  public boolean has(long flags) {
    return RecordLayout.has(word, flags);
  }

  /** Bytes of the record. */
  public int size() {
    return RecordLayout.size(word);
  }

  /** Writes it into memory that it fits into. */
  public void write(long record) {
    RecordLayout.writeHead(record, word, timestamp, source, clientFlags, expiresAtMs);
    long at = record + RecordLayout.keyOffset(word);
    UNSAFE.copyMemory(keyAddress, at, keyLength);
    at += keyLength;
    UNSAFE.copyMemory(firstBase, firstAt, null, at, firstLength);
    if (secondLength > 0) {
      UNSAFE.copyMemory(secondBase, secondAt, null, at + firstLength, secondLength);
    }
  }

  /** Writes it into a chain of segments; whoever drops it frees the chain. */
  public void writeChain(SegmentTable segments, int first) {
    word |= RecordLayout.CHAINED;
    long record = segments.base(first);
    RecordLayout.writeHead(record, word, timestamp, source, clientFlags, expiresAtMs);
    long key = record + RecordLayout.keyOffset(word);
    UNSAFE.copyMemory(keyAddress, key, keyLength);
    var chain = new ChainCopy(segments, first, RecordLayout.keyOffset(word) + keyLength);
    chain.in(firstBase, firstAt, firstLength);
    chain.in(secondBase, secondAt, secondLength);
  }
}
