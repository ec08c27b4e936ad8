// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.buffer.ByteBuf;
import io.sedna.client.wire.AnswerReader;
import io.sedna.common.error.SednaException;
import java.util.function.Function;
import org.apache.thrift.TException;

/** A frame that waits for its answer. Of its connection's event loop alone, once it is queued. */
abstract sealed class PendingCall implements Queued
    permits StructCall, BatchFrame, DirectFrame, KeyFrame {
  final int sequenceId;
  final long timeoutMs;
  final long sentNanos;

  /** When the first of its calls is late. */
  long deadlineNanos;

  /** Null: not encoded, or given to the channel. */
  ByteBuf frame;

  /** What it counts for among the bytes under way. */
  long frameBytes;

  /** Given to the channel, which releases it. */
  boolean written;

  PendingCall(int sequenceId, long timeoutMs, long nowNanos, long deadlineNanos) {
    this.sequenceId = sequenceId;
    this.timeoutMs = timeoutMs;
    this.sentNanos = nowNanos;
    this.deadlineNanos = deadlineNanos;
  }

  abstract String method();

  /** How many calls of callers it stands for. */
  int calls() {
    return 1;
  }

  /**
   * Reads an answer and completes the call with it.
   *
   * @throws TException if the answer cannot be read; the caller then fails what is not completed
   */
  abstract void answered(AnswerReader reader) throws TException;

  /** Fails what has not been completed. */
  abstract void fail(SednaException e);

  /** Fails a call that was not answered, saying if the daemon cannot have seen it. */
  final void failUnanswered(SednaException e) {
    fail(ofUnanswered(e));
  }

  final SednaException ofUnanswered(SednaException e) {
    return written ? e : new RequestNotSentException(e.code(), e.getMessage(), e);
  }

  /**
   * Fails what is late.
   *
   * @param error makes the error of a call that waited so many milliseconds
   * @return how many calls were failed
   */
  int expire(long nowNanos, Function<Long, SednaException> error) {
    failUnanswered(error.apply(timeoutMs));
    return 1;
  }
}
