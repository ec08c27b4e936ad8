// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.buffer.ByteBuf;
import io.sedna.client.wire.AnswerReader;
import io.sedna.client.wire.KeyAnswers;
import io.sedna.client.wire.KeyEntries;
import io.sedna.client.wire.KeyRequests;
import io.sedna.client.wire.RequestId;
import io.sedna.client.wire.RequestIds;
import io.sedna.client.wire.WriteArguments;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.function.Function;
import org.apache.thrift.TException;

/**
 * Calls of one kind to one table under one epoch in a frame: a single one as readLatest or
 * writeLatest, several as multiGet or multiPut. Encoded when it is sent, so that what is late by
 * then is left out. Each call keeps its own deadline.
 */
final class KeyFrame extends PendingCall implements KeyEntries, KeyAnswers {
  private KeyCall<?>[] calls;
  private int size;
  private int left;
  private final boolean reads;
  private boolean refusedAsAWhole;

  /**
   * @param calls of one kind, table and epoch, writes also of one source; used from now on by this
   *     alone
   */
  KeyFrame(int sequenceId, KeyCall<?>[] calls, int size, long frameBytes, long nowNanos) {
    super(sequenceId, calls[0].timeoutMs(), nowNanos, calls[0].deadlineNanos());
    this.calls = calls;
    this.size = size;
    this.left = size;
    this.reads = calls[0] instanceof ReadCall;
    this.frameBytes = frameBytes;
    for (int i = 1; i < size; i++) {
      if (calls[i].deadlineNanos() - deadlineNanos < 0) {
        deadlineNanos = calls[i].deadlineNanos();
      }
    }
  }

  @Override
  String method() {
    if (size == 1) {
      return reads ? "readLatest" : "writeLatest";
    }
    return reads ? "multiGet" : "multiPut";
  }

  @Override
  int calls() {
    return left;
  }

  boolean reads() {
    return reads;
  }

  // -- The request.

  /** Appends the frame. */
  void encode(ByteBuf out) {
    leaveOutTheLate();
    RequestId request = reads ? null : number();
    KeyCall<?> first = calls[0];
    if (size == 1) {
      if (reads) {
        KeyRequests.readLatest(out, sequenceId, first.epoch(), first.table(), first.key());
      } else {
        var write = (WriteCall<?>) first;
        KeyRequests.writeLatest(
            out,
            sequenceId,
            first.epoch(),
            first.table(),
            first.key(),
            write.value(),
            write.arguments());
      }
    } else if (reads) {
      int bytes = (int) KeyRequests.multiGetBytes(first.table(), this);
      KeyRequests.multiGet(out, bytes, sequenceId, first.epoch(), first.table(), this);
    } else {
      // Each entry has a timestamp and a time to live of its own; the source is everyone's.
      int source = ((WriteCall<?>) first).arguments().source();
      var shared = new WriteArguments(0, source, WriteArguments.UNSET, 0, 0, request);
      int bytes = (int) KeyRequests.multiPutBytes(first.table(), this, shared);
      KeyRequests.multiPut(out, bytes, sequenceId, first.epoch(), first.table(), this, shared);
    }
  }

  /** The first of the ids that the calls now have; null: they need none. */
  private RequestId number() {
    RequestIds requests = ((WriteCall<?>) calls[0]).requests();
    if (requests == null) {
      return null;
    }
    RequestId base = requests.reserve(size);
    for (int i = 0; i < size; i++) {
      ((WriteCall<?>) calls[i]).number(base.plus(i));
    }
    return base;
  }

  private void leaveOutTheLate() {
    if (left == size) {
      return;
    }
    var kept = new KeyCall<?>[left];
    int next = 0;
    for (int i = 0; i < size; i++) {
      if (calls[i] != null) {
        kept[next++] = calls[i];
      }
    }
    calls = kept;
    size = left;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public byte[] key(int index) {
    return calls[index].key();
  }

  @Override
  public byte[] value(int index) {
    return ((WriteCall<?>) calls[index]).value();
  }

  @Override
  public long stamp(int index) {
    return ((WriteCall<?>) calls[index]).arguments().timestamp();
  }

  @Override
  public long ttlMs(int index) {
    return ((WriteCall<?>) calls[index]).arguments().ttlMs();
  }

  // -- The answer.

  @Override
  void answered(AnswerReader reader) throws TException {
    SednaException refusal;
    if (size == 1) {
      refusal = reads ? reader.readLatest(this) : reader.writeLatest(this);
    } else {
      refusal = reads ? reader.multiGet(size, this) : reader.multiPut(size, this);
      refusedAsAWhole = refusal != null;
    }
    if (refusal != null) {
      fail(refusal);
    }
  }

  /** Null: it was late, and its caller knows. */
  private KeyCall<?> take(int index) {
    KeyCall<?> call = calls[index];
    if (call != null) {
      calls[index] = null;
      left--;
    }
    return call;
  }

  @Override
  public void value(int index, byte[] value, long timestamp, int source, long expiresAtMs) {
    var call = (ReadCall<?>) take(index);
    if (call != null) {
      call.found(value, timestamp, source, expiresAtMs);
    }
  }

  @Override
  public void absent(int index) {
    var call = (ReadCall<?>) take(index);
    if (call != null) {
      call.absent();
    }
  }

  @Override
  public void written(int index, int status, long timestamp) {
    var call = (WriteCall<?>) take(index);
    if (call != null) {
      call.written(status, timestamp);
    }
  }

  @Override
  public void failed(int index, SednaException e) {
    KeyCall<?> call = take(index);
    if (call != null) {
      call.failed(e, size > 1 && e.code() == ErrorCode.FRAME_TOO_LARGE);
    }
  }

  @Override
  void fail(SednaException e) {
    for (int i = 0; i < size; i++) {
      KeyCall<?> call = take(i);
      if (call != null) {
        call.failed(e, refusedAsAWhole);
      }
    }
  }

  @Override
  int expire(long nowNanos, Function<Long, SednaException> error) {
    int expired = 0;
    long next = nowNanos + Long.MAX_VALUE / 2;
    for (int i = 0; i < size; i++) {
      KeyCall<?> call = calls[i];
      if (call == null) {
        continue;
      }
      if (nowNanos - call.deadlineNanos() >= 0) {
        var unused = take(i);
        expired++;
        call.failed(ofUnanswered(error.apply(call.timeoutMs())), false);
      } else if (call.deadlineNanos() - next < 0) {
        next = call.deadlineNanos();
      }
    }
    deadlineNanos = next;
    return expired;
  }
}
