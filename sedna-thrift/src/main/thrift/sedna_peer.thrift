// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0

/**
 * What daemons of one instance say to each other, on the same port as the public interface. Not for clients: it changes
 * from one version to the next.
 */
namespace java io.sedna.thrift.peer

include "sedna.thrift"

/** One source's version of a record as a replica holds it. */
struct PeerVersion {
  1: required i64 timestamp,
  2: required i32 source,
  /** 0: never. */
  3: required i64 expiresAtMs,
  /** A deletion: hides every older version of every source; the value is empty. */
  4: required bool tombstone,
  5: required binary value,
  /** Absent: 0. */
  6: optional i32 flags
}

/** All that a replica holds of a key; no versions: nothing. */
struct PeerRecord {
  1: required binary key,
  2: required i64 hash,
  3: required list<PeerVersion> versions
}

enum MutationKind {
  WRITE_LATEST = 0,
  WRITE_ALL = 1,
  REMOVE = 2,
  /** Sets the expiry of the version that has this timestamp and source. */
  TOUCH = 3,
  /** Merges a version as it is, whatever its age: transfer, repair and restore. */
  MERGE = 4,
  /** As MERGE, of a tombstone. */
  MERGE_TOMBSTONE = 5,
  /** Changes nothing; of strong tables: brings what requests came to that changed nothing. */
  NOTE = 6
}

/** What a request of a strong table's client came to: travels with the change that it made, or alone if it made none. */
struct RequestOutcome {
  1: required sedna.RequestId id,
  /** A WriteStatus. */
  2: required i32 status,
  3: required i64 timestamp,
  /** What increment answers; otherwise 0. */
  4: required i64 number,
  /** Of the record. */
  5: required i32 tableId,
  6: required i64 hash
}

struct Mutation {
  1: required i32 tableId,
  2: required MutationKind kind,
  3: required binary key,
  4: required i64 timestamp,
  5: required i32 source,
  6: required i64 expiresAtMs,
  7: required binary value,
  /** Absent: 0. */
  8: optional i32 flags,
  /** Of strong tables: the requests whose changes are in it. */
  9: optional list<RequestOutcome> requests
}

/** What a replica holds of one strong table's partition. */
struct StoreDigest {
  1: required i32 tableId,
  2: required i32 partition,
  3: required i64 digest
}

/** What a replica that was in sync tells a new primary. */
struct TakeOverAnswer {
  /** Of the partitions asked for; where there is nothing, there is no entry. */
  1: required list<StoreDigest> digests,
  2: required list<RequestOutcome> requests
}

/** What only a partition's primary can do. */
enum PrimaryCallKind {
  PUT = 0,
  REMOVE = 1,
  COMPARE_AND_SET = 2,
  PUT_IF_ABSENT = 3,
  COMPARE_AND_DELETE = 4,
  INCREMENT = 5,
  APPEND = 6,
  TOUCH = 7
}

struct PrimaryCall {
  1: required PrimaryCallKind kind,
  2: required binary key,
  3: required binary value,
  /** The expected timestamp, or what is to be added. */
  4: required i64 number,
  5: required i64 expiresAtMs,
  6: required i32 source,
  7: required i32 flags,
  8: optional sedna.RequestId request
}

struct PrimaryAnswer {
  /** A WriteStatus (0 to 3) or the number of an error (1000 and above). */
  1: required i32 code,
  2: required i64 timestamp,
  /** What increment answers; otherwise 0. */
  3: required i64 number,
  /** With an error. */
  4: optional string message
}

struct PeerScanRequest {
  1: required i32 tableId,
  /** Unsigned, both inclusive, inside one partition. */
  2: required i64 startHash,
  3: required i64 endHash,
  4: optional binary keyPrefix,
  5: required i32 maxRecords,
  6: required i32 maxBytes,
  7: required bool allSources,
  8: required bool tombstones
}

struct PeerScanResult {
  1: required list<PeerRecord> records,
  2: required bool done,
  3: required i64 nextHash
}

/** Partitions of one table. */
struct TablePartitions {
  1: required i32 tableId,
  2: required list<i32> partitions
}

