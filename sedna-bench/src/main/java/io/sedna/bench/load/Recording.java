// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import io.sedna.bench.wire.Tally;
import io.sedna.bench.workload.OperationKind;
import org.HdrHistogram.Histogram;

/** What one thread has measured. Written by that thread; read by others when it has ended. */
final class Recording {
  /** Longer ones are recorded as this long. */
  static final long LONGEST_NANOS = 3_600_000_000_000L;

  private static final int DIGITS = 3;

  final Histogram reads = histogram();
  final Histogram writes = histogram();
  final Histogram readModifyWrites = histogram();
  final Tally tally = new Tally();

  /** Requests on the wire; a read-modify-write is two. */
  long requests;

  long keys;

  /** Requests that were under way when the load gave up waiting. */
  long unanswered;

  /** When the last request that counts was answered. */
  long lastNanos;

  static Histogram histogram() {
    var histogram = new Histogram(LONGEST_NANOS, DIGITS);
    histogram.setAutoResize(false);
    return histogram;
  }

  void record(OperationKind kind, long nanos) {
    long value = Math.max(0, Math.min(nanos, LONGEST_NANOS));
    switch (kind) {
      case READ -> reads.recordValue(value);
      case UPDATE, INSERT -> writes.recordValue(value);
      case READ_MODIFY_WRITE -> readModifyWrites.recordValue(value);
    }
  }

  void add(Recording other) {
    reads.add(other.reads);
    writes.add(other.writes);
    readModifyWrites.add(other.readModifyWrites);
    tally.add(other.tally);
    requests += other.requests;
    keys += other.keys;
    unanswered += other.unanswered;
    lastNanos = lastNanos == 0 ? other.lastNanos : Math.max(lastNanos, other.lastNanos);
  }
}
