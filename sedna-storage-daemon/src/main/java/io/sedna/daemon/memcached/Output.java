// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sedna.daemon.engine.OffHeap;

/**
 * Answers on their way out, written by address into one buffer until it is taken away. Of one event
 * loop.
 */
final class Output {
  private static final int LEAST_BYTES = 512;
  private static final int MOST_FIRST_BYTES = 1 << 16;
  private static final int MOST_DIGITS = 20;

  private final ByteBufAllocator allocator;
  private final Decimal decimal = new Decimal();
  private ByteBuf buffer;
  private long base;
  private int capacity;
  private int position;
  private int expected = LEAST_BYTES;

  Output(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** Bytes written since the buffer was taken away. */
  int position() {
    return position;
  }

  /** Takes back what was written after a position. */
  void rollBack(int earlier) {
    position = earlier;
  }

  /**
   * Makes room; what is written there counts after {@link #advance}.
   *
   * @return where; good until the next call that makes room
   */
  long room(int bytes) {
    if (capacity - position < bytes) {
      grow(bytes);
    }
    return base + position;
  }

  void advance(int bytes) {
    position += bytes;
  }

  private void grow(int bytes) {
    int needed = Math.addExact(position, bytes);
    if (buffer == null) {
      buffer = allocator.ioBuffer(Math.max(expected, needed));
    } else {
      buffer.writerIndex(position);
      buffer.capacity(Math.max(needed, Math.min(2 * capacity, capacity + (1 << 20))));
    }
    base = buffer.memoryAddress();
    capacity = buffer.capacity();
  }

  void write(byte[] text) {
    OffHeap.copy(text, 0, room(text.length), text.length);
    position += text.length;
  }

  void write(int c) {
    OffHeap.putByte(room(1), (byte) c);
    position++;
  }

  void write(long address, int length) {
    OffHeap.copy(address, room(length), length);
    position += length;
  }

  void writeUnsigned(long number) {
    position += decimal.writeUnsigned(number, room(MOST_DIGITS));
  }

  void endLine() {
    long at = room(2);
    OffHeap.putByte(at, (byte) '\r');
    OffHeap.putByte(at + 1, (byte) '\n');
    position += 2;
  }

  /** Takes what was written away, to be sent; null: nothing. */
  ByteBuf take() {
    if (position == 0) {
      return null;
    }
    ByteBuf taken = buffer;
    taken.writerIndex(position);
    expected = Math.min(MOST_FIRST_BYTES, Math.max(LEAST_BYTES, (expected + position) / 2));
    buffer = null;
    base = 0;
    capacity = 0;
    position = 0;
    return taken;
  }

  void release() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
      capacity = 0;
      position = 0;
    }
  }
}
