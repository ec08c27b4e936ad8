// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sedna.client.rpc.ByteBufTransport;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.replication.Write;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.WriteResult;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializable;
import org.apache.thrift.async.AsyncMethodCallback;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: takes frames, calls methods, sends answers. Its state belongs to the connection's
 * event loop; answers from other threads are handed to it.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

  private static final int LENGTH_BYTES = Integer.BYTES;

  /** Answers go to the channel when there are so many bytes of them, also within one turn. */
  private static final int SEND_BYTES = 256 << 10;

  private final ServerOptions options;
  private final Dispatcher dispatcher;
  private final RequestsUnderWay underWay;
  private final DaemonMetrics metrics;
  private final LoopState loop;
  private final HotTables tables;
  private final DataService data;
  private final ByteBufTransport transport = new ByteBufTransport(Unpooled.EMPTY_BUFFER);
  private final TBinaryProtocol protocol = transport.strictBinaryProtocol();

  // Of the event loop alone.

  /** What has come of frames that cannot be served yet: of one that is not whole, as a rule. */
  private ByteBuf pending;

  private int inflight;
  private long inflightBytes;

  /** The turn in which this connection is being read; its answers gather in the loop's buffer. */
  private boolean reading;

  /** Counts as one request under way, for all that are served at once in this turn. */
  private boolean entered;

  private boolean unflushed;
  private boolean paused;
  private boolean broken;

  ConnectionHandler(
      ServerOptions options,
      Dispatcher dispatcher,
      RequestsUnderWay underWay,
      DaemonMetrics metrics,
      HotPath hot,
      LoopState loop) {
    this.options = options;
    this.dispatcher = dispatcher;
    this.underWay = underWay;
    this.metrics = metrics;
    this.loop = loop;
    this.tables = new HotTables(hot.tables());
    this.data = hot.data();
  }

  // -- Frames.

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      reading = true;
      take(context, in);
    } finally {
      in.release();
    }
  }

  private void take(ChannelHandlerContext context, ByteBuf in) {
    while (pending != null && in.isReadable() && !paused && !broken) {
      completePending(context, in);
    }
    if (pending == null) {
      serveFrames(context, in);
    }
    if (in.isReadable() && !broken) {
      keep(context, in);
    }
  }

  /** Serves the frames that are whole, as long as answers find room. */
  private void serveFrames(ChannelHandlerContext context, ByteBuf in) {
    while (!broken && !paused) {
      int length = frameLength(context, in);
      if (length < 0 || in.readableBytes() - LENGTH_BYTES < length) {
        return;
      }
      int start = in.readerIndex() + LENGTH_BYTES;
      in.readerIndex(start);
      serve(context, in, length);
      in.readerIndex(start + length);
    }
  }

  /**
   * @return of the frame that comes next; -1: not known yet, or illegal
   */
  private int frameLength(ChannelHandlerContext context, ByteBuf in) {
    if (in.readableBytes() < LENGTH_BYTES) {
      return -1;
    }
    int length = in.getInt(in.readerIndex());
    if (length < 0 || length > options.maxFrameBytes()) {
      refuseGarbage(
          context, "no frame of at most " + options.maxFrameBytes() + " bytes: length=" + length);
      return -1;
    }
    return length;
  }

  /** Takes no more than the frame wants that has begun, so that the rest need not be copied. */
  private void completePending(ChannelHandlerContext context, ByteBuf in) {
    fill(in, LENGTH_BYTES);
    int length = frameLength(context, pending);
    if (length >= 0) {
      fill(in, LENGTH_BYTES + length);
    }
    servePending(context);
  }

  private void fill(ByteBuf in, int bytes) {
    int missing = Math.min(bytes - pending.readableBytes(), in.readableBytes());
    if (missing > 0) {
      pending.writeBytes(in, missing);
    }
  }

  private void servePending(ChannelHandlerContext context) {
    serveFrames(context, pending);
    if (broken || !pending.isReadable()) {
      pending.release();
      pending = null;
    }
  }

  private void keep(ChannelHandlerContext context, ByteBuf in) {
    if (pending == null) {
      pending = context.alloc().directBuffer(in.readableBytes());
    } else {
      pending.discardReadBytes();
    }
    pending.writeBytes(in);
  }

  private void serve(ChannelHandlerContext context, ByteBuf in, int length) {
    loop.requested(length);
    if (!in.hasMemoryAddress() || !(entered = entered || underWay.enter())) {
      serveByGenerated(context, in.slice(in.readerIndex(), length));
      return;
    }
    HotCalls hot = loop.hot();
    HotCalls.Outcome outcome;
    try {
      outcome = hot.serve(in.memoryAddress() + in.readerIndex(), length, tables);
    } catch (RuntimeException | Error e) {
      loop.answers().dropOpenFrame();
      answer(context, hot.message(), length).fail(e);
      return;
    }
    switch (outcome) {
      case ANSWERED -> sendBeyond(context, SEND_BYTES);
      case OTHER -> serveByGenerated(context, in.slice(in.readerIndex(), length));
      case REPEAT -> repeat(context, hot, length);
    }
  }

  private void repeat(ChannelHandlerContext context, HotCalls hot, int bytes) {
    List<Write> writes = hot.writes();
    Table table = hot.table().table();
    if (hot.many()) {
      Answer<List<WriteResult>> answer = answer(context, hot.message(), bytes);
      if (answer.enter()) {
        Callbacks.answer(answer, () -> data.repeat(table, writes));
      }
    } else {
      Answer<WriteResult> answer = answer(context, hot.message(), bytes);
      if (answer.enter()) {
        Callbacks.answer(answer, () -> data.repeat(table, writes.get(0)));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private <R> Answer<R> answer(ChannelHandlerContext context, TMessage message, int bytes) {
    var method = (Dispatcher.Method<?, ?, R, ?>) dispatcher.find(message.name);
    return new Answer<>(context, message, method, bytes);
  }

  private void serveByGenerated(ChannelHandlerContext context, ByteBuf frame) {
    int bytes = frame.readableBytes();
    transport.reset(frame);
    TMessage message;
    try {
      message = protocol.readMessageBegin();
      if (message.type != TMessageType.CALL) {
        throw new TException("message is no call: type=" + message.type);
      }
    } catch (TException | RuntimeException e) {
      refuseGarbage(context, "no message of Thrift's strict binary protocol: " + e.getMessage());
      return;
    }
    Dispatcher.Method<?, ?, ?, ?> method = dispatcher.find(message.name);
    if (method == null) {
      refuse(
          context,
          message,
          TApplicationException.UNKNOWN_METHOD,
          "unknown method: '" + message.name + "'");
      return;
    }
    serve(context, message, method, bytes);
  }

  private <R> void serve(
      ChannelHandlerContext context,
      TMessage message,
      Dispatcher.Method<?, ?, R, ?> method,
      int bytes) {
    TBase<?, ?> arguments = method.emptyArguments();
    try {
      arguments.read(protocol);
      protocol.readMessageEnd();
    } catch (TException | RuntimeException | StackOverflowError e) {
      metrics.protocolError();
      refuse(
          context,
          message,
          TApplicationException.PROTOCOL_ERROR,
          "arguments of " + message.name + " cannot be read: " + e.getMessage());
      return;
    }
    var answer = new Answer<>(context, message, method, bytes);
    if (!answer.enter()) {
      return;
    }
    try {
      method.call(arguments, answer);
    } catch (TException | RuntimeException | Error e) {
      answer.fail(e);
    }
  }

  /** Waits for the outcome of one call; the first one counts. */
  private final class Answer<R> implements AsyncMethodCallback<R> {
    /** Field ids of the structs that Thrift generates for results: 0 the value, 1 the exception. */
    private static final int SUCCESS_FIELD = 0;

    private static final int ERROR_FIELD = 1;

    private final ChannelHandlerContext context;
    private final TMessage message;
    private final Dispatcher.Method<?, ?, R, ?> method;
    private final int requestBytes;
    private final AtomicBoolean given = new AtomicBoolean();

    /** Counts as under way; set before anybody else knows this. */
    private boolean entered;

    Answer(
        ChannelHandlerContext context,
        TMessage message,
        Dispatcher.Method<?, ?, R, ?> method,
        int requestBytes) {
      this.context = context;
      this.message = message;
      this.method = method;
      this.requestBytes = requestBytes;
    }

    /**
     * @return whether the call may be done; if not, it has been answered
     */
    boolean enter() {
      if (!underWay.enter()) {
        fail(
            new SednaException(
                ErrorCode.SHUTTING_DOWN, "the daemon is shutting down: try another"));
        return false;
      }
      entered = true;
      inflight++;
      inflightBytes += requestBytes;
      adjustReading(context);
      return true;
    }

    @Override
    public void onComplete(R value) {
      give(result(SUCCESS_FIELD, value));
    }

    @Override
    public void onError(Exception e) {
      fail(e);
    }

    void fail(Throwable failure) {
      SednaException e = Errors.of(failure);
      if (e.code() == ErrorCode.INTERNAL) {
        LOG.error("{} of {} failed", message.name, context.channel().remoteAddress(), failure);
      }
      metrics.failed();
      give(result(ERROR_FIELD, Errors.toThrift(e)));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private TBase<?, ?> result(int field, Object value) {
      TBase result = method.emptyResult();
      var place = result.fieldForId(field);
      if (place != null) {
        result.setFieldValue(place, value);
      }
      return result;
    }

    private void give(TBase<?, ?> result) {
      if (!given.compareAndSet(false, true)) {
        return;
      }
      if (context.executor().inEventLoop()) {
        finish(result);
      } else {
        context.executor().execute(() -> finish(result));
      }
    }

    private void finish(TBase<?, ?> result) {
      send(context, message, TMessageType.REPLY, result, this::tooLarge);
      if (entered) {
        underWay.leave();
        inflight--;
        inflightBytes -= requestBytes;
        adjustReading(context);
      }
    }

    /** The answer in the place of one that could not be sent. */
    private TBase<?, ?> tooLarge(int bytes) {
      return result(
          ERROR_FIELD,
          Errors.toThrift(
              new SednaException(
                  ErrorCode.FRAME_TOO_LARGE,
                  "answer too large: method="
                      + message.name
                      + ", bytes="
                      + bytes
                      + ", limit="
                      + options.maxFrameBytes()
                      + "; ask for less at once")));
    }
  }

  private void refuse(ChannelHandlerContext context, TMessage request, int type, String why) {
    metrics.failed();
    send(
        context,
        request,
        TMessageType.EXCEPTION,
        new TApplicationException(type, why),
        bytes -> new TApplicationException(type));
  }

  /**
   * @param otherwise what to send if the body is too large, by its bytes
   */
  private void send(
      ChannelHandlerContext context,
      TMessage request,
      byte type,
      TSerializable body,
      IntFunction<TSerializable> otherwise) {
    if (!context.channel().isActive()) {
      return;
    }
    var header = new TMessage(request.name, type, request.seqid);
    ByteBuf frame = null;
    try {
      frame = encode(context, header, body);
      int bytes = frame.readableBytes() - Integer.BYTES;
      if (bytes > options.maxFrameBytes()) {
        frame.release();
        frame = null;
        frame = encode(context, header, otherwise.apply(bytes));
      }
      metrics.answered(frame.readableBytes());
      if (reading) {
        handOver(context); // Answers that were given before come before.
      }
      var unused = context.write(frame, context.voidPromise());
      frame = null;
      flushSoon(context);
    } catch (TException | RuntimeException | OutOfMemoryError e) {
      LOG.error("Cannot send the answer to {}", request.name, e);
      var unused = context.close();
    } finally {
      if (frame != null) {
        frame.release();
      }
    }
  }

  private void sendBeyond(ChannelHandlerContext context, int bytes) {
    if (loop.answers().bytes() >= bytes) {
      handOver(context);
      context.flush();
      loop.answers().reuse();
    }
  }

  /** Gives the channel what is in the loop's buffer. */
  private void handOver(ChannelHandlerContext context) {
    int bytes = loop.answers().writeTo(context);
    if (bytes > 0) {
      loop.answered(bytes);
      unflushed = true;
    }
  }

  /** Once for all answers of this turn of the loop: each flush is a system call. */
  private void flushSoon(ChannelHandlerContext context) {
    if (!unflushed) {
      unflushed = true;
      if (!reading) {
        context.executor().execute(() -> flush(context));
      }
    }
  }

  private void flush(ChannelHandlerContext context) {
    if (unflushed) {
      unflushed = false;
      context.flush();
    }
  }

  private ByteBuf encode(ChannelHandlerContext context, TMessage header, TSerializable body)
      throws TException {
    ByteBuf frame = context.alloc().ioBuffer();
    boolean done = false;
    try {
      frame.writeInt(0);
      TBinaryProtocol out = new ByteBufTransport(frame).strictBinaryProtocol();
      out.writeMessageBegin(header);
      body.write(out);
      out.writeMessageEnd();
      frame.setInt(0, frame.readableBytes() - Integer.BYTES);
      done = true;
      return frame;
    } finally {
      if (!done) {
        frame.release();
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    endTurn(context);
    context.fireChannelReadComplete();
  }

  private void endTurn(ChannelHandlerContext context) {
    handOver(context);
    reading = false;
    if (entered) {
      entered = false;
      underWay.leave();
    }
    flush(context);
    loop.answers().reuse();
    loop.count();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    adjustReading(context);
    context.fireChannelWritabilityChanged();
  }

  /** Pauses and goes on, also with what has been read already. */
  private void adjustReading(ChannelHandlerContext context) {
    boolean room =
        inflight < options.maxInflightRequests()
            && inflightBytes < options.maxInflightBytes()
            && context.channel().isWritable();
    if (paused == !room) {
      return;
    }
    paused = !room;
    if (paused) {
      context.channel().config().setAutoRead(false);
    } else {
      context.executor().execute(() -> resume(context));
    }
  }

  private void resume(ChannelHandlerContext context) {
    if (paused || broken) {
      return;
    }
    if (pending != null) {
      reading = true;
      servePending(context);
      endTurn(context);
    }
    if (!paused && !broken) {
      context.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    broken = true;
    if (pending != null) {
      pending.release();
      pending = null;
    }
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("Connection of {} broke: {}", context.channel().remoteAddress(), cause, cause);
    } else {
      LOG.error("Connection of {} failed", context.channel().remoteAddress(), cause);
    }
    var unused = context.close();
  }

  /** Says why, for clients that still listen, and closes the connection. */
  private void refuseGarbage(ChannelHandlerContext context, String why) {
    if (broken) {
      return;
    }
    broken = true;
    if (reading) {
      handOver(context);
    }
    metrics.protocolError();
    metrics.failed();
    LOG.warn("Closing the connection of {}: {}", context.channel().remoteAddress(), why);
    var header = new TMessage("", TMessageType.EXCEPTION, 0);
    try {
      ByteBuf frame =
          encode(
              context,
              header,
              new TApplicationException(TApplicationException.PROTOCOL_ERROR, why));
      context.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
    } catch (TException | RuntimeException e) {
      var unused = context.close();
    }
  }
}
