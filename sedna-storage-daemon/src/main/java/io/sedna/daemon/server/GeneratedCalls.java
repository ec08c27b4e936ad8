// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.sedna.client.rpc.ByteBufTransport;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.convert.Errors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializable;
import org.apache.thrift.async.AsyncMethodCallback;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a connection's calls by the generated code: every method, in both protocols. Answers may
 * come later and from any thread; the rest is of the event loop alone.
 */
final class GeneratedCalls {
  private static final Logger LOG = LoggerFactory.getLogger(GeneratedCalls.class);

  /** What has to know how much is under way. */
  interface Flow {
    /** The number or the bytes of requests under way, or of answers that wait, have changed. */
    void changed();
  }

  private final ServerParts parts;
  private final ChannelHandlerContext context;
  private final Outgoing outgoing;
  private final Flow flow;
  private int inflight;
  private long inflightBytes;

  GeneratedCalls(ServerParts parts, ChannelHandlerContext context, Outgoing outgoing, Flow flow) {
    this.parts = parts;
    this.context = context;
    this.outgoing = outgoing;
    this.flow = flow;
  }

  /** Requests under way. */
  int inflight() {
    return inflight;
  }

  /** Bytes of the requests under way. */
  long inflightBytes() {
    return inflightBytes;
  }

  /**
   * Serves one message.
   *
   * @throws TException saying why, if it is none: the connection is out of step
   */
  void serve(ByteBuf frame) throws TException {
    int bytes = frame.readableBytes();
    Wire wire = Wire.of(frame);
    TProtocol protocol = wire.protocol(new ByteBufTransport(frame));
    TMessage message = readHeader(protocol);
    Dispatcher.Method<?, ?, ?, ?> method = parts.dispatcher().find(message.name);
    if (method == null) {
      refuse(
          wire,
          message,
          TApplicationException.UNKNOWN_METHOD,
          "unknown method: '" + message.name + "'");
      return;
    }
    serve(wire, message, method, protocol, bytes);
  }

  private static TMessage readHeader(TProtocol protocol) throws TException {
    TMessage message;
    try {
      message = protocol.readMessageBegin();
    } catch (TException | RuntimeException e) {
      throw new TException(
          "no message of Thrift's strict binary or compact protocol: " + e.getMessage(), e);
    }
    if (message.type != TMessageType.CALL) {
      throw new TException("message is no call: type=" + message.type);
    }
    return message;
  }

  private <R> void serve(
      Wire wire,
      TMessage message,
      Dispatcher.Method<?, ?, R, ?> method,
      TProtocol protocol,
      int bytes) {
    TBase<?, ?> arguments = method.emptyArguments();
    try {
      arguments.read(protocol);
      protocol.readMessageEnd();
    } catch (TException | RuntimeException | StackOverflowError e) {
      parts.metrics().protocolError();
      refuse(
          wire,
          message,
          TApplicationException.PROTOCOL_ERROR,
          "arguments of " + message.name + " cannot be read: " + e.getMessage());
      return;
    }
    var answer = new Answer<>(wire, message, method, bytes);
    if (!answer.enter()) {
      return;
    }
    try {
      method.call(arguments, answer);
    } catch (TException | RuntimeException | Error e) {
      answer.fail(e);
    }
  }

  /** The answer to a call of the binary protocol that was read elsewhere. */
  @SuppressWarnings("unchecked")
  <R> Answer<R> answer(TMessage message, int bytes) {
    var method = (Dispatcher.Method<?, ?, R, ?>) parts.dispatcher().find(message.name);
    return new Answer<>(Wire.BINARY, message, method, bytes);
  }

  /** Waits for the outcome of one call; the first one counts. */
  final class Answer<R> implements AsyncMethodCallback<R> {
    /** Field ids of the structs that Thrift generates for results: 0 the value, 1 the exception. */
    private static final int SUCCESS_FIELD = 0;

    private static final int ERROR_FIELD = 1;

    private final Wire wire;
    private final TMessage message;
    private final Dispatcher.Method<?, ?, R, ?> method;
    private final int requestBytes;
    private final Outgoing.Place place;
    private final AtomicBoolean given = new AtomicBoolean();

    /** Counts as under way; set before anybody else knows this. */
    private boolean entered;

    private Answer(
        Wire wire, TMessage message, Dispatcher.Method<?, ?, R, ?> method, int requestBytes) {
      this.wire = wire;
      this.message = message;
      this.method = method;
      this.requestBytes = requestBytes;
      this.place = outgoing.place(message.seqid);
    }

    /**
     * @return whether the call may be done; if not, it has been answered
     */
    boolean enter() {
      SednaException refusal = null;
      if (parts.memory().exceeded()) {
        refusal =
            new SednaException(
                ErrorCode.OVERLOADED,
                "the daemon's connections hold too much: bytes="
                    + parts.memory().heldBytes()
                    + ", limit="
                    + parts.memory().limitBytes()
                    + "; nothing was done: send again later, and less at once");
      } else if (!parts.present().getAsBoolean()) {
        refusal =
            new SednaException(
                ErrorCode.UNAVAILABLE,
                "the daemon stood still, and asks ZooKeeper whether it still has what it had; nothing"
                    + " was done: try another, or again soon");
      } else if (!parts.underWay().enter()) {
        refusal =
            new SednaException(ErrorCode.SHUTTING_DOWN, "the daemon is shutting down: try another");
      }
      if (refusal != null) {
        fail(refusal);
        return false;
      }
      entered = true;
      inflight++;
      inflightBytes += requestBytes;
      flow.changed();
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
      parts.metrics().failed();
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
      send(wire, place, message, TMessageType.REPLY, result, this::tooLarge);
      if (entered) {
        parts.underWay().leave();
        inflight--;
        inflightBytes -= requestBytes;
        flow.changed();
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
                      + parts.options().maxFrameBytes()
                      + "; ask for less at once")));
    }
  }

  private void refuse(Wire wire, TMessage request, int type, String why) {
    parts.metrics().failed();
    send(
        wire,
        outgoing.place(request.seqid),
        request,
        TMessageType.EXCEPTION,
        new TApplicationException(type, why),
        bytes -> new TApplicationException(type));
  }

  /**
   * @param otherwise what to send if the body is too large, by its bytes
   */
  private void send(
      Wire wire,
      Outgoing.Place place,
      TMessage request,
      byte type,
      TSerializable body,
      IntFunction<TSerializable> otherwise) {
    if (!context.channel().isActive()) {
      outgoing.abandon(place);
      return;
    }
    var header = new TMessage(request.name, type, request.seqid);
    ByteBuf frame = null;
    try {
      frame = wire.encode(context.alloc(), header, body);
      int bytes = frame.readableBytes() - Integer.BYTES;
      if (bytes > parts.options().maxFrameBytes()) {
        frame.release();
        frame = null;
        frame = wire.encode(context.alloc(), header, otherwise.apply(bytes));
      }
      ByteBuf sent = frame;
      frame = null;
      outgoing.send(place, sent);
    } catch (TException | RuntimeException | OutOfMemoryError e) {
      LOG.error("Cannot send the answer to {}", request.name, e);
      outgoing.abandon(place);
      var unused = context.close();
    } finally {
      if (frame != null) {
        frame.release();
      }
    }
  }
}
