// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.sedna.daemon.engine.OffHeap;
import java.util.ArrayList;

/**
 * Where the answers of one connection are put together while what was read of it is served: frame
 * after frame in a chunk of memory that the loop's connections use in turn. It is empty whenever
 * another may come. What does not fit goes on in further chunks, so nothing that was written is
 * ever moved. Not thread-safe; one of these an event loop.
 *
 * <p>Writers make room first ({@link #room}) and then put bytes at {@link #position}.
 */
final class AnswerBuffer {
  /** Memory that an event loop keeps for answers. */
  static final int CHUNK_BYTES = 64 << 10;

  /** Answers up to this size that cannot be sent at once are copied, lest each pin a chunk. */
  private static final int COPIED_BYTES = CHUNK_BYTES / 2;

  private final ByteBufAllocator allocator;
  private final boolean sendsLater;

  /** Chunks before the current one, full. */
  private final ArrayList<ByteBuf> full = new ArrayList<>();

  private int fullBytes;
  private ByteBuf chunk;
  private long base;
  private long position;
  private long end;

  private int frameChunk;
  private int frameFullBytes;
  private int frameStart;
  private boolean frameOpen;

  /**
   * @param sendsLater whether the transport still needs what it was given after a flush
   */
  AnswerBuffer(ByteBufAllocator allocator, boolean sendsLater) {
    this.allocator = allocator;
    this.sendsLater = sendsLater;
  }

  /** Bytes that were put in and not taken out. */
  int bytes() {
    return fullBytes + (int) (position - base);
  }

  /** Begins a frame, whose length is not known yet. */
  void beginFrame() {
    room(Integer.BYTES);
    frameChunk = full.size();
    frameFullBytes = fullBytes;
    frameStart = (int) (position - base);
    frameOpen = true;
    position += Integer.BYTES;
  }

  /** Bytes of the frame so far, its length field not counted. */
  int frameBytes() {
    return bytes() - frameFullBytes - frameStart - Integer.BYTES;
  }

  /** Ends the frame that was begun last: puts its length where it began. */
  void endFrame() {
    long start = frameChunk < full.size() ? full.get(frameChunk).memoryAddress() : base;
    OffHeap.putInt(start + frameStart, frameBytes());
    frameOpen = false;
  }

  /** Takes back the frame that was begun last. */
  void dropFrame() {
    goBack(frameChunk, frameFullBytes, frameStart);
    frameOpen = false;
  }

  /** Takes back a frame that was begun and not ended, if there is one. */
  void dropOpenFrame() {
    if (frameOpen) {
      dropFrame();
    }
  }

  /** Makes room for so many bytes in one piece at {@link #position}. */
  void room(int bytes) {
    if (end - position < bytes) {
      nextChunk(bytes);
    }
  }

  private void nextChunk(int bytes) {
    if (chunk != null) {
      if (position > base) {
        chunk.writerIndex((int) (position - base));
        full.add(chunk);
        fullBytes += chunk.writerIndex();
      } else {
        chunk.release();
      }
      chunk = null;
    }
    use(allocator.directBuffer(Math.max(bytes, CHUNK_BYTES)), 0);
  }

  private void use(ByteBuf next, int written) {
    chunk = next;
    base = next.memoryAddress();
    position = base + written;
    end = base + next.capacity();
  }

  /** A place to go back to: {@link #mark}s are of the frame that was begun last. */
  long mark() {
    return (long) full.size() << Integer.SIZE | (position - base);
  }

  /** Takes back whatever was put since the mark. */
  void reset(long mark) {
    int chunks = (int) (mark >>> Integer.SIZE);
    int bytesBefore = fullBytes;
    for (int i = chunks; i < full.size(); i++) {
      bytesBefore -= full.get(i).writerIndex();
    }
    goBack(chunks, bytesBefore, (int) mark);
  }

  private void goBack(int chunks, int bytesBefore, int written) {
    if (full.size() > chunks) {
      chunk.release();
      for (int i = full.size() - 1; i > chunks; i--) {
        full.remove(i).release();
      }
      use(full.remove(chunks), written);
      fullBytes = bytesBefore;
    }
    position = base + written;
  }

  /** Where the next byte goes; there must be {@link #room}. */
  long position() {
    return position;
  }

  /** Goes on after bytes that were put at {@link #position}. */
  void advance(int bytes) {
    position += bytes;
  }

  void putByte(int value) {
    OffHeap.putByte(position, value);
    position += 1;
  }

  void putInt(int value) {
    OffHeap.putInt(position, value);
    position += Integer.BYTES;
  }

  void putLong(long value) {
    OffHeap.putLong(position, value);
    position += Long.BYTES;
  }

  void putField(int type, int id) {
    OffHeap.putByte(position, type);
    OffHeap.putShort(position + 1, id);
    position += 3;
  }

  void putBytes(byte[] bytes) {
    OffHeap.copy(bytes, 0, position, bytes.length);
    position += bytes.length;
  }

  /**
   * Hands all whole frames to the channel, which is to be flushed then.
   *
   * @return bytes of them
   */
  int writeTo(ChannelHandlerContext context) {
    int written = bytes();
    if (written == 0) {
      return 0;
    }
    for (int i = 0; i < full.size(); i++) {
      write(context, full.get(i));
    }
    full.clear();
    fullBytes = 0;
    int last = (int) (position - base);
    if (last > 0) {
      chunk.writerIndex(last);
      if (last <= COPIED_BYTES && staysUnsent(context.channel())) {
        ByteBuf copy = allocator.directBuffer(last, last);
        OffHeap.copy(base, copy.memoryAddress(), last);
        copy.writerIndex(last);
        write(context, copy);
        chunk.clear();
        position = base;
      } else {
        write(context, chunk.retain());
        base = position; // Nothing is put in while the channel may need it.
        end = position;
      }
    }
    return written;
  }

  /** Memory that answers of so many bytes take that a channel has not sent. */
  long pinnedBytes(long unsentBytes) {
    return sendsLater && unsentBytes <= COPIED_BYTES
        ? unsentBytes
        : Math.max(unsentBytes, CHUNK_BYTES);
  }

  private boolean staysUnsent(Channel channel) {
    var unsent = channel.unsafe().outboundBuffer();
    return sendsLater || unsent == null || !unsent.isEmpty();
  }

  private static void write(ChannelHandlerContext context, ByteBuf bytes) {
    var unused = context.write(bytes, context.voidPromise());
  }

  /** Takes the chunk back after a flush, if the channel has no need of it any more. */
  void reuse() {
    if (chunk == null || !full.isEmpty()) {
      return;
    }
    if (chunk.refCnt() == 1 && chunk.capacity() == CHUNK_BYTES) {
      chunk.clear();
      use(chunk, 0);
    } else {
      release();
    }
  }

  /** Gives all memory back. The buffer can be used again. */
  void release() {
    full.forEach(ByteBuf::release);
    full.clear();
    fullBytes = 0;
    if (chunk != null) {
      chunk.release();
      chunk = null;
    }
    base = 0;
    position = 0;
    end = 0;
  }
}
