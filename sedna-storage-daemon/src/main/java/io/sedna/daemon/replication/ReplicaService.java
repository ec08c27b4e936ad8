// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.Limits;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.PackedBuffer;
import io.sedna.daemon.engine.PackedRange;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ReadAhead;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.MutationKind;
import io.sedna.thrift.peer.PackedBatch;
import io.sedna.thrift.peer.PeerRecord;
import io.sedna.thrift.peer.PeerScanRequest;
import io.sedna.thrift.peer.PeerScanResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A daemon's replicas as coordinators see them, those of other daemons and its own.
 *
 * <p><b>Who is refused.</b> A coordinator passes the epoch of the map that it goes by. If that is
 * newer than this daemon's, the call waits a moment for the newer map. If this daemon holds no
 * replica of the partition, NOT_REPLICA. If the coordinator's map is older than the one that gave
 * the partition its newest replica, STALE_MAP: it does not know that replica, so it would leave it
 * out. Therefore a new replica misses nothing: it fills itself by scans that carry the epoch that
 * added it, and once a source has answered such a scan, every write that the source acknowledges is
 * either in what the scan saw, or comes from a coordinator that sends it to the new replica too. A
 * map that arrives between the check of a write and its end would make a hole; so the check is made
 * again after the write, and a write that fails it is answered STALE_MAP although it was done,
 * which is harmless as its repetition is the same write.
 *
 * <p>Thread-safe; nothing blocks.
 */
@InterfaceAudience.Private
public final class ReplicaService {
  /** How long a call from a newer epoch waits for this daemon's map to catch up. */
  private static final long CATCH_UP_MS = 1000;

  /** Bytes of records in one answer. */
  private static final int MAX_ANSWER_BYTES = Limits.MAX_SCAN_BYTES;

  private static final int OK = WriteStatus.OK.getValue();
  private static final int OUTDATED = WriteStatus.OUTDATED.getValue();

  private final ClusterView view;
  private final MapTracker maps;
  private final Engine engine;
  private final HybridClock clock;
  private final Executor fillers;

  /** One that reads for fills where it is called. */
  public ReplicaService(ClusterView view, MapTracker maps, Engine engine, HybridClock clock) {
    this(view, maps, engine, clock, Runnable::run);
  }

  /**
   * @param fillers reads what replicas are filled from: too long for event loops
   */
  public ReplicaService(
      ClusterView view, MapTracker maps, Engine engine, HybridClock clock, Executor fillers) {
    this.fillers = fillers;
    this.view = view;
    this.maps = maps;
    this.engine = engine;
    this.clock = clock;
  }

  // -- For peers.

  public CompletionStage<List<Integer>> applyMutations(long epoch, List<Mutation> mutations) {
    return caughtUp(epoch, () -> applyNow(epoch, mutations));
  }

  public CompletionStage<List<PeerRecord>> readRecords(
      long epoch, int tableId, List<ByteBuffer> keys, boolean allSources) {
    return caughtUp(epoch, () -> readNow(epoch, tableId, keys, allSources));
  }

  /** As readRecords, of digests ({@link ReadDigest}). */
  public CompletionStage<List<Long>> readDigests(
      long epoch, int tableId, List<ByteBuffer> keys, boolean allSources, long nowMs) {
    return caughtUp(epoch, () -> digestsNow(epoch, tableId, keys, allSources, nowMs));
  }

  public CompletionStage<PeerScanResult> scanRecords(long epoch, PeerScanRequest request) {
    return caughtUp(
        epoch,
        () -> PeerCodec.toPeer(scan(epoch, request.getTableId(), PeerCodec.fromPeer(request))));
  }

  /** For a replica that is being filled. */
  public CompletionStage<PackedBatch> pullRecords(
      long epoch, int tableId, long startHash, long endHash, int maxBytes) {
    return forFill(
        epoch,
        () -> {
          int most = Math.max(1, Math.min(maxBytes, MAX_ANSWER_BYTES));
          PartitionStore store = engine.find(tableId, readable(epoch, tableId, startHash));
          if (store == null) {
            return new PackedBatch(ByteBuffer.allocate(0), true, 0);
          }
          var packed = new PackedBuffer(most);
          PackedRange range = store.pack(startHash, endHash, most, packed);
          return new PackedBatch(packed.packed(), range.done(), range.nextHash());
        });
  }

