// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Limits;
import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.RecordUpdate;
import io.sedna.daemon.engine.VersionHead;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.thrift.generated.WriteStatus;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * Decides one call by what the primary holds, and does it there, as one step. The new version is
 * newer than everything held, whatever the clocks say. For one use.
 */
final class CallDecision implements RecordUpdate {
  /** Longest signed 64-bit number in decimal digits, with its sign. */
  private static final int LONGEST_NUMBER = 20;

  private final PrimaryCall call;
  private final LongSupplier clock;
  private long valueAddress;
  private PrimaryReply reply;
  private boolean changed;

  /**
   * @param clock gives hybrid timestamps
   */
  private CallDecision(PrimaryCall call, LongSupplier clock) {
    this.call = call;
    this.clock = clock;
  }

  /** What a call came to. */
  record Result(PrimaryReply reply, boolean changed) {}

  static Result apply(PrimaryCall call, PartitionStore store, long nowMs, LongSupplier clock) {
    var decision = new CallDecision(call, clock);
    int keyLength = call.key().length;
    long memory = OffHeap.allocate(keyLength + Math.max(call.value().length, LONGEST_NUMBER));
    try {
      OffHeap.copy(call.key(), 0, memory, keyLength);
      decision.valueAddress = memory + keyLength;
      OffHeap.copy(call.value(), 0, decision.valueAddress, call.value().length);
      WriteOutcome outcome = store.update(memory, keyLength, call.hash(), nowMs, decision);
      return outcome == WriteOutcome.OUT_OF_MEMORY
          ? new Result(
              PrimaryReply.failed(
                  new SednaException(
                      ErrorCode.OUT_OF_MEMORY,
                      "the primary has no memory for the record: key="
                          + keyLength
                          + " B, value="
                          + call.value().length
                          + " B")),
              false)
          : new Result(decision.reply, decision.changed);
    } finally {
      OffHeap.free(memory);
    }
  }

  @Override
  public Decision decide(Current current, Next next) {
    return switch (call.kind()) {
      case PUT -> put(current, next);
      case REMOVE -> remove(current, next);
      case COMPARE_AND_SET ->
          call.number() == 0 || expected(current)
              ? putIf(call.number() != 0 || !current.found(), current, next)
              : unexpected(current);
      case PUT_IF_ABSENT -> putIf(!current.found(), current, next);
      case COMPARE_AND_DELETE -> expected(current) ? remove(current, next) : unexpected(current);
      case INCREMENT -> increment(current, next);
      case APPEND -> current.found() ? append(current, next) : unexpected(current);
      case TOUCH -> current.found() ? touch(current, next) : unexpected(current);
    };
  }

  private boolean expected(Current current) {
    return current.found() && current.head().timestamp() == call.number();
  }

  private Decision putIf(boolean condition, Current current, Next next) {
    return condition ? put(current, next) : unexpected(current);
  }

  private Decision unexpected(Current current) {
    return current.found()
        ? keep(PrimaryReply.of(WriteStatus.MISMATCH, current.head().timestamp(), 0))
        : keep(PrimaryReply.of(WriteStatus.NOT_FOUND, 0, 0));
  }

  private Decision keep(PrimaryReply newReply) {
    reply = newReply;
    return Decision.KEEP;
  }

  private Decision refuse(ErrorCode code, String message) {
    return keep(PrimaryReply.failed(new SednaException(code, message)));
  }

  private long done(Current current, long number) {
    long timestamp = Math.max(clock.getAsLong(), current.newestTimestamp() + 1);
    reply = PrimaryReply.of(WriteStatus.OK, timestamp, number);
    changed = true;
    return timestamp;
  }

  private Decision put(Current current, Next next) {
    next.head(done(current, 0), call.source(), call.flags(), call.expiresAtMs());
    next.value(valueAddress, call.value().length);
    return Decision.STORE;
  }

  private Decision remove(Current current, Next next) {
    next.head(done(current, 0), call.source(), 0, call.expiresAtMs());
    return Decision.REMOVE;
  }

  private Decision append(Current current, Next next) {
    int length = current.valueLength();
    if ((long) length + call.value().length > Limits.MAX_VALUE_BYTES) {
      return refuse(
          ErrorCode.VALUE_TOO_LARGE,
          "appending "
              + call.value().length
              + " B to "
              + length
              + " B would go beyond limit="
              + Limits.MAX_VALUE_BYTES);
    }
    VersionHead head = current.head();
    int flags = head.flags();
    long expiresAtMs = head.expiresAtMs();
    next.head(done(current, 0), call.source(), flags, expiresAtMs);
    next.value(current.valueAddress(), length, valueAddress, call.value().length);
    return Decision.STORE;
  }

  /** A new version, so that it is known everywhere which end is the newest. */
  private Decision touch(Current current, Next next) {
    VersionHead head = current.head();
    int source = head.source();
    int flags = head.flags();
    next.head(done(current, 0), source, flags, call.expiresAtMs());
    next.value(current.valueAddress(), current.valueLength());
    return Decision.STORE;
  }

  private Decision increment(Current current, Next next) {
    long before = 0;
    int flags = call.flags();
    long expiresAtMs = call.expiresAtMs();
    if (current.found()) {
      flags = current.head().flags();
      expiresAtMs = current.head().expiresAtMs();
      int length = current.valueLength();
      String digits =
          length > LONGEST_NUMBER
              ? null
              : new String(
                  OffHeap.bytes(current.valueAddress(), length), StandardCharsets.US_ASCII);
      try {
        before = Long.parseLong(digits);
      } catch (NumberFormatException e) {
        return refuse(
            ErrorCode.NOT_A_NUMBER,
            "the value is no decimal number of 64 bits: "
                + (digits == null ? length + " B" : "'" + digits + "'"));
      }
    }
    long sum = before + call.number();
    if (((before ^ sum) & (call.number() ^ sum)) < 0) {
      return refuse(
          ErrorCode.NOT_A_NUMBER,
          "the sum does not fit 64 bits: value=" + before + ", delta=" + call.number());
    }
    byte[] digits = Long.toString(sum).getBytes(StandardCharsets.US_ASCII);
    OffHeap.copy(digits, 0, valueAddress, digits.length);
    next.head(done(current, sum), call.source(), flags, expiresAtMs);
    next.value(valueAddress, digits.length);
    return Decision.STORE;
  }
}
