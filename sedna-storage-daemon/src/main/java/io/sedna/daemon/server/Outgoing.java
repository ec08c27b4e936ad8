// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.ArrayDeque;

/**
 * A connection's answers on their way out, in the order of their requests: one that is done before
 * another that came earlier waits for it. A client that matches answers by their sequence ids says
 * that it wants none to wait by a negative id.
 *
 * <p>In a turn, in which the connection is read, once or several times, answers gather; the channel
 * is handed them at the end of each read, and they are sent at the end of the turn, or when there
 * are many. Turns of several connections may overlap, their reads do not. Of the event loop alone.
 */
final class Outgoing {
  /** Answers are sent when there are so many bytes of them, also within a turn. */
  private static final int SEND_BYTES = 256 << 10;

  private final ChannelHandlerContext context;
  private final LoopState loop;

  /** Places of answers that are not done, and of those behind them; null: there never were any. */
  private ArrayDeque<Place> places;

  private long waitingBytes;
  private boolean inTurn;

  /** What is in the loop's buffer is this connection's. */
  private boolean inRead;

  private boolean unflushed;
  private boolean flushScheduled;

  /** Where an answer will come among the others. */
  static final class Place {
    private ByteBuf frame;
  }

  Outgoing(ChannelHandlerContext context, LoopState loop) {
    this.context = context;
    this.loop = loop;
  }

  /** Whether an answer to the request could go out at once. */
  boolean takesNow(int sequenceId) {
    return sequenceId < 0 || places == null || places.isEmpty();
  }

  /**
   * Keeps the place of an answer that will come later.
   *
   * @return to be given with the answer; null: it needs none
   */
  Place place(int sequenceId) {
    if (sequenceId < 0) {
      return null;
    }
    if (places == null) {
      places = new ArrayDeque<>();
    }
    var place = new Place();
    places.add(place);
    return place;
  }

  void beginTurn() {
    inTurn = true;
    inRead = true;
  }

  /** After an answer was put into the loop's buffer. */
  void put() {
    if (loop.answers().bytes() >= SEND_BYTES) {
      handOver();
      flush();
      loop.answers().reuse();
    }
  }

  /**
   * Sends a frame, which is taken over, or keeps it until those before it are done.
   *
   * @param place of it; null: it needs none
   */
  void send(Place place, ByteBuf frame) {
    if (place == null) {
      write(frame);
    } else if (places.peek() == place) {
      places.poll();
      write(frame);
      sendDone();
    } else {
      place.frame = frame;
      waitingBytes += frame.readableBytes();
    }
    flushSoon();
  }

  /** Gives up a place whose answer cannot be sent. */
  void abandon(Place place) {
    if (place != null && places.remove(place)) {
      sendDone();
    }
  }

  private void sendDone() {
    while (!places.isEmpty() && places.peek().frame != null) {
      ByteBuf frame = places.poll().frame;
      waitingBytes -= frame.readableBytes();
      write(frame);
    }
  }

  private void write(ByteBuf frame) {
    handOver(); // Answers that were put before come before.
    loop.answered(frame.readableBytes());
    unflushed = true;
    var unused = context.write(frame, context.voidPromise());
  }

  /**
   * Sends a frame after which none comes.
   *
   * @param frame empty: nothing comes after those before
   * @return done when the kernel has it
   */
  ChannelFuture sendLast(ByteBuf frame) {
    handOver();
    if (frame.isReadable()) {
      loop.answered(frame.readableBytes());
    }
    unflushed = false;
    ChannelFuture sent = context.writeAndFlush(frame);
    if (!inTurn) {
      loop.count();
    }
    return sent;
  }

  /** Gives the channel what is in the loop's buffer of this connection. */
  private void handOver() {
    if (!inRead) {
      return;
    }
    int bytes = loop.answers().writeTo(context);
    if (bytes > 0) {
      loop.answered(bytes);
      unflushed = true;
    }
  }

  /** Once for all answers of this turn of the loop: each flush is a system call. */
  private void flushSoon() {
    if (unflushed && !inTurn && !flushScheduled) {
      flushScheduled = true;
      context
          .executor()
          .execute(
              () -> {
                flushScheduled = false;
                flush();
                loop.count();
              });
    }
  }

  private void flush() {
    if (unflushed) {
      unflushed = false;
      context.flush();
    }
  }

  /** Until the next read the loop's buffer is others'. */
  void endRead() {
    handOver();
    inRead = false;
  }

  void endTurn() {
    endRead();
    inTurn = false;
    flush();
    loop.answers().reuse();
  }

  boolean inTurn() {
    return inTurn;
  }

  /** Bytes of answers that wait for others, or for the client to take them. */
  long heldBytes() {
    ChannelOutboundBuffer unsent = context.channel().unsafe().outboundBuffer();
    return unsent == null || unsent.isEmpty()
        ? waitingBytes
        : waitingBytes + loop.answers().pinnedBytes(unsent.totalPendingWriteBytes());
  }

  /** Bytes of answers that wait for others. */
  long waitingBytes() {
    return waitingBytes;
  }

  /** Changes whenever the client has taken something; 0: nothing waits for it. */
  long sendingMark() {
    ChannelOutboundBuffer unsent = context.channel().unsafe().outboundBuffer();
    return unsent == null || unsent.isEmpty()
        ? 0
        : 1 + unsent.totalPendingWriteBytes() * 31 + unsent.currentProgress() + unsent.size();
  }

  /** Throws away what waits. */
  void close() {
    if (places != null) {
      for (Place place : places) {
        if (place.frame != null) {
          place.frame.release();
          place.frame = null;
        }
      }
      places.clear();
      waitingBytes = 0;
    }
  }
}
