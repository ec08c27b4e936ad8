// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.sedna.common.error.SednaException;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * One caller's call of one key, which may share a frame with others that wait for the same
 * connection. It is the future that the caller gets, and what the event loop queues, encodes and
 * answers: one object for a call.
 *
 * @param <T> what the caller gets
 */
@InterfaceAudience.Private
public abstract sealed class KeyCall<T> extends CompletableFuture<T> implements Queued
    permits ReadCall, WriteCall {
  private final long epoch;
  private final byte[] table;
  private final byte[] key;
  private final long timeoutMs;
  private final long startNanos = System.nanoTime();

  /**
   * @param table the table's name in UTF-8; calls share frames fastest if they share this array
   * @param timeoutMs milliseconds from now to the answer
   */
  KeyCall(long epoch, byte[] table, byte[] key, long timeoutMs) {
    this.epoch = epoch;
    this.table = table;
    this.key = key;
    this.timeoutMs = timeoutMs;
  }

  public final long epoch() {
    return epoch;
  }

  public final byte[] key() {
    return key;
  }

  /** When the call began, by System.nanoTime. */
  public final long startNanos() {
    return startNanos;
  }

  final byte[] table() {
    return table;
  }

  final long timeoutMs() {
    return timeoutMs;
  }

  final long deadlineNanos() {
    return startNanos + timeoutMs * 1_000_000;
  }

  /** Bytes of the call's own frame. */
  abstract int frameBytes();

  /**
   * Called once, if no answer was, on the connection's event loop or, where the call could not even
   * be queued, on the caller's thread.
   *
   * @param ofSharedFrame the daemon refused what several calls had shared, or had no room for this
   *     one's answer: it may succeed alone
   */
  protected abstract void failed(SednaException e, boolean ofSharedFrame);
}
