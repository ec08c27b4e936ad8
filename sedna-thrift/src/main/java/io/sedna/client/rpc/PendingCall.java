// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.buffer.ByteBuf;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.SednaError;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TFieldIdEnum;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;

/** A request that waits for its answer. */
final class PendingCall<F extends TFieldIdEnum, R extends TBase<R, F>> {
  /** Field ids of the structs that Thrift generates for results: 0 the value, 1 the exception. */
  private static final int SUCCESS_FIELD = 0;

  private static final int ERROR_FIELD = 1;

  final int sequenceId;
  final String method;
  final ByteBuf frame;
  final int frameBytes;
  final long timeoutMs;
  final long sentNanos;
  final long deadlineNanos;
  final CompletableFuture<R> future = new CompletableFuture<>();
  private final Supplier<R> emptyResult;

  /** Given to the channel, which releases it. Of the event loop alone. */
  boolean written;

  PendingCall(
      int sequenceId,
      String method,
      ByteBuf frame,
      long timeoutMs,
      long nowNanos,
      Supplier<R> emptyResult) {
    this.sequenceId = sequenceId;
    this.method = method;
    this.frame = frame;
    this.frameBytes = frame.readableBytes();
    this.timeoutMs = timeoutMs;
    this.sentNanos = nowNanos;
    this.deadlineNanos = nowNanos + timeoutMs * 1_000_000;
    this.emptyResult = emptyResult;
  }

  /**
   * Reads the rest of an answer and completes the call with it.
   *
   * @throws TException if the answer cannot be read, with the call not completed
   */
  void complete(TMessage message, TProtocol protocol) throws TException {
    if (message.type == TMessageType.EXCEPTION) {
      fail(ofApplicationException(TApplicationException.readFrom(protocol)));
      return;
    }
    if (message.type != TMessageType.REPLY || !message.name.equals(method)) {
      throw new TApplicationException(
          TApplicationException.INVALID_MESSAGE_TYPE,
          "answer to "
              + method
              + " has name="
              + message.name
              + ", type="
              + message.type
              + ", sequence id="
              + sequenceId);
    }
    R result = emptyResult.get();
    result.read(protocol);
    F error = result.fieldForId(ERROR_FIELD);
    F success = result.fieldForId(SUCCESS_FIELD);
    if (error != null && result.isSet(error)) {
      fail(Errors.fromThrift((SednaError) result.getFieldValue(error)));
    } else if (success != null && !result.isSet(success)) {
      fail(
          new SednaException(
              ErrorCode.PROTOCOL_ERROR, method + " was answered with neither value nor error"));
    } else {
      future.complete(result);
    }
  }

  private SednaException ofApplicationException(TApplicationException e) {
    ErrorCode code =
        e.getType() == TApplicationException.UNKNOWN_METHOD
            ? ErrorCode.NOT_SUPPORTED
            : ErrorCode.PROTOCOL_ERROR;
    return new SednaException(
        code, method + " was refused: " + e.getMessage() + " (type " + e.getType() + ")", e);
  }

  /** Fails a call that was not answered, saying if the daemon cannot have seen it. */
  void failUnanswered(SednaException e) {
    fail(written ? e : new RequestNotSentException(e.code(), e.getMessage(), e));
  }

  void fail(SednaException e) {
    future.completeExceptionally(e);
  }
}
