// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.apache.hadoop.classification.InterfaceAudience;

/** Of strong tables, since the daemon's start. Thread-safe. */
@InterfaceAudience.Private
public final class StrongMetrics {
  private final LongAdder takeOvers = new LongAdder();
  private final LongAdder unreachableReports = new LongAdder();
  private volatile LongSupplier requests = () -> 0;
  private volatile LongSupplier requestBytes = () -> 0;
  private volatile LongSupplier primaries = () -> 0;
  private volatile LongSupplier takingOver = () -> 0;

  /**
   * Where to look for what is now.
   *
   * @param requests that are remembered
   * @param requestBytes memory that they take
   */
  public void requests(LongSupplier requests, LongSupplier requestBytes) {
    this.requests = requests;
    this.requestBytes = requestBytes;
  }

  /**
   * Where to look for what is now.
   *
   * @param serving partitions whose primary this daemon is and serves as
   * @param takingOver partitions whose primary it is by the map and has yet to become
   */
  public void primaries(LongSupplier serving, LongSupplier takingOver) {
    this.primaries = serving;
    this.takingOver = takingOver;
  }

  /** A partition has been taken over. */
  public void takenOver() {
    takeOvers.increment();
  }

  /** A replica was reported to the controller because it does not take writes. */
  public void reportedUnreachable() {
    unreachableReports.increment();
  }

  public long takeOvers() {
    return takeOvers.sum();
  }

  public long unreachableReports() {
    return unreachableReports.sum();
  }

  public long requests() {
    return requests.getAsLong();
  }

  public long requestBytes() {
    return requestBytes.getAsLong();
  }

  public long primaries() {
    return primaries.getAsLong();
  }

  public long takingOver() {
    return takingOver.getAsLong();
  }
}
