// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.conf.ReplicationConfig;
import io.sedna.common.conf.StrongConfig;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.MapNode;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.Lease;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.metrics.StrongMetrics;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.FillCompletion;
import io.sedna.daemon.replication.MapTracker;
import io.sedna.daemon.replication.PeerNetwork;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.PeerRecord;
import io.sedna.thrift.peer.PeerScanRequest;
import io.sedna.thrift.peer.PeerScanResult;
import io.sedna.thrift.peer.PrimaryAnswer;
import io.sedna.thrift.peer.PrimaryCall;
import io.sedna.thrift.peer.RequestOutcome;
import io.sedna.thrift.peer.TakeOverAnswer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.hadoop.classification.InterfaceAudience;

/** The parts of this package, put together for one daemon. Thread-safe; nothing blocks. */
@InterfaceAudience.Private
public final class StrongTables implements FillCompletion {
  private static final long FORGET_MS = 10_000;

  private final StrongPeers peers;
  private final long timeoutMs;
  private final RequestWindows requests;
  private final TakeOvers takeOvers;
  private final Primary primary;
  private final PrimaryCalls calls;
  private final StrongReplica replica;
  private final StrongMetrics metrics = new StrongMetrics();
  private final SerialScheduler timers;

  public StrongTables(
      ClusterView view,
      MapTracker maps,
      Engine engine,
      HybridClock clock,
      Lease lease,
      PeerNetwork network,
      Coordinator coordinator,
      SerialScheduler timers,
      ReplicationConfig replicationConfig,
      StrongConfig config) {
    peers = new StrongPeers(network);
    timeoutMs = replicationConfig.timeoutMs();
    var context =
        new StrongContext(
            view,
            maps,
            engine,
            clock,
            lease,
            peers,
            new Fences(),
            timers,
            config,
            replicationConfig.timeoutMs());
    requests = new RequestWindows(config, clock::wallMillis);
    maps.observe(requests);
    metrics.requests(requests.memory()::requests, requests.memory()::bytes);
    this.timers = timers;
    takeOvers =
        new TakeOvers(
            context,
            requests,
            new ScanAlignment(context, network, replicationConfig.transferBatchBytes()),
            metrics);
    primary =
        new Primary(
            context, takeOvers, requests, coordinator, replicationConfig.maxInflightBytes());
    calls = new PrimaryCalls(context, primary, client(view));
    replica = new StrongReplica(context, requests);
  }

  /** Names this run of this daemon in the requests that come without a name. */
  private static long client(ClusterView view) {
    return view.incarnation()
        ^ KeyHash.ofTable(0).hash(view.self().value().getBytes(StandardCharsets.UTF_8));
  }

  /** What requests came to is of no use without the records that they made. */
  @Override
  public void forgotten(int partition) {
    requests.forget(partition);
  }

  /** Begins to take over partitions. */
  public void start() {
    takeOvers.start();
    timers.every(FORGET_MS, requests::forgetOld);
  }

  public StrongMetrics metrics() {
    return metrics;
  }

  /** For who has calls for primaries. */
  public PrimaryCalls calls() {
    return calls;
  }

  /** For who fills replicas. */
  public RequestWindows requests() {
    return requests;
  }

  /** Keys whose changes are under way from this daemon to its replicas. */
  public int keysUnderWay() {
    return primary.keysUnderWay();
  }

  /** Bytes of calls that are under way here or wait. */
  public long bytesUnderWay() {
    return primary.bytesUnderWay();
  }

  @Override
  public CompletableFuture<Void> begin(MapNode source, long epoch, int partition) {
    return peers.checkPrimary(source, epoch, partition, timeoutMs);
  }

  @Override
  public CompletableFuture<Void> complete(MapNode source, long epoch, int partition) {
    return peers
        .requestOutcomes(source, epoch, partition, timeoutMs)
        .thenAccept(outcomes -> replica.remember(partition, outcomes));
  }

  // -- For peers, as sedna_peer.thrift has it.

  public CompletionStage<List<PrimaryAnswer>> callPrimary(
      long epoch, int tableId, List<PrimaryCall> sent) {
    return primary.callPrimary(epoch, tableId, sent);
  }

  public CompletionStage<List<PeerRecord>> readPrimary(
      long epoch, int tableId, List<ByteBuffer> keys) {
    return calls.readPrimary(epoch, tableId, keys);
  }

  public CompletionStage<PeerScanResult> scanPrimary(long epoch, PeerScanRequest request) {
    return calls.scanPrimary(epoch, request);
  }

  public CompletionStage<List<Integer>> replicate(
      long epoch, String sender, List<Mutation> mutations) {
    return replica.replicate(epoch, sender, mutations);
  }

  public CompletionStage<TakeOverAnswer> takeOver(
      long epoch, String sender, List<Integer> partitions) {
    return replica.takeOver(epoch, sender, partitions);
  }

  public CompletionStage<Void> rememberRequests(
      long epoch, String primary, int partition, List<RequestOutcome> outcomes, boolean alike) {
    return replica.rememberRequests(epoch, primary, partition, outcomes, alike);
  }

  public CompletionStage<Void> checkPrimary(long epoch, int partition) {
    return primary.check(epoch, partition);
  }

  public CompletionStage<List<RequestOutcome>> requestOutcomes(long epoch, int partition) {
    return primary.check(epoch, partition).thenApply(served -> replica.requestOutcomes(partition));
  }
}
