// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.buffer.ByteBuf;
import io.sedna.client.wire.AnswerReader;
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

/** A request through the generated classes. */
final class StructCall<F extends TFieldIdEnum, R extends TBase<R, F>> extends PendingCall {
  /** Field ids of the structs that Thrift generates for results: 0 the value, 1 the exception. */
  private static final int SUCCESS_FIELD = 0;

  private static final int ERROR_FIELD = 1;

  final CompletableFuture<R> future = new CompletableFuture<>();
  private final String method;
  private final Supplier<R> emptyResult;

  StructCall(
      int sequenceId,
      String method,
      ByteBuf frame,
      long timeoutMs,
      long nowNanos,
      Supplier<R> emptyResult) {
    super(sequenceId, timeoutMs, nowNanos, nowNanos + timeoutMs * 1_000_000);
    this.method = method;
    this.frame = frame;
    this.frameBytes = frame.readableBytes();
    this.emptyResult = emptyResult;
  }

  @Override
  String method() {
    return method;
  }

  @Override
  void answered(AnswerReader reader) throws TException {
    TProtocol protocol = reader.protocol();
    TMessage message = protocol.readMessageBegin();
    if (message.type == TMessageType.EXCEPTION) {
      fail(AnswerReader.refused(method, TApplicationException.readFrom(protocol)));
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

  @Override
  void fail(SednaException e) {
    future.completeExceptionally(e);
  }
}
