// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** What happened so far on one port. Thread-safe. */
final class FuzzCounts {
  final LongAdder inputs = new LongAdder();
  final LongAdder bytes = new LongAdder();
  final LongAdder errors = new LongAdder();

  /** Connections that the server closed before the client did. */
  final LongAdder closed = new LongAdder();

  /** Connections that no port was free for on this machine. */
  final LongAdder skipped = new LongAdder();

  final LongAdder canaryOperations = new LongAdder();

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,d inputs of %,d bytes, %,d errors answered, %,d connections closed by the server,"
            + " %,d canary operations",
        inputs.sum(),
        bytes.sum(),
        errors.sum(),
        closed.sum(),
        canaryOperations.sum());
  }
}
