// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.SednaException;
import io.sedna.common.time.WallClock;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.OperationState;

/** Long work, as administrators see it. RUNNING, then once SUCCEEDED or FAILED. Thread-safe. */
final class Operation {
  private final String id;
  private final String kind;
  private final String subject;
  private final WallClock clock;
  private final long startedAtMs;

  // Guarded by this.
  private long total;
  private long done;
  private long finishedAtMs;
  private OperationState state = OperationState.RUNNING;
  private SednaException error;

  Operation(String id, String kind, String subject, long total, WallClock clock) {
    this.id = id;
    this.kind = kind;
    this.subject = subject;
    this.total = total;
    this.clock = clock;
    this.startedAtMs = clock.millis();
  }

  String id() {
    return id;
  }

  synchronized void advance(long units) {
    done = Math.min(total, done + units);
  }

  /**
   * @param left units that are still to be done; more than ever before: the work has grown
   */
  synchronized void left(long left) {
    total = Math.max(total, left);
    done = total - left;
  }

  synchronized void succeed() {
    if (state == OperationState.RUNNING) {
      state = OperationState.SUCCEEDED;
      done = total;
      finishedAtMs = clock.millis();
    }
  }

  synchronized void fail(Throwable failure) {
    if (state == OperationState.RUNNING) {
      state = OperationState.FAILED;
      error = Errors.of(failure);
      finishedAtMs = clock.millis();
    }
  }

  synchronized boolean running() {
    return state == OperationState.RUNNING;
  }

  synchronized OperationInfo info() {
    var info = new OperationInfo(id, kind, subject, state, done, total, startedAtMs, finishedAtMs);
    if (error != null) {
      info.setError(Errors.toThrift(error));
    }
    return info;
  }
}
