// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0

/**
 * Sedna's public interface. Every daemon of an instance serves all of it, framed (4-byte big-endian length, then the
 * message) with Thrift's strict binary protocol or its compact one, each frame in its own way, on its Thrift port; an answer
 * is in the protocol of its request. A frame longer than sedna.server.max.frame.bytes (16 MiB unless configured) closes the
 * connection.
 *
 * Order. Many requests may be under way on a connection; answers carry their sequence ids. They come in the order of the
 * requests, so that a client may match them by order. A client that matches them by sequence id numbers its requests
 * below 0: each of those is answered as soon as it is done, and waits for no other.
 *
 * Routing. A client that knows the partition map sends each call to a replica of the key's partition and passes the
 * map's epoch. If the daemon's map is newer, the answer is SednaError STALE_MAP with the newer epoch, and nothing was
 * done. A client that passes epoch 0 asks to be routed: any daemon takes the call and forwards it.
 *
 * Time. Timestamps are hybrid logical clock readings: the upper 48 bits are milliseconds since 1970, the lower 16 bits a
 * counter. They order as signed 64-bit integers.
 */
namespace java io.sedna.thrift.generated
namespace py sedna
namespace js sedna
namespace go sedna
namespace cpp sedna

// ---------------------------------------------------------------------------------------------------------- errors

/** What a caller should do about an error. */
enum ErrorCategory {
  /** The request is wrong; sending it again cannot help. */
  USER_ERROR = 1,
  /** The request is right, the moment is not: try again after a pause, with a newer map where the epoch is set. */
  RETRY = 2,
  /** A limit was reached (memory, queue, disk): add capacity, delete data or slow down. */
  RESOURCES = 3,
  /** A fault of Sedna or of what it runs on; the message and the daemon's log say more. */
  INTERNAL = 4
}

/** The one exception of this interface. */
exception SednaError {
  /** Stable number of the error; the list stands in the documentation and in io.sedna.common.error.ErrorCode. */
  1: required i32 code,
  /** Stable name of the error, for example TABLE_NOT_FOUND. */
  2: required string name,
  3: required ErrorCategory category,
  /** One sentence for people, with the values that were refused. */
  4: required string message,
  /** With STALE_MAP: the daemon's epoch, which the caller should fetch. */
  5: optional i64 epoch,
  /** With category RETRY: how long to wait before the next attempt, if the daemon has an opinion. */
  6: optional i32 retryAfterMs
}

// ------------------------------------------------------------------------------------------------------------ data

/** The outcome of a write that did not fail. */
enum WriteStatus {
  /** The write is stored at W replicas. */
  OK = 0,
  /** A newer version was there already (of any source for writeLatest, of this source for writeAll): nothing changed. */
  OUTDATED = 1,
  /** touch, append, compareAndSet and compareAndDelete: no live record has this key. */
  NOT_FOUND = 2,
  /** compareAndSet, compareAndDelete and putIfAbsent: the record's version is not the expected one. */
  MISMATCH = 3
}

/**
 * How many replicas a single call is about, in the place of the table's R or W. Options carry it by its number, so that one
 * that the daemon does not know is refused with INVALID_ARGUMENT instead of being overlooked.
 */
enum ConsistencyLevel {
  ONE = 1,
  /** The majority of the table's N. */
  QUORUM = 2,
  /** All of the table's N. */
  ALL = 3
}

/**
 * Names one change of a strong table, so that sending it again after a lost answer does not do it again. All attempts at a
 * call carry the same one. Daemons remember outcomes for sedna.request.window.ms after issuedAtMs; a request that is older
 * is refused with REQUEST_EXPIRED, for nobody knows any more whether it was done.
 *
 * A batch carries the id of its first entry; entry i has sequence + i. So a client takes as many numbers as the batch has
 * entries, and sends an entry again either in a batch of entries whose numbers are still in a row, or by itself.
 */
struct RequestId {
  /** Chosen at random by each client when it starts. */
  1: required i64 client,
  /** Counts the client's requests; each number is used once. */
  2: required i64 sequence,
  /** When the first attempt was made, in milliseconds since 1970. */
  3: required i64 issuedAtMs
}

