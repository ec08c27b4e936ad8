// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import java.util.function.IntFunction;

/**
 * Cuts what comes on a connection into frames, where it lies: what was read is served in place, and
 * only the beginning of a frame that is not whole is kept. A long one is then read straight to
 * where it is kept. Of the event loop alone.
 *
 * <p>In a turn: {@link #take} or {@link #takeKept}; {@link #next} until there is none; {@link
 * #endOf}.
 */
final class FrameInput {
  /** No whole frame is there. */
  static final int NONE = -1;

  /** What comes is no frame, or too long. */
  static final int ILLEGAL = -2;

  private static final int LENGTH_BYTES = Integer.BYTES;

  /** Of a long frame so much must have come before memory is taken for all of it. */
  private static final int EARNEST_BYTES = 64 << 10;

  /** A frame of which more is missing is read to where it is kept. */
  private static final int READ_IN_PLACE_BYTES = 4 << 10;

  private final int maxFrameBytes;
  private final IntFunction<ByteBuf> memory;

  /** What came before and could not be served: begins with a frame. Null: nothing. */
  private ByteBuf kept;

  /** What has come now; null: nothing that is not kept. */
  private ByteBuf fresh;

  /** Where the frame is that was found last. */
  private ByteBuf current;

  private int frameEnd;
  private int illegalLength;

  /**
   * @param memory gives so many bytes, which are released here
   */
  FrameInput(int maxFrameBytes, IntFunction<ByteBuf> memory) {
    this.maxFrameBytes = maxFrameBytes;
    this.memory = memory;
  }

  /**
   * Where to read the rest of a long frame to; to be given to {@link #take}, or released. Null:
   * none has begun.
   */
  ByteBuf placeOfLongFrame() {
    if (kept != null && kept.refCnt() == 1) {
      int wanted = wanted(kept);
      int missing = wanted - kept.readableBytes();
      if (missing >= READ_IN_PLACE_BYTES) {
        makeRoom(wanted);
        return kept.retain();
      }
    }
    return null;
  }

  /**
   * Bytes of the frame that a buffer begins with, its length included; 0: not known, or illegal.
   */
  private int wanted(ByteBuf in) {
    if (in.readableBytes() < LENGTH_BYTES) {
      return 0;
    }
    int length = in.getInt(in.readerIndex());
    return length < 0 || length > maxFrameBytes ? 0 : LENGTH_BYTES + length;
  }

  private void makeRoom(int wanted) {
    int capacity = kept.readableBytes() >= EARNEST_BYTES ? wanted : Math.min(wanted, EARNEST_BYTES);
    if (kept.capacity() - kept.readerIndex() < capacity) {
      kept.capacity(kept.readerIndex() + capacity);
    }
  }

  /** Begins a turn with bytes that were read. */
  void take(ByteBuf in) {
    fresh = in == kept ? null : in;
    current = null;
  }

  /** Begins a turn with what is kept alone. */
  void takeKept() {
    fresh = null;
    current = null;
  }

  /**
   * Finds the next frame; the one before has been served.
   *
   * @return its length, or one of the above
   */
  int next() {
    if (current != null) {
      current.readerIndex(frameEnd);
      current = null;
    }
    while (true) {
      ByteBuf in = kept != null && kept.isReadable() ? kept : fresh;
      if (in == null) {
        return NONE;
      }
      if (in == kept && fresh != null) {
        complete();
      }
      int wanted = wanted(in);
      if (wanted == 0 && in.readableBytes() >= LENGTH_BYTES) {
        illegalLength = in.getInt(in.readerIndex());
        return ILLEGAL;
      }
      if (wanted == 0 || in.readableBytes() < wanted) {
        return NONE;
      }
      in.skipBytes(LENGTH_BYTES);
      current = in;
      frameEnd = in.readerIndex() + wanted - LENGTH_BYTES;
      return wanted - LENGTH_BYTES;
    }
  }

  /** Takes as much as the frame wants that has begun, so that the rest need not be copied. */
  private void complete() {
    fill(LENGTH_BYTES);
    fill(wanted(kept));
  }

  private void fill(int bytes) {
    int missing = Math.min(bytes - kept.readableBytes(), fresh.readableBytes());
    if (missing > 0) {
      makeRoom(Math.max(bytes, LENGTH_BYTES));
      kept.writeBytes(fresh, missing);
    }
  }

  /** Where the frame is that {@link #next} found, from the reader's index on. */
  ByteBuf frames() {
    return current;
  }

  /** After ILLEGAL: what stands where a length should. */
  int illegalLength() {
    return illegalLength;
  }

  /**
   * Ends a turn: keeps what was not served.
   *
   * @param in what the turn began with, which is released; may be null
   */
  void endOf(ByteBuf in) {
    if (current != null) {
      current.readerIndex(frameEnd);
      current = null;
    }
    if (fresh != null && fresh.isReadable()) {
      keep(fresh);
    }
    fresh = null;
    if (in != null) {
      in.release();
    }
    if (kept != null) {
      tidy();
    }
  }

  private void keep(ByteBuf rest) {
    if (kept != null && !kept.isReadable()) {
      kept.release();
      kept = null;
    }
    if (kept == null) {
      int room = Math.max(rest.readableBytes(), Math.min(wanted(rest), EARNEST_BYTES));
      kept = memory.apply(room);
    }
    kept.writeBytes(rest);
  }

  /** Gives back memory that is not needed for what is kept. */
  private void tidy() {
    int bytes = kept.readableBytes();
    if (bytes == 0) {
      kept.release();
      kept = null;
    } else if (kept.readerIndex() > 0) {
      ByteBuf smaller = memory.apply(Math.max(bytes, Math.min(wanted(kept), EARNEST_BYTES)));
      smaller.writeBytes(kept);
      kept.release();
      kept = smaller;
    }
  }

  /** Bytes of memory that are kept from turn to turn. */
  int keptBytes() {
    return kept == null ? 0 : kept.capacity();
  }

  void close() {
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }
}