  /** As {@link #pullRecords}, of the digests of what is held. */
  public CompletionStage<PackedBatch> pullDigests(
      long epoch, int tableId, long startHash, long endHash, int maxBytes) {
    return forFill(
        epoch,
        () -> {
          ScanBatch batch = everything(epoch, tableId, startHash, endHash, maxBytes);
          return new PackedBatch(
              PackedDigests.pack(batch.records()), batch.done(), batch.nextHash());
        });
  }

  /** As {@link #pullRecords}, of certain hashes. */
  public CompletionStage<PackedBatch> pullHashes(
      long epoch, int tableId, List<Long> hashes, int maxBytes) {
    return forFill(
        epoch,
        () -> {
          var records = new ArrayList<StoredRecord>();
          long bytes = 0;
          for (long hash : hashes) {
            if (bytes >= maxBytes) {
              return new PackedBatch(PackedBuffer.pack(records), false, hash);
            }
            for (StoredRecord record : everything(epoch, tableId, hash, hash, 1).records()) {
              records.add(record);
              bytes += PackedBuffer.mostBytes(record);
            }
          }
          return new PackedBatch(PackedBuffer.pack(records), true, 0);
        });
  }

  private ScanBatch everything(
      long epoch, int tableId, long startHash, long endHash, int maxBytes) {
    int most = Math.max(1, Math.min(maxBytes, MAX_ANSWER_BYTES));
    return scan(epoch, tableId, ScanRange.of(startHash, endHash, most, ScanRange.View.EVERYTHING));
  }

  interface Call<T> {
    T get();
  }

  /** Does something once this daemon has a map of the caller's epoch. */
  <T> CompletionStage<T> caughtUp(long epoch, Call<T> call) {
    return maps.epoch() >= epoch
        ? CompletableFuture.completedFuture(call.get())
        : maps.await(epoch, CATCH_UP_MS).thenApply(map -> call.get());
  }

  /** As {@link #caughtUp}, on threads of their own. */
  private <T> CompletionStage<T> forFill(long epoch, Call<T> call) {
    return maps.epoch() >= epoch
        ? CompletableFuture.supplyAsync(call::get, fillers)
        : maps.await(epoch, CATCH_UP_MS).thenApplyAsync(map -> call.get(), fillers);
  }

  private List<Integer> applyNow(long epoch, List<Mutation> mutations) {
    var codes = new ArrayList<Integer>(mutations.size());
    int tableId = 0;
    KeyHash hash = null;
    for (Mutation mutation : mutations) {
      if (hash == null || mutation.getTableId() != tableId) {
        tableId = mutation.getTableId();
        hash = KeyHash.ofTable(tableId);
      }
      Write write = PeerCodec.toWrite(mutation, hash);
      clock.observe(write.version().timestamp());
      codes.add(apply(epoch, tableId, write));
    }
    return codes;
  }

  private List<PeerRecord> readNow(
      long epoch, int tableId, List<ByteBuffer> keys, boolean allSources) {
    KeyHash hash = KeyHash.ofTable(tableId);
    long nowMs = clock.wallMillis();
    var records = new ArrayList<PeerRecord>(keys.size());
    long bytes = 0;
    for (ByteBuffer buffer : keys) {
      byte[] key = bytes(buffer);
      StoredRecord record = read(epoch, tableId, key, hash.hash(key));
      List<StoredVersion> versions = allSources ? record.versions() : record.newest(nowMs);
      bytes += key.length;
      for (StoredVersion version : versions) {
        bytes += version.value().length;
      }
      if (bytes > MAX_ANSWER_BYTES && !records.isEmpty()) {
        break;
      }
      records.add(PeerCodec.toPeer(record, versions));
    }
    return records;
  }