/** Root digests of hash trees, in the order of the partitions asked for. */
struct RootDigests {
  1: required list<i64> digests,
  /** Places in that list of which the callee does not know the digest yet. */
  2: required list<i32> unknown
}

/** Digests of parts of a replica: of 2^depth equal parts of the partition's range of hashes, those inside some parents. */
struct DigestRequest {
  1: required i32 tableId,
  2: required i32 partition,
  3: required i32 depth,
  /** Not above depth. */
  4: required i32 parentDepth,
  /** Ascending numbers of parts of 2^parentDepth (see RiceCode); those of depth 0: 0. */
  5: required binary parents,
  /** Bytes of each digest that are wanted, its lowest: 1 to 8. */
  6: required i32 width
}

struct DigestAnswer {
  /** Less than asked for where the callee's tree is coarser; -1: it is not there yet. */
  1: required i32 depth,
  /** Big-endian, in order. Empty where depth is below parentDepth. */
  2: required binary digests
}

/** The caller's records of some ranges of hashes, as short fingerprints. */
struct CompareRequest {
  1: required i32 tableId,
  2: required i32 partition,
  /** First and last hash of each range, ascending, inside the partition. */
  3: required list<i64> ranges,
  /** Of fingerprints. */
  4: required i32 count,
  /** Two records that differ have the same fingerprint with a probability of 2^-bits. */
  5: required i32 bits,
  6: required i64 salt,
  /** Ascending; see FingerprintSet. */
  7: required binary fingerprints
}

struct CompareAnswer {
  /** Which fingerprints the callee has no record for, by their places (see RiceCode). */
  1: required binary unmatched,
  /** The callee's records for which there was no fingerprint (see Head). */
  2: required binary heads,
  /** False: the callee has looked at hashes below nextHash only. */
  3: required bool done,
  4: required i64 nextHash
}

/** Gives records to a replica and asks it for others; everything is merged. */
struct ExchangeRequest {
  1: required i32 tableId,
  2: required i32 partition,
  /** See RecordCode. */
  3: required binary records,
  /** Ranges that the wanted records are in. */
  4: required list<i64> ranges,
  /** Places (see Head) of the wanted ones (see RiceCode). */
  5: required binary wanted
}

struct ExchangeAnswer {
  1: required binary records,
  /** False: those wanted at nextHash and later did not fit. */
  2: required bool done,
  3: required i64 nextHash
}

/** Every replica of these partitions has what any of them had before a moment, so older tombstones may go. */
struct RepairedPast {
  1: required i32 tableId,
  2: required list<i32> partitions,
  /** As versions have them. */
  3: required i64 timestamp
}

struct RepairOrder {
  /** Of the operation; a repetition of the order asks for its progress. */
  1: required string id,
  2: required list<i32> tableIds,
  /** Absent: all whose primary the callee is. Others count as failed. */
  3: optional list<i32> partitions
}

struct RepairProgress {
  /** Partitions of tables: each table counts for itself. Those that failed are done. */
  1: required i32 done,
  2: required i32 total,
  3: required i32 failed,
  /** Sent in both directions because a replica did not have them. */
  4: required i64 records,
  /** Sent in both directions for the repair, comparison included. */
  5: required i64 bytes,
  6: required bool finished,
  /** What the last failure was. */
  7: optional string failure
}

/** Part of a range of hashes, packed; the daemon's PackedRecords says how. */
struct PackedBatch {
  1: required binary packed,
  2: required bool done,
  3: required i64 nextHash
}

/** One file of a snapshot. */
struct SnapshotFile {
  /** Relative to the snapshot's directory. */
  1: required string path,
  2: required string table,
  3: required i32 partition,
  4: required i64 firstHash,
  5: required i64 lastHash,
  6: required i64 records,
  7: required i64 bytes,
  /** XXH64 of the file's bytes, as 16 hexadecimal digits. */
  8: required string checksum
}

struct SnapshotOrder {
  /** URI of the directory that is being written. */
  1: required string directory,
  2: required i32 tableId,
  /** Partitions whose primary the callee is. */
  3: required list<i32> partitions
}

