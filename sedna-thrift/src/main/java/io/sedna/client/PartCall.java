// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.rpc.KeyBatch;
import io.sedna.client.wire.WriteArguments;
import io.sedna.common.conf.HostPort;
import io.sedna.common.error.SednaException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A part of a batch at one daemon: what is asked for of some of its entries, and their results.
 *
 * @param <R> the result of an entry
 */
abstract class PartCall<R> implements KeyBatch, Runnable {
  private final CompletableFuture<List<R>> future = new CompletableFuture<>();
  private final R[] results;
  private final ClientCore core;
  private final byte[] table;
  private final HostPort node;
  private final long epoch;
  private final long timeoutMs;
  private final Gate gate;

  /** Which of the batch's entries these are. */
  final int[] indices;

  @SuppressWarnings("unchecked")
  PartCall(
      ClientCore core, byte[] table, HostPort node, long epoch, int[] indices, long timeoutMs) {
    this.core = core;
    this.table = table;
    this.node = node;
    this.epoch = epoch;
    this.indices = indices;
    this.timeoutMs = timeoutMs;
    this.gate = core.calls().gate(node);
    this.results = (R[]) new Object[indices.length];
  }

  CompletableFuture<List<R>> start() {
    gate.enter(this);
    return future;
  }

  /** Sends it, now that its turn has come. */
  @Override
  public final void run() {
    core.calls().send(node, epoch, table, this, timeoutMs);
  }

  final void set(int index, R result) {
    results[index] = result;
  }

  @Override
  public final int size() {
    return indices.length;
  }

  @Override
  public final void answered() {
    gate.leave();
    future.complete(Arrays.asList(results));
  }

  @Override
  public final void failed(SednaException e) {
    gate.leave();
    future.completeExceptionally(e);
  }

  // A batch is of reads or of writes; what belongs to the other kind is not asked for.

  @Override
  public WriteArguments writes() {
    return null;
  }

  @Override
  public byte[] value(int index) {
    throw new IllegalStateException("a read has no value");
  }

  @Override
  public long stamp(int index) {
    throw new IllegalStateException("a read has no timestamp");
  }

  @Override
  public long ttlMs(int index) {
    throw new IllegalStateException("a read has no time to live");
  }

  @Override
  public void value(int index, byte[] value, long timestamp, int source, long expiresAtMs) {
    throw new IllegalStateException("a write was answered a value");
  }

  @Override
  public void absent(int index) {
    throw new IllegalStateException("a write was answered like a read");
  }

  @Override
  public void written(int index, int status, long timestamp) {
    throw new IllegalStateException("a read was answered like a write");
  }
}