  private List<Long> digestsNow(
      long epoch, int tableId, List<ByteBuffer> keys, boolean allSources, long nowMs) {
    KeyHash hash = KeyHash.ofTable(tableId);
    var digests = new ArrayList<Long>(keys.size());
    for (ByteBuffer buffer : keys) {
      byte[] key = bytes(buffer);
      StoredRecord record = read(epoch, tableId, key, hash.hash(key));
      digests.add(ReadDigest.of(allSources ? record.versions() : record.newest(nowMs), nowMs));
    }
    return digests;
  }

  // -- For this daemon's own coordinator, and the above.

  /**
   * @return a WriteStatus (0 to 3) or the number of an error (1000 and above)
   */
  int apply(long epoch, int tableId, Write write) {
    MapTracker.Seen before = maps.seen();
    ErrorCode refusal = refuseWrite(before, epoch, write);
    if (refusal != null) {
      return refusal.number();
    }
    Table table = view.catalogue().byId(tableId).orElse(null);
    if (table == null) {
      return ErrorCode.TABLE_NOT_FOUND.number();
    }
    if (table.isStrong() && refusesMerge(before, epoch, write)) {
      return ErrorCode.STALE_MAP.number();
    }
    PartitionStore store = store(table, before.map().partitionOf(write.hash()));
    if (write.kind() == MutationKind.WRITE_ALL && !fitsRecord(store, write)) {
      return ErrorCode.VALUE_TOO_LARGE.number();
    }
    int code = applyTo(store, write);
    MapTracker.Seen after = maps.seen();
    ErrorCode late = after == before ? null : refuseWrite(after, epoch, write);
    return late == null ? code : late.number();
  }

  private PartitionStore store(Table table, int partition) {
    PartitionStore store = engine.find(table.id(), partition);
    return store != null
        ? store
        : engine.store(table.id(), partition, TableSettings.options(table));
  }

  /** Adds a write that will soon be applied here to what is brought near before. */
  void expect(int tableId, long hash, ReadAhead ahead) {
    MapTracker.Seen seen = maps.seen();
    PartitionStore store = seen == null ? null : engine.find(tableId, seen.map().partitionOf(hash));
    if (store != null) {
      ahead.add(store, hash);
    }
  }

  /** What to say of a write that a daemon, this or another, answered with OUT_OF_MEMORY. */
  SednaException outOfMemory(NodeId full, Table table) {
    return TableSettings.outOfMemory(engine, view.self(), full, table);
  }

  /** Strong tables take what an earlier primary has left from nobody who does not know the next. */
  private static boolean refusesMerge(MapTracker.Seen seen, long epoch, Write write) {
    return !write.merges() || epoch < seen.primarySince()[seen.map().partitionOf(write.hash())];
  }

  /** A record travels as a whole, so its sources share what one value may take. */
  private static boolean fitsRecord(PartitionStore store, Write write) {
    long bytes = write.version().value().length;
    for (StoredVersion held : store.read(write.key(), write.hash()).versions()) {
      bytes += held.source() == write.version().source() ? 0 : held.value().length;
    }
    return bytes <= Limits.MAX_VALUE_BYTES;
  }

  private static int applyTo(PartitionStore store, Write write) {
    WriteOutcome outcome =
        switch (write.kind()) {
          case WRITE_LATEST -> store.writeLatest(write.key(), write.hash(), write.version());
          case WRITE_ALL -> store.writeAll(write.key(), write.hash(), write.version());
          case REMOVE -> store.remove(write.key(), write.hash(), write.version());
          case TOUCH -> store.touch(write.key(), write.hash(), write.version());
          case MERGE, MERGE_TOMBSTONE ->
              store.merge(StoredRecord.of(write.key(), write.hash(), List.of(write.version())));
          case NOTE -> WriteOutcome.OK; // Of strong tables, which get it by another way.
        };
    return switch (outcome) {
      case OK -> OK;
      case OUTDATED -> OUTDATED;
      case OUT_OF_MEMORY -> ErrorCode.OUT_OF_MEMORY.number();
    };
  }

