// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.common.schema.Table;
import io.sedna.daemon.replication.Write;
import io.sedna.thrift.generated.WriteResult;
import java.io.IOException;
import java.util.List;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: takes frames and has them served, the frequent calls on the spot ({@link
 * HotCalls}), all others by the generated code ({@link GeneratedCalls}). It reads no further while
 * too much of it is under way or waits to be sent. Its state belongs to the connection's event
 * loop.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter implements HolderWatch.Holder {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

  /** So many frames of full size are read after garbage, for clients that first send all. */
  private static final long FULL_FRAMES_AFTER_GARBAGE = 4;

  /**
   * A client that has taken all its answers when the daemon stops, and does not close its side, is
   * waited for no longer than this: many only look at a connection when they need it again.
   */
  private static final long IDLE_LINGER_MS = 500;

  private final ServerParts parts;
  private final LoopState loop;
  private final HotTables tables;
  private final FrameInput input;

  private ChannelHandlerContext context;
  private Outgoing outgoing;
  private GeneratedCalls generated;

  /** Counts as one request under way, for all that are served on the spot in this turn. */
  private boolean entered;

  private boolean paused;
  private boolean watched;

  /** Nothing more is served. */
  private boolean broken;

  private boolean closed;

  /** What the client is told after its last answer; null: nothing. */
  private String refusal;

  /** How the client is left when it has its answers; null: it is not, or has been told. */
  private LingeringClose end;

  ConnectionHandler(ServerParts parts, LoopState loop) {
    this.parts = parts;
    this.loop = loop;
    this.tables = new HotTables(parts.hot().tables());
    this.input = new FrameInput(parts.options().maxFrameBytes(), loop::allocate);
  }

  /** Where to read the socket to. */
  RecvByteBufAllocator readMemory(NettyTransport transport) {
    return ReadMemory.of(transport, input::placeOfLongFrame, loop::readBuffer);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    outgoing = new Outgoing(context, loop);
    generated = new GeneratedCalls(parts, context, outgoing, this::adjustReading);
  }

  // -- Turns.

  @Override
  public void channelRead(ChannelHandlerContext same, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (broken) {
      in.release();
      return;
    }
    outgoing.beginTurn();
    try {
      input.take(in);
      serveFrames();
    } finally {
      endRead(in);
    }
  }

  private void endRead(ByteBuf in) {
    input.endOf(in);
    if (broken) {
      input.close();
    }
    // Others of the loop may be read before this one is told that its read is complete.
    outgoing.endRead();
  }

  private void serveFrames() {
    while (!paused && !broken) {
      int length = input.next();
      if (length == FrameInput.NONE) {
        return;
      }
      if (length == FrameInput.ILLEGAL) {
        refuseGarbage(
            "no frame of at most "
                + parts.options().maxFrameBytes()
                + " bytes: length="
                + input.illegalLength());
        return;
      }
      serve(input.frames(), length);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext same) {
    endTurn();
    context.fireChannelReadComplete();
  }

  private void endTurn() {
    outgoing.endTurn();
    if (entered) {
      entered = false;
      parts.underWay().leave();
    }
    loop.count();
    lookAfter();
  }

  /** Goes on with what has been read already, and then reads. */
  private void resume() {
    if (paused || broken) {
      return;
    }
    outgoing.beginTurn();
    try {
      input.takeKept();
      serveFrames();
    } finally {
      endRead(null);
    }
    endTurn();
    if (!paused && !broken) {
      context.channel().config().setAutoRead(true);
    }
  }

  // -- Calls.

  private void serve(ByteBuf in, int length) {
    loop.requested(length);
    HotCalls hot = loop.hot();
    HotCalls.Outcome outcome = HotCalls.Outcome.OTHER;
    if (entered || (parts.present().getAsBoolean() && parts.underWay().enter())) {
      entered = true;
      try {
        outcome = hot.serve(in.memoryAddress() + in.readerIndex(), length, tables, outgoing);
      } catch (RuntimeException | Error e) {
        loop.answers().dropOpenFrame();
        generated.answer(hot.message(), length).fail(e);
        return;
      }
    }
    switch (outcome) {
      case ANSWERED -> {
        loop.servedOnTheSpot();
        outgoing.put();
      }
      case OTHER -> serveByGenerated(in.slice(in.readerIndex(), length));
      case COORDINATE -> coordinate(hot, length);
    }
  }

  private void serveByGenerated(ByteBuf frame) {
    try {
      generated.serve(frame);
    } catch (TException e) {
      refuseGarbage(e.getMessage());
    }
  }

  private void coordinate(HotCalls hot, int bytes) {
    List<Write> writes = hot.writes();
    Table table = hot.table().table();
    DataService data = parts.hot().data();
    if (hot.many()) {
      GeneratedCalls.Answer<List<WriteResult>> answer = generated.answer(hot.message(), bytes);
      if (answer.enter()) {
        Callbacks.answer(answer, () -> data.coordinate(table, writes));
      }
    } else {
      GeneratedCalls.Answer<WriteResult> answer = generated.answer(hot.message(), bytes);
      if (answer.enter()) {
        Callbacks.answer(answer, () -> data.coordinate(table, writes.get(0)));
      }
    }
  }

  // -- Bounds.

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext same) {
    adjustReading();
    context.fireChannelWritabilityChanged();
  }

  private void adjustReading() {
    if (broken) {
      endWhenAnswered();
      return;
    }
    ServerOptions options = parts.options();
    boolean room =
        generated.inflight() < options.maxInflightRequests()
            && generated.inflightBytes() < options.maxInflightBytes()
            && outgoing.waitingBytes() < options.maxUnsentBytes()
            && context.channel().isWritable();
    if (paused == !room) {
      return;
    }
    paused = !room;
    if (paused) {
      context.channel().config().setAutoRead(false);
    } else {
      context.executor().execute(this::resume);
    }
  }

  private void lookAfter() {
    if (!closed && (watched || heldBytes() > 0)) {
      loop.watch().holds(this);
      watched = heldBytes() > 0;
    }
  }

  @Override
  public long heldBytes() {
    return input.keptBytes() + generated.inflightBytes() + outgoing.heldBytes();
  }

  @Override
  public long sendingMark() {
    return outgoing.sendingMark();
  }

  @Override
  public String peer() {
    return String.valueOf(context.channel().remoteAddress());
  }

  @Override
  public void cutOff() {
    parts.metrics().connectionCutOff();
    close();
  }

  private void close() {
    broken = true;
    closed = true;
    var unused = context.close();
  }

  // -- Ends.

  @Override
  public void channelInactive(ChannelHandlerContext same) {
    broken = true;
    closed = true;
    end = null;
    if (outgoing.inTurn()) {
      endTurn(); // A transport need not say that a read is complete which the end cut short.
    }
    input.close();
    outgoing.close();
    loop.watch().forget(this);
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext same, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("Connection of {} broke: {}", peer(), cause, cause);
    } else {
      LOG.error("Connection of {} failed", peer(), cause);
    }
    close();
  }

  /** Serves nothing more, and leaves the client when it has been answered all before. */
  private void refuseGarbage(String why) {
    if (broken) {
      return;
    }
    broken = true;
    parts.metrics().protocolError();
    parts.metrics().failed();
    if (loop.mayComplain()) {
      LOG.warn("Closing the connection of {}: {}; others like it are only counted", peer(), why);
    } else {
      LOG.debug("Closing the connection of {}: {}", peer(), why);
    }
    ServerOptions options = parts.options();
    end =
        LingeringClose.begin(
            context.channel(),
            LingeringClose.Bounds.of(
                options.slowClientTimeoutMs(),
                FULL_FRAMES_AFTER_GARBAGE * options.maxFrameBytes()));
    refusal = why;
    endWhenAnswered();
  }

  /**
   * The daemon stops: serves nothing more, not what has been read already either, and leaves the
   * client when it has been answered all before.
   *
   * @param withinMs how long a client may take that has not taken all answers yet
   */
  void leave(long withinMs) {
    if (broken) {
      return;
    }
    broken = true;
    boolean idle = outgoing.sendingMark() == 0 && generated.inflight() == 0;
    long lingerMs = idle ? Math.min(IDLE_LINGER_MS, withinMs) : withinMs;
    end = LingeringClose.begin(context.channel(), LingeringClose.Bounds.within(withinMs, lingerMs));
    input.close();
    endWhenAnswered();
  }

  /** Says why, if there is something to be said, after the last answer. */
  private void endWhenAnswered() {
    if (end == null || generated.inflight() > 0) {
      return;
    }
    LingeringClose leaving = end;
    end = null;
    try {
      leaving.after(outgoing.sendLast(refusal == null ? Unpooled.EMPTY_BUFFER : refusal(refusal)));
    } catch (TException | RuntimeException e) {
      close();
    }
  }

  private ByteBuf refusal(String why) throws TException {
    return Wire.BINARY.encode(
        context.alloc(),
        new TMessage("", TMessageType.EXCEPTION, 0),
        new TApplicationException(TApplicationException.PROTOCOL_ERROR, why));
  }
}