struct LoadOrder {
  /** URI of the snapshot's directory. */
  1: required string directory,
  2: required list<SnapshotFile> files,
  /** Table that the records go to. */
  3: required i32 targetTableId,
  /** Only records of these partitions of the current map; absent: all. */
  4: optional list<i32> onlyPartitions
}

struct LoadResult {
  1: required i64 records
}

struct PeerStatistics {
  1: required sedna.NodeStatistics node,
  /** Of the partitions whose primary this daemon is. */
  2: required list<sedna.TableStatistics> primaryTables,
  /** Of all replicas here, by the table's name. */
  3: optional map<string, sedna.TableMemory> memory
}

/** What partitions weigh on one daemon, as parallel lists; only those with anything to tell. */
struct PartitionLoads {
  1: required list<i32> partitions,
  /** Of all tables, where the callee is the partition's primary; otherwise 0. */
  2: required list<i64> records,
  3: required list<i64> bytes,
  /** Keys that clients read and wrote here a second, estimated from a sample. */
  4: required list<i32> operationsPerSecond
}

service SednaPeer {
  /** Applies each mutation; answers in order: a WriteStatus (0 to 3) or the number of an error (1000 and above). */
  list<i32> applyMutations(1: i64 epoch, 2: list<Mutation> mutations) throws (1: sedna.SednaError error),

  /** Does calls at the callee, who is the primary of all their keys: NOT_PRIMARY for those of which it is not. */
  list<PrimaryAnswer> callPrimary(1: i64 epoch, 2: i32 tableId, 3: list<PrimaryCall> calls)
    throws (1: sedna.SednaError error),

  /** The newest versions, from the primary of all the keys, of a strong table. */
  list<PeerRecord> readPrimary(1: i64 epoch, 2: i32 tableId, 3: list<binary> keys) throws (1: sedna.SednaError error),

  /** As scanRecords, from the primary of a strong table's partition. */
  PeerScanResult scanPrimary(1: i64 epoch, 2: PeerScanRequest request) throws (1: sedna.SednaError error),

  /**
   * What a strong table's primary has decided, for the other replicas. STALE_MAP where the caller is not the primary by the
   * callee's map.
   */
  list<i32> replicate(1: i64 epoch, 2: string primary, 3: list<Mutation> mutations) throws (1: sedna.SednaError error),

  /**
   * From the primary of an epoch: from when this answers, the callee takes nothing of these partitions' earlier primaries,
   * and is none itself.
   */
  TakeOverAnswer takeOver(1: i64 epoch, 2: string primary, 3: list<i32> partitions) throws (1: sedna.SednaError error),

  /**
   * From the primary of an epoch, to a replica in sync: what requests to strong tables in a partition came to, of which
   * the callee may not have heard. Without alike, their records may not have come to it yet, and may never; with it, its
   * records are what they are everywhere: it forgets what it was told without alike and has no record of.
   */
  void rememberRequests(1: i64 epoch, 2: string primary, 3: i32 partition, 4: list<RequestOutcome> requests, 5: bool alike)
    throws (1: sedna.SednaError error),

  /** Answers if the callee serves the strong tables of a partition as its primary; fails with NOT_PRIMARY until it does. */
  void checkPrimary(1: i64 epoch, 2: i32 partition) throws (1: sedna.SednaError error),

  /** What the primary of a partition remembers of requests to its strong tables, for who fills a replica of it. */
  list<RequestOutcome> requestOutcomes(1: i64 epoch, 2: i32 partition) throws (1: sedna.SednaError error),

  /** To the controller: these nodes do not answer the reporter, who needs them to. */
  void reportUnreachable(1: string reporter, 2: i64 epoch, 3: list<string> nodeIds) throws (1: sedna.SednaError error),

  /** In the order of the keys; with allSources false only the newest version (or tombstone) of each. */
  list<PeerRecord> readRecords(1: i64 epoch, 2: i32 tableId, 3: list<binary> keys, 4: bool allSources)
    throws (1: sedna.SednaError error),

  /**
   * Digests of what readRecords answers, in the order of the keys: equal ones mean equal answers.
   * nowMs: the caller's time, by which it is decided what has expired.
   */
  list<i64> readDigests(1: i64 epoch, 2: i32 tableId, 3: list<binary> keys, 4: bool allSources, 5: i64 nowMs)
    throws (1: sedna.SednaError error),

  PeerScanResult scanRecords(1: i64 epoch, 2: PeerScanRequest request) throws (1: sedna.SednaError error),

  // Repair: between replicas that serve the partition.

  RootDigests rootDigests(1: i64 epoch, 2: list<TablePartitions> partitions) throws (1: sedna.SednaError error),
  DigestAnswer partDigests(1: i64 epoch, 2: DigestRequest request) throws (1: sedna.SednaError error),
  CompareAnswer compareRecords(1: i64 epoch, 2: CompareRequest request) throws (1: sedna.SednaError error),
  ExchangeAnswer exchangeRecords(1: i64 epoch, 2: ExchangeRequest request) throws (1: sedna.SednaError error),
  /** From the primary of the partitions. */
  void repairedPast(1: i64 epoch, 2: list<RepairedPast> repaired) throws (1: sedna.SednaError error),

  /**
   * From the controller, to make the replicas of partitions alike whose primary the callee is. Answers at once, with how
   * far it has come: the first call begins, further ones with the same id ask. Progress is kept for ten minutes after the
   * end; a daemon that was restarted begins again.
   */
  RepairProgress repairPartitions(1: RepairOrder order) throws (1: sedna.SednaError error),

  /** For a replica that is being filled: all that is held in a range of hashes inside one partition. */
  PackedBatch pullRecords(1: i64 epoch, 2: i32 tableId, 3: i64 startHash, 4: i64 endHash, 5: i32 maxBytes)
    throws (1: sedna.SednaError error),

  /** The same range as hashes, each with a digest of all that is held under it. */
  PackedBatch pullDigests(1: i64 epoch, 2: i32 tableId, 3: i64 startHash, 4: i64 endHash, 5: i32 maxBytes)
    throws (1: sedna.SednaError error),

  /** All that is held under these hashes, in their order; nextHash is the first that found no room. */
  PackedBatch pullHashes(1: i64 epoch, 2: i32 tableId, 3: list<i64> hashes, 4: i32 maxBytes)
    throws (1: sedna.SednaError error),

  /**
   * To the controller: these partitions of this run of the node have been filled, by a fill that began when the node
   * knew a map of this epoch. Answers those that have to be filled anew: the map has taken them from the node since and
   * given them back, or has named another primary.
   */
  list<i32> partitionsReady(1: string nodeId, 2: i64 incarnation, 3: i64 epoch, 4: list<i32> partitions)
    throws (1: sedna.SednaError error),

  /** Answers when the callee knows at least this version of the table catalogue. */
  void syncCatalogue(1: i64 version) throws (1: sedna.SednaError error),

  /** Answers when the callee refuses (true) or takes (false) writes. */
  void syncFrozen(1: bool frozen) throws (1: sedna.SednaError error),

  /** Answers when the callee has a map of at least this epoch. */
  void syncMap(1: i64 epoch) throws (1: sedna.SednaError error),

  PeerStatistics peerStatistics() throws (1: sedna.SednaError error),
  PartitionLoads partitionLoads() throws (1: sedna.SednaError error),

  list<SnapshotFile> writeSnapshotFiles(1: SnapshotOrder order) throws (1: sedna.SednaError error),
  /** Reads whole files and compares their checksums; SNAPSHOT_CORRUPT names the first that differs. */
  void verifySnapshotFiles(1: LoadOrder order) throws (1: sedna.SednaError error),
  LoadResult loadSnapshotFiles(1: LoadOrder order) throws (1: sedna.SednaError error)
}

/** How an administrative call that came to some daemon reaches the controller's. */
service SednaForward {
  /**
   * Does an administrative call of the public interface here and now. Never passed on: NO_CONTROLLER where the callee is
   * not the active controller's daemon. Arguments and answer are the structs that Thrift generates for the method
   * (METHOD_args, METHOD_result), in the binary protocol.
   */
  binary administer(1: string method, 2: binary arguments) throws (1: sedna.SednaError error)
}
