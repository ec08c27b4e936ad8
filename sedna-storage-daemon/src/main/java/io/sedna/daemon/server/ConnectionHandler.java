// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.sedna.client.rpc.ByteBufTransport;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.thrift.convert.Errors;
import java.io.IOException;
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
final class ConnectionHandler extends SimpleChannelInboundHandler<ByteBuf> {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

  private final ServerOptions options;
  private final Dispatcher dispatcher;
  private final RequestsUnderWay underWay;
  private final DaemonMetrics metrics;
  private final ByteBufTransport transport = new ByteBufTransport(Unpooled.EMPTY_BUFFER);
  private final TBinaryProtocol protocol = transport.strictBinaryProtocol();

  // Of the event loop alone.
  private int inflight;
  private long inflightBytes;
  private boolean reading;
  private boolean unflushed;
  private boolean broken;

  ConnectionHandler(
      ServerOptions options,
      Dispatcher dispatcher,
      RequestsUnderWay underWay,
      DaemonMetrics metrics) {
    this.options = options;
    this.dispatcher = dispatcher;
    this.underWay = underWay;
    this.metrics = metrics;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
    if (broken) {
      return;
    }
    reading = true;
    int bytes = frame.readableBytes();
    metrics.requested(bytes);
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
    if (!underWay.enter()) {
      answer.fail(
          new SednaException(ErrorCode.SHUTTING_DOWN, "the daemon is shutting down: try another"));
      return;
    }
    answer.entered = true;
    inflight++;
    inflightBytes += bytes;
    adjustReading(context);
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
      var written = context.write(frame);
      frame = null;
      written.addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
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
    reading = false;
    flush(context);
    context.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    adjustReading(context);
    context.fireChannelWritabilityChanged();
  }

  private void adjustReading(ChannelHandlerContext context) {
    boolean room =
        inflight < options.maxInflightRequests()
            && inflightBytes < options.maxInflightBytes()
            && context.channel().isWritable();
    if (context.channel().config().isAutoRead() != room) {
      context.channel().config().setAutoRead(room);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof DecoderException) {
      refuseGarbage(
          context,
          "no frame of at most " + options.maxFrameBytes() + " bytes: " + cause.getMessage());
    } else {
      if (cause instanceof IOException) {
        LOG.debug("Connection of {} broke: {}", context.channel().remoteAddress(), cause, cause);
      } else {
        LOG.error("Connection of {} failed", context.channel().remoteAddress(), cause);
      }
      var unused = context.close();
    }
  }

  /** Says why, for clients that still listen, and closes the connection. */
  private void refuseGarbage(ChannelHandlerContext context, String why) {
    if (broken) {
      return;
    }
    broken = true;
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