  /**
   * All that is held of a key.
   *
   * @throws SednaException NOT_REPLICA, STALE_MAP or LOADING
   */
  StoredRecord read(long epoch, int tableId, byte[] key, long hash) {
    int partition = readable(epoch, tableId, hash);
    PartitionStore store = engine.find(tableId, partition);
    return store == null ? StoredRecord.empty(key, hash) : store.read(key, hash);
  }

  /**
   * The next records of a range inside one partition.
   *
   * @throws SednaException NOT_REPLICA, STALE_MAP or LOADING
   */
  ScanBatch scan(long epoch, int tableId, ScanRange range) {
    int partition = readable(epoch, tableId, range.startHash());
    PartitionStore store = engine.find(tableId, partition);
    return store == null ? new ScanBatch(List.of(), true, 0) : store.scan(range);
  }

  private int readable(long epoch, int tableId, long hash) {
    MapTracker.Seen seen = maps.seen();
    if (seen == null) {
      throw Peers.noMap();
    }
    int partition = seen.map().partitionOf(hash);
    requireServing(seen, epoch, tableId, partition);
    return partition;
  }

  /**
   * The map, by which this daemon serves a table's partition, and the caller knows all its replicas
   * that serve.
   *
   * @throws SednaException NOT_REPLICA, STALE_MAP or LOADING
   */
  PartitionMap requireServing(long epoch, int tableId, int partition) {
    MapTracker.Seen seen = maps.seen();
    if (seen == null) {
      throw Peers.noMap();
    }
    requireServing(seen, epoch, tableId, partition);
    return seen.map();
  }

  /** Whether {@link #requireServing(long, int, int)} would answer. */
  boolean serves(long epoch, int tableId, int partition) {
    MapTracker.Seen seen = maps.seen();
    return seen != null
        && serves(seen.own()[partition], tableId)
        && epoch >= seen.readersAt()[partition];
  }

  /** A replica that is not in sync serves no table but those that are known to be eventual. */
  private boolean serves(ReplicaState state, int tableId) {
    return state == ReplicaState.SERVING
        || (state != null
            && state.servesEventual()
            && view.catalogue()
                .byId(tableId)
                .filter(table -> table.schema().consistency() == ConsistencyMode.EVENTUAL)
                .isPresent());
  }

  private void requireServing(MapTracker.Seen seen, long epoch, int tableId, int partition) {
    ReplicaState state = seen.own()[partition];
    if (state == null) {
      throw refusal(ErrorCode.NOT_REPLICA, "holds no replica of it", partition, epoch, seen);
    }
    if (!serves(state, tableId)) {
      throw refusal(ErrorCode.LOADING, "has it as " + state, partition, epoch, seen);
    }
    if (epoch < seen.readersAt()[partition]) {
      throw refusal(ErrorCode.STALE_MAP, "has a newer map", partition, epoch, seen);
    }
  }

  private SednaException refusal(
      ErrorCode code, String why, int partition, long epoch, MapTracker.Seen seen) {
    return new SednaException(
        code,
        "partition="
            + partition
            + ": node="
            + view.self()
            + " "
            + why
            + ": its epoch="
            + seen.epoch()
            + ", the caller's="
            + epoch,
        seen.epoch(),
        null);
  }

  private static ErrorCode refuseWrite(MapTracker.Seen seen, long epoch, Write write) {
    if (seen == null) {
      return ErrorCode.LOADING;
    }
    int partition = seen.map().partitionOf(write.hash());
    ReplicaState state = seen.own()[partition];
    if (state == null) {
      return ErrorCode.NOT_REPLICA;
    }
    if (state == ReplicaState.LOADING && !write.merges()) {
      return ErrorCode.LOADING;
    }
    return epoch < seen.addedAt()[partition] ? ErrorCode.STALE_MAP : null;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer.hasArray()
        && buffer.arrayOffset() == 0
        && buffer.position() == 0
        && buffer.remaining() == buffer.array().length) {
      return buffer.array();
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
