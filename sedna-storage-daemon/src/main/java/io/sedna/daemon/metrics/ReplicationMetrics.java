// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.metrics;

import java.util.concurrent.atomic.LongAdder;
import org.apache.hadoop.classification.InterfaceAudience;

/** How well the copies of eventual tables agree, since the daemon's start. Thread-safe. */
@InterfaceAudience.Private
public final class ReplicationMetrics {
  private final LongAdder digestMismatches = new LongAdder();
  private final LongAdder readRepairs = new LongAdder();
  private final LongAdder droppedReadRepairs = new LongAdder();

  ReplicationMetrics() {}

  /** A key of which a replica had another digest than the one that gave the value. */
  public void digestMismatch() {
    digestMismatches.increment();
  }

  /** Versions that were given to replicas that reads had found to lack them. */
  public void readRepaired(long versions) {
    readRepairs.add(versions);
  }

  /** Repairs that a read saw the need of and that were not made. */
  public void readRepairDropped(long number) {
    droppedReadRepairs.add(number);
  }

  public long digestMismatches() {
    return digestMismatches.sum();
  }

  public long readRepairs() {
    return readRepairs.sum();
  }

  public long droppedReadRepairs() {
    return droppedReadRepairs.sum();
  }
}