/** One version of a value. */
struct VersionedValue {
  1: required binary value,
  /** Hybrid logical timestamp of the write. */
  2: required i64 timestamp,
  /** Who wrote it; 0 where the writer gave no source. */
  3: required i32 source,
  /** When it stops being visible, in milliseconds since 1970; absent: never. */
  4: optional i64 expiresAtMs,
  /** 32 bits that the writer wanted kept beside the value; absent: 0. */
  5: optional i32 flags
}

/** How a write is to be done. Every field may be absent, and so may the whole struct. */
struct WriteOptions {
  /**
   * Timestamp of the write; absent: the coordinating daemon's clock. One further ahead of the daemon than
   * sedna.clock.max.skew.ms is refused with TIMESTAMP_IN_FUTURE.
   */
  1: optional i64 timestamp,
  /** Who writes; absent: 0. Versions are ordered by timestamp and, where those are equal, by source. */
  2: optional i32 source,
  /** Time to live in milliseconds, counted from the daemon's clock; absent: the table's; 0: for ever. */
  3: optional i64 ttlMs,
  /** 32 bits to keep beside the value, for the writer's own use: a format, say. memcached's client flags are kept here. */
  4: optional i32 flags,
  /** Copies written before the answer, as a ConsistencyLevel's number; absent: the table's W. Eventual tables only. */
  5: optional i32 consistency,
  /** The same as a number of copies, 1 to N; not together with consistency. */
  6: optional i32 copies,
  /** Strong tables: names the change, so that it is done once. Absent: a repetition may be done again. */
  7: optional RequestId requestId
}

/** How a read is to be done. Every field may be absent, and so may the whole struct. */
struct ReadOptions {
  /** Copies asked before the answer, as a ConsistencyLevel's number; absent: the table's R. Eventual tables only. */
  1: optional i32 consistency,
  /** The same as a number of copies, 1 to N; not together with consistency. */
  2: optional i32 copies
}

/** The answer to one write. */
struct WriteResult {
  1: required WriteStatus status,
  /** Timestamp that the write was given. */
  2: required i64 timestamp,
  /** In answers to multiPut and multiDelete only: this entry failed, the others did not have to. */
  3: optional SednaError error
}

/** The answer to one read. */
struct ReadResult {
  /** The newest version; absent: there is no such key, or it was deleted or has expired. */
  1: optional VersionedValue value,
  /** In answers to multiGet only: this key could not be read, the others did not have to fail. */
  2: optional SednaError error
}

/** One entry of multiPut. */
struct PutEntry {
  /** 1 byte to 32 KiB. */
  1: required binary key,
  /** 0 bytes to 8 MiB. */
  2: required binary value,
  /** As in WriteOptions, and before it. */
  3: optional i64 timestamp,
  /** As in WriteOptions, and before it. */
  4: optional i64 ttlMs
}

/** One record of a scan. */
struct Record {
  1: required binary key,
  2: required binary value,
  3: required i64 timestamp,
  4: required i32 source,
  5: optional i64 expiresAtMs,
  /** XXH64 of the key, seeded with the table's id; to be read as unsigned. */
  6: required i64 hash
}

/**
 * What to scan. Records come in unsigned order of their hashes. A hash range inside one partition scans that partition;
 * the default range is the whole table.
 */
struct ScanRequest {
  /** First hash, unsigned, inclusive. */
  1: optional i64 startHash = 0,
  /** Last hash, unsigned, inclusive; -1 is the greatest. */
  2: optional i64 endHash = -1,
  /** Only keys that begin with these bytes. */
  3: optional binary keyPrefix,
  /** Stop after about this many records (records of equal hash are never parted); 1 to 100,000. */
  4: optional i32 maxRecords = 1000,
  /** Stop after about this many bytes of keys and values; 1 to 8 MiB. */
  5: optional i32 maxBytes = 1048576,
  /** Every source's version, as readAll, instead of the newest alone. */
  6: optional bool allSources = false,
  /** As in ReadOptions. */
  7: optional ReadOptions options
}

