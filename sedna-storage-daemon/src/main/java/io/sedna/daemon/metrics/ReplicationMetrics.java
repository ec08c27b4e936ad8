// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.hadoop.classification.InterfaceAudience;

/** How well the copies of eventual tables agree, since the daemon's start. Thread-safe. */
@InterfaceAudience.Private
public final class ReplicationMetrics {
  private final LongAdder digestMismatches = new LongAdder();
  private final LongAdder readRepairs = new LongAdder();
  private final LongAdder droppedReadRepairs = new LongAdder();
  private final LongAdder hintsHeld = new LongAdder();
  private final LongAdder hintBytes = new LongAdder();
  private final LongAdder handedOver = new LongAdder();
  private final Map<HintDrop, LongAdder> droppedHints = new EnumMap<>(HintDrop.class);

  ReplicationMetrics() {
    for (HintDrop reason : HintDrop.values()) {
      droppedHints.put(reason, new LongAdder());
    }
  }

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

  /**
   * So many more are kept now.
   *
   * @param writes may be negative
   * @param bytes may be negative
   */
  public void hintsHeld(long writes, long bytes) {
    hintsHeld.add(writes);
    hintBytes.add(bytes);
  }

  public void hintsHandedOver(long writes) {
    handedOver.add(writes);
  }

  public void hintDropped(HintDrop reason, long writes) {
    droppedHints.get(reason).add(writes);
  }

  /** Writes that replicas missed and that are kept here for them. */
  public long hintsHeld() {
    return hintsHeld.sum();
  }

  /** Memory that they take. */
  public long hintBytes() {
    return hintBytes.sum();
  }

  public long hintsHandedOver() {
    return handedOver.sum();
  }

  public long droppedHints(HintDrop reason) {
    return droppedHints.get(reason).sum();
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
