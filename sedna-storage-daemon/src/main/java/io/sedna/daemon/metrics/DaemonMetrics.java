// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.metrics;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.apache.hadoop.classification.InterfaceAudience;

/** Counters of one daemon since its start. Thread-safe and cheap enough for every request. */
@InterfaceAudience.Private
public final class DaemonMetrics {
  private final LongAdder reads = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final LongAdder scans = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder refusedConnections = new LongAdder();
  private final LongAdder onTheSpot = new LongAdder();
  private final LongAdder cutOffConnections = new LongAdder();
  private final LongAdder protocolErrors = new LongAdder();
  private final LongAdder transferredRecords = new LongAdder();
  private final LongAdder transferredBytes = new LongAdder();
  private final LongAdder repairedRecords = new LongAdder();
  private final LongAdder repairBytes = new LongAdder();
  private final LongAdder repairRounds = new LongAdder();
  private final LongAdder repairFailures = new LongAdder();
  private volatile long lastRepairRoundMs;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger transfersUnderWay = new AtomicInteger();
  private final ReplicationMetrics replication = new ReplicationMetrics();
  private final Rate operations;
  private volatile long clockLeadMs;
  private final KeySamples keys;

  public DaemonMetrics() {
    this(System::nanoTime);
  }

  public DaemonMetrics(LongSupplier nanoClock) {
    this.operations = new Rate(nanoClock);
    this.keys = new KeySamples(nanoClock);
  }

  /** What clients ask for most. */
  public KeySamples keys() {
    return keys;
  }

  /** Of what keeps copies alike. */
  public ReplicationMetrics replication() {
    return replication;
  }

  /** This machine's clock is so far ahead of ZooKeeper's. */
  public void clockLead(long ms) {
    clockLeadMs = ms;
  }

  public long clockLeadMs() {
    return clockLeadMs;
  }

  /** Keys that clients read here. */
  public void read(long keys) {
    reads.add(keys);
    operations.add(keys);
  }

  /** Keys that clients wrote here. */
  public void wrote(long keys) {
    writes.add(keys);
    operations.add(keys);
  }

  public void scanned() {
    scans.increment();
  }

  /**
   * Requests, of clients or peers, that were taken up.
   *
   * @param bytes of all of them
   */
  public void requested(long number, long bytes) {
    requests.add(number);
    bytesReceived.add(bytes);
  }

  /** Requests that were served on the spot, of those that were taken up. */
  public void servedOnTheSpot(long number) {
    onTheSpot.add(number);
  }

  public void answered(long bytes) {
    bytesSent.add(bytes);
  }

  /** A call that was answered with an error. */
  public void failed() {
    failures.increment();
  }

  /** Bytes that are no frame or no message. */
  public void protocolError() {
    protocolErrors.increment();
  }

  /** A connection whose client took its answers too slowly. */
  public void connectionCutOff() {
    cutOffConnections.increment();
  }

  public void connectionRefused() {
    refusedConnections.increment();
  }

  /**
   * @return connections now
   */
  public int connectionOpened() {
    return connections.incrementAndGet();
  }

  public void connectionClosed() {
    connections.decrementAndGet();
  }

  public void transferStarted() {
    transfersUnderWay.incrementAndGet();
  }

  public void transferEnded() {
    transfersUnderWay.decrementAndGet();
  }

  public void transferred(long records) {
    transferredRecords.add(records);
  }

  /** Bytes of records and digests that came by filling partitions. */
  public void transferredBytes(long bytes) {
    transferredBytes.add(bytes);
  }

  /**
   * A comparison of two replicas has ended.
   *
   * @param records sent in either direction because one lacked something of them
   * @param bytes sent in both directions
   */
  public void repaired(long records, long bytes) {
    repairedRecords.add(records);
    repairBytes.add(bytes);
  }

  /** A partition whose replicas could not all be made alike for now. */
  public void repairFailed() {
    repairFailures.increment();
  }

  /**
   * All partitions whose primary this daemon is have been compared.
   *
   * @param complete whether all their replicas are alike now
   */
  public void repairRound(boolean complete, long nowMs) {
    repairRounds.increment();
    if (complete) {
      lastRepairRoundMs = nowMs;
    }
  }

  /** Records that repair sent because a replica lacked something of them. */
  public long repairedRecords() {
    return repairedRecords.sum();
  }

  /** Bytes that repair sent in both directions, those of comparisons included. */
  public long repairBytes() {
    return repairBytes.sum();
  }

  public long repairRounds() {
    return repairRounds.sum();
  }

  /** Partitions that could not be repaired when it was tried. */
  public long repairFailures() {
    return repairFailures.sum();
  }

  /** When the last round ended that left all replicas alike, milliseconds since 1970; 0: never. */
  public long lastRepairRoundMs() {
    return lastRepairRoundMs;
  }

  public long reads() {
    return reads.sum();
  }

  public long writes() {
    return writes.sum();
  }

  /** Scan calls. */
  public long scans() {
    return scans.sum();
  }

  /** Calls answered with an error. */
  public long failures() {
    return failures.sum();
  }

  public long requests() {
    return requests.sum();
  }

  public long servedOnTheSpot() {
    return onTheSpot.sum();
  }

  public long bytesReceived() {
    return bytesReceived.sum();
  }

  public long bytesSent() {
    return bytesSent.sum();
  }

  public long protocolErrors() {
    return protocolErrors.sum();
  }

  public long cutOffConnections() {
    return cutOffConnections.sum();
  }

  public long refusedConnections() {
    return refusedConnections.sum();
  }

  public int connections() {
    return connections.get();
  }

  /** Partitions being filled here. */
  public int transfersUnderWay() {
    return transfersUnderWay.get();
  }

  /** Records that came by filling partitions. */
  public long transferredRecords() {
    return transferredRecords.sum();
  }

  public long transferredBytes() {
    return transferredBytes.sum();
  }

  /** Keys read and written a second over the last ten seconds. */
  public double operationsPerSecond() {
    return operations.perSecond();
  }
}