struct ScanResult {
  1: required list<Record> records,
  /** Nothing is left in the range. */
  2: required bool done,
  /** Where to go on: the startHash of the next call, at any replica. Meaningless when done. */
  3: required i64 nextHash
}

// ---------------------------------------------------------------------------------------------------------- tables

enum ConsistencyMode {
  /** Any replica coordinates, W of N acknowledge, the newer version wins. */
  EVENTUAL = 0,
  /** The primary orders all writes. */
  STRONG = 1
}

enum MemoryMode {
  /** Full memory refuses writes. */
  STORE = 0,
  /** Full memory evicts. */
  CACHE = 1
}

enum PersistenceMode {
  /** Memory only. */
  NONE = 0,
  /** Periodic snapshots. */
  SNAPSHOT = 1,
  /** A log of every write, and snapshots. */
  LOG = 2
}

/** What becomes of values that several sources have written under one key. */
enum ConflictPolicy {
  /** The newest version alone is kept; writeAll is refused. */
  LATEST = 0,
  /** writeAll keeps each source's newest version; readLatest answers the newest of all. */
  ALL = 1,
  /** As ALL, and readLatest and scans answer what the table's mergeClass makes of the sources' values. */
  MERGE = 2
}

struct TableSchema {
  /** dataset.table: each part 1 to 64 of [A-Za-z0-9_-], beginning with a letter or an underscore. */
  1: required string name,
  /** Copies kept (N): 1 to the instance's sedna.replication. Absent: the instance's. */
  2: optional i32 replicas,
  /** Copies read (R): 1 to N. Absent: the majority of N. */
  3: optional i32 readQuorum,
  /** Copies written before the answer (W): 1 to N. Absent: the majority of N. */
  4: optional i32 writeQuorum,
  5: optional ConsistencyMode consistency = ConsistencyMode.EVENTUAL,
  6: optional MemoryMode memory = MemoryMode.STORE,
  /** Time to live of records written without one; 0: for ever. */
  7: optional i64 ttlMs = 0,
  8: optional PersistenceMode persistence = PersistenceMode.SNAPSHOT,
  /** Pause between periodic snapshots; 0: the instance's sedna.snapshot.interval.ms. */
  9: optional i64 snapshotIntervalMs = 0,
  /** Most memory of the table on one daemon, in bytes: 1 MiB to 1 PiB; 0: no limit of its own. */
  10: optional i64 maxBytes = 0,
  11: optional ConflictPolicy conflictPolicy = ConflictPolicy.ALL,
  /** With MERGE: name of a class on the daemons' class path that implements io.sedna.common.conflict.ValueMerger. */
  12: optional string mergeClass,
  /** Strong tables: in-sync copies below which writes are refused, 1 to N. Absent: the majority of N. */
  13: optional i32 minInSync
}

enum TableState {
  ONLINE = 0,
  /** Being filled from a snapshot: reads and writes answer LOADING. */
  RESTORING = 1
}

struct TableInfo {
  /** Seed of the table's hash; never used again for another table of the instance. */
  1: required i32 id,
  /** With every default filled in. */
  2: required TableSchema schema,
  3: required TableState state,
  /** When it was created, in milliseconds since 1970. */
  4: required i64 createdAtMs
}

/** What alterTable changes; absent fields stay. The name, N and the consistency cannot be changed. */
struct TableAlteration {
  1: optional i32 readQuorum,
  2: optional i32 writeQuorum,
  3: optional MemoryMode memory,
  4: optional i64 ttlMs,
  5: optional PersistenceMode persistence,
  6: optional i64 snapshotIntervalMs,
  7: optional i64 maxBytes,
  8: optional i32 minInSync
}

// --------------------------------------------------------------------------------------------------------- cluster

struct MemberInfo {
  /** Stable name of the daemon. */
  1: required string nodeId,
  2: required string host,
  3: required i32 thriftPort,
  4: required i32 httpPort,
  /** Rack, /default-rack where unknown. */
  5: required string rack,
  /** In ZooKeeper now. */
  6: required bool live,
  /** Its partitions are being moved away. */
  7: required bool draining,
  8: required i32 primaries,
  /** Replicas it holds, primaries included. */
  9: required i32 replicas,
  /** When the daemon started, in milliseconds since 1970. */
  10: required i64 startedAtMs
}

struct ClusterState {
  1: required string instance,
  /** Epoch of the partition map; 0: there is none yet. */
  2: required i64 epoch,
  /** Node id of the active controller; empty: none at the moment. */
  3: required string controller,
  4: required list<MemberInfo> members,
  5: required i32 partitions,
  /** Copies that a partition should have. */
  6: required i32 replication,
  /** Partitions with all their copies. */
  7: required i32 complete,
  /** Partitions that serve with fewer copies than they should have. */
  8: required i32 underReplicated,
  /** Partitions that answer LOADING. */
  9: required i32 loading,
  /** Writes are refused with FROZEN. */
  10: required bool frozen
}

struct PartitionMapResult {
  1: required i64 epoch,
  /** The map as io.sedna.common.partition.PartitionMapCodec documents it; absent: knownEpoch is the newest. */
  2: optional binary encoded,
  /**
   * The daemon's clock as a hybrid logical timestamp, so that a client can stamp its writes by the daemons' time; absent:
   * leave the stamping to the daemons.
   */
  3: optional i64 clock
}

/** Memory of one table on one daemon or on several together. */
struct TableMemory {
  /** Memory of records and tombstones, overheads included. */
  1: required i64 liveBytes,
  /** Memory of records that were overwritten or deleted and that the cleaner has not come by yet. */
  2: required i64 deadBytes,
  /** Memory of the index. */
  3: required i64 indexBytes,
  /** Since the daemons started: records forgotten to make room, and dropped because their time was over. */
  4: required i64 evictions,
  5: required i64 expirations,
  /** Since the daemons started, of caches: reads of a replica that found a record, and that did not. */
  6: required i64 hits,
  7: required i64 misses
}

struct TableStatistics {
  1: required string name,
  /** Records, counted once (at their primaries); tombstones and expired records not counted. */
  2: required i64 records,
  /** Bytes of their keys and values. */
  3: required i64 bytes,
  /** What the table takes on all daemons that answered, all its copies counted. */
  4: optional TableMemory memory
}

struct NodeStatistics {
  1: required string nodeId,
  /** Records of all replicas held here. */
  2: required i64 records,
  3: required i64 bytes,
  4: required i64 heapUsedBytes,
  5: required i64 heapMaxBytes,
  /** Calls served since the start: reads (keys), writes (keys), scans (calls), failures (calls). */
  6: required i64 reads,
  7: required i64 writes,
  8: required i64 scans,
  9: required i64 failures,
  /** Keys read and written a second over the last ten seconds. */
  10: required double operationsPerSecond,
  11: required i32 connections,
  12: required i64 uptimeMs,
  /** Memory for records and their index: what they take, and at how much store tables are refused to grow. */
  13: optional i64 memoryUsedBytes,
  14: optional i64 memoryLimitBytes
}

struct Statistics {
  1: required list<TableStatistics> tables,
  2: required list<NodeStatistics> nodes
}

// ------------------------------------------------------------------------------------------- snapshots, operations

enum OperationState {
  RUNNING = 0,
  SUCCEEDED = 1,
  FAILED = 2
}

/** Long work that the controller does: a snapshot, a restore, a drain, a repair, a rebalance. */
struct OperationInfo {
  1: required string id,
  /** snapshot, restore, drain, repair or rebalance. */
  2: required string kind,
  /** Name of the snapshot, or node id. */
  3: required string subject,
  4: required OperationState state,
  /** Progress in units of the work (partitions, files). */
  5: required i64 done,
  6: required i64 total,
  7: required i64 startedAtMs,
  /** 0 while it runs. */
  8: required i64 finishedAtMs,
  /** Why it failed. */
  9: optional SednaError error
}

struct SnapshotRequest {
  /** 1 to 64 of [A-Za-z0-9_-]; absent: one made from the time. */
  1: optional string name,
  /** dataset.table names; absent: every table that persists. */
  2: optional list<string> tables
}

struct SnapshotInfo {
  1: required string name,
  /** Instance that it was taken of. */
  2: required string instance,
  3: required i64 createdAtMs,
  4: required i64 records,
  /** Bytes of its files. */
  5: required i64 bytes,
  6: required i32 files,
  7: required list<string> tables,
  /** Its directory, as a URI. */
  8: required string path,
  /** Made by the timer, so retention may delete it. */
  9: required bool periodic
}

struct RestoreRequest {
  /** Name of a snapshot of this instance, or URI of a snapshot's directory anywhere. */
  1: required string snapshot,
  /** Tables to restore; absent: all of the snapshot's. */
  2: optional list<string> tables,
  /** Replace tables that exist; otherwise one that exists fails the restore with TABLE_EXISTS. */
  3: optional bool overwrite = false
}

// --------------------------------------------------------------------------------------------------------- service

service Sedna {
  // -- Data. epoch: of the map that routed the call, or 0 to be forwarded. table: dataset.table.

  /** Stores the value unless a newer version of any source is there. */
  WriteResult writeLatest(1: i64 epoch, 2: string table, 3: binary key, 4: binary value, 5: WriteOptions options)
    throws (1: SednaError error),

  /** Stores the value beside those of other sources, unless a newer one of the same source is there. */
  WriteResult writeAll(1: i64 epoch, 2: string table, 3: binary key, 4: binary value, 5: WriteOptions options)
    throws (1: SednaError error),

  /** The newest version among R replicas. */
  ReadResult readLatest(1: i64 epoch, 2: string table, 3: binary key) throws (1: SednaError error),

  /** The newest version of every source among R replicas, newest first; empty: no such key. */
  list<VersionedValue> readAll(1: i64 epoch, 2: string table, 3: binary key) throws (1: SednaError error),

  /** Leaves a tombstone, which hides every older version of every source. */
  WriteResult remove(1: i64 epoch, 2: string table, 3: binary key, 4: WriteOptions options)
    throws (1: SednaError error),

  /** Reads up to 10,000 keys, in any partitions; answers in the order of the keys. */
  list<ReadResult> multiGet(1: i64 epoch, 2: string table, 3: list<binary> keys) throws (1: SednaError error),

  /** multiGet of as many copies as the options say. */
  list<ReadResult> multiGetWith(1: i64 epoch, 2: string table, 3: list<binary> keys, 4: ReadOptions options)
    throws (1: SednaError error),

  /** readAll of as many copies as the options say. */
  list<VersionedValue> readAllWith(1: i64 epoch, 2: string table, 3: binary key, 4: ReadOptions options)
    throws (1: SednaError error),

  /** writeLatest for up to 10,000 entries, in any partitions; answers in the order of the entries. Not atomic. */
  list<WriteResult> multiPut(1: i64 epoch, 2: string table, 3: list<PutEntry> entries, 4: WriteOptions options)
    throws (1: SednaError error),

  /** remove for up to 10,000 keys, in any partitions; answers in the order of the keys. Not atomic. */
  list<WriteResult> multiDelete(1: i64 epoch, 2: string table, 3: list<binary> keys, 4: WriteOptions options)
    throws (1: SednaError error),

  /** The next records of a range of hashes, merged from R replicas. */
  ScanResult scan(1: i64 epoch, 2: string table, 3: ScanRequest request) throws (1: SednaError error),

  /** Gives the newest version a new time to live (0: for ever), its value and version staying; or NOT_FOUND. */
  WriteResult touch(1: i64 epoch, 2: string table, 3: binary key, 4: i64 ttlMs) throws (1: SednaError error),

  // The calls below are decided by the partition's primary. On strong tables they are linearizable and survive its loss; on
  // eventual tables they see what the primary holds, and a change of the primary or a write through another replica at the
  // same time may be lost.

  /**
   * Stores the value if the newest version has this timestamp (0: if there is none); otherwise MISMATCH, or NOT_FOUND where
   * there is none. The answer's timestamp is that of the version that is there afterwards, 0 where there is none.
   */
  WriteResult compareAndSet(1: i64 epoch, 2: string table, 3: binary key, 4: i64 expectedTimestamp, 5: binary value,
    6: WriteOptions options) throws (1: SednaError error),

  /** Stores the value if no live record has the key; otherwise MISMATCH with the timestamp of what is there. */
  WriteResult putIfAbsent(1: i64 epoch, 2: string table, 3: binary key, 4: binary value, 5: WriteOptions options)
    throws (1: SednaError error),

  /** Removes the record if the newest version has this timestamp; otherwise MISMATCH, or NOT_FOUND where there is none. */
  WriteResult compareAndDelete(1: i64 epoch, 2: string table, 3: binary key, 4: i64 expectedTimestamp,
    5: WriteOptions options) throws (1: SednaError error),

  /**
   * Adds to a signed 64-bit number kept as decimal digits, and answers the sum. A key without a live record counts as 0.
   * NOT_A_NUMBER where the value is none, or the sum would not fit; nothing changed then.
   */
  i64 increment(1: i64 epoch, 2: string table, 3: binary key, 4: i64 delta, 5: WriteOptions options)
    throws (1: SednaError error),

  /** Adds bytes at the end of the newest value, whose time to live stays; or NOT_FOUND. */
  WriteResult append(1: i64 epoch, 2: string table, 3: binary key, 4: binary suffix, 5: WriteOptions options)
    throws (1: SednaError error),

  // -- Tables.

  /** Answers when every live daemon knows the table. */
  TableInfo createTable(1: TableSchema schema) throws (1: SednaError error),
  TableInfo alterTable(1: string name, 2: TableAlteration alteration) throws (1: SednaError error),
  /** Forgets the table and its records; its snapshots stay. */
  void dropTable(1: string name) throws (1: SednaError error),
  /** Empties the table, under a new id. */
  TableInfo truncateTable(1: string name) throws (1: SednaError error),
  /** Tables of a dataset, or of all where it is empty, by name. */
  list<TableInfo> listTables(1: string dataset) throws (1: SednaError error),
  TableInfo describeTable(1: string name) throws (1: SednaError error),

  // -- Cluster.

  ClusterState clusterState() throws (1: SednaError error),
  /** The map, unless the caller's is as new. */
  PartitionMapResult partitionMap(1: i64 knownEpoch) throws (1: SednaError error),
  /** Of the whole instance; daemons that do not answer within a second are left out. */
  Statistics statistics() throws (1: SednaError error),
  /** Moves every partition away from a daemon; SUCCEEDED means that it can be stopped. */
  OperationInfo drain(1: string nodeId) throws (1: SednaError error),
  /** Takes a drain back. */
  void undrain(1: string nodeId) throws (1: SednaError error),
  /** Makes the replicas of eventual tables alike, now. Absent or empty tables: all of them. */
  OperationInfo repair(1: list<string> tables) throws (1: SednaError error),
  /** Moves replicas until records, bytes and load are balanced, now; SUCCEEDED when nothing is left to be moved. */
  OperationInfo rebalance() throws (1: SednaError error),
  /**
   * Declares what partitions held lost for good: they serve again, without it. Absent or empty: all that answer LOADING.
   * Answers those that it was done to.
   */
  list<i32> acceptLoss(1: list<i32> partitions) throws (1: SednaError error),
  /** Refuses writes with FROZEN from when this answers, on every live daemon and those that join. */
  void freeze() throws (1: SednaError error),
  void thaw() throws (1: SednaError error),

  // -- Snapshots. Answered at once; describeOperation tells how it goes.

  OperationInfo snapshot(1: SnapshotRequest request) throws (1: SednaError error),
  /** Committed snapshots of this instance, newest first. */
  list<SnapshotInfo> listSnapshots() throws (1: SednaError error),
  void deleteSnapshot(1: string name) throws (1: SednaError error),
  /** All of it or nothing: a missing or damaged snapshot leaves the instance as it was. */
  OperationInfo restore(1: RestoreRequest request) throws (1: SednaError error),
  OperationInfo describeOperation(1: string id) throws (1: SednaError error)
}
