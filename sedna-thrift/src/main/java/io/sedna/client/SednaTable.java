// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * One table. Cheap, thread-safe, and good until its client is closed; also after the table was
 * dropped and made anew.
 *
 * <p>Every call has two forms. The plain one waits, at most about sedna.client.deadline.ms, and
 * throws {@link SednaException}. The one that ends in {@code Async} returns at once; its future
 * fails with {@link SednaException} (unwrapped for {@code whenComplete} on the future itself,
 * inside a CompletionException further down the chain, as CompletableFuture does). Futures complete
 * on the client's event loops, unless the builder was given a callback executor: what hangs on them
 * must be short and must not call a plain form, which throws IllegalStateException there.
 *
 * <p>Errors that another attempt can cure are tried again within the deadline, first at another
 * replica, then after growing pauses; the last error is what the caller gets. Arguments are checked
 * before anything is sent. Byte arrays are not copied: do not change them until the call has ended.
 *
 * <p><b>Timestamps, and writes whose answer was lost.</b> When an answer fails to come (the
 * connection broke, or the time ran out), the write may have been done, or may be done yet by a
 * daemon that was only slow. So the client stamps a write before its first attempt and every
 * attempt carries that stamp: however often and however late it is done, it is one write, and
 * cannot undo one that somebody else made in between. The stamp is the client's estimate of the
 * daemons' clock, not the clock of the client's machine: a daemon tells its time with every
 * partition map, asked for every few seconds, and the estimate is off by half a round trip at most.
 * It is also later than every timestamp that this client has seen, so a client that writes what it
 * has read is never OUTDATED for its clock's sake. Two clients that write the same key within
 * milliseconds of each other, neither having seen the other's write, may find the earlier one
 * winning.
 *
 * <p>A write that fails with {@link ErrorCode#TIMEOUT}, {@link ErrorCode#UNAVAILABLE} or {@link
 * ErrorCode#NOT_ENOUGH_REPLICAS} may or may not have been done, and may still become visible. One
 * that was answered OUTDATED after an earlier attempt's answer was lost is looked up: it is OK if
 * it is what stands there.
 *
 * <p><b>Strong tables.</b> Their calls go to the primary of the key's partition, which orders them.
 * A write carries a request id instead of a stamp, the same in every attempt, by which the replicas
 * know it again: so it is tried again after whatever failure, at whatever primary follows, and done
 * once. One whose answers were lost to the end fails with {@link ErrorCode#TIMEOUT}, whose message
 * says that the outcome is unknown; after {@link ErrorCode#NOT_ENOUGH_REPLICAS}, too, it may have
 * been done. Every other error means that it was not. A batch is no single write: each entry is
 * one.
 *
 * <p><b>Shared frames.</b> Single gets and puts of many callers that wait for the same connection
 * travel in one frame (sedna.client.batch.*). Nobody waits for company: a call that finds the
 * connection idle goes at once. Each call keeps its own result, error, retries and deadline. What
 * one caller began in turn, without waiting, may be done in another order: only a read is never
 * done before a write that was begun before it, as long as neither has to be tried again.
 *
 * <p><b>Near cache.</b> Where the client was told to keep one (sedna.client.near.cache.*), get and
 * multiGet answer from it, each time with a copy. It never shows what was there before a write of
 * this client that has ended well; what others write it may hide for
 * sedna.client.near.cache.expiry.ms at most, and it never outlives a record's own time to live.
 * After a write that failed without telling whether it was done, it may hide that write as if it
 * were another's.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public interface SednaTable {
  /** dataset.table. */
  String name();

  /**
   * What the client knows of the table, asking for it if it knows nothing yet.
   *
   * @throws SednaException TABLE_NOT_FOUND
   */
  Table describe();

  CompletableFuture<Table> describeAsync();

  /** What the table's near cache has done; empty: it has none. */
  default Optional<NearCacheStatistics> nearCache() {
    return Optional.empty();
  }

  /** Stores the value unless a newer version of any source is there. */
  default WriteResult put(byte[] key, byte[] value) {
    return put(key, value, WriteOptions.DEFAULT);
  }

  WriteResult put(byte[] key, byte[] value, WriteOptions options);

  default CompletableFuture<WriteResult> putAsync(byte[] key, byte[] value) {
    return putAsync(key, value, WriteOptions.DEFAULT);
  }

  CompletableFuture<WriteResult> putAsync(byte[] key, byte[] value, WriteOptions options);

  /** Stores the value beside those of other sources, unless a newer one of its source is there. */
  WriteResult putAll(byte[] key, byte[] value, WriteOptions options);

  CompletableFuture<WriteResult> putAllAsync(byte[] key, byte[] value, WriteOptions options);

  /** The newest version among R replicas; empty: no such key, or deleted, or expired. */
  Optional<VersionedValue> get(byte[] key);

  CompletableFuture<Optional<VersionedValue>> getAsync(byte[] key);

  /** As get, among as many replicas as are asked for; never from the near cache. */
  Optional<VersionedValue> get(byte[] key, Consistency consistency);

  CompletableFuture<Optional<VersionedValue>> getAsync(byte[] key, Consistency consistency);

  /** The newest version of every source among R replicas, newest first; empty: no such key. */
  default List<VersionedValue> getAll(byte[] key) {
    return getAll(key, Consistency.TABLE);
  }

  default CompletableFuture<List<VersionedValue>> getAllAsync(byte[] key) {
    return getAllAsync(key, Consistency.TABLE);
  }

  /** As getAll, among as many replicas as are asked for. */
  List<VersionedValue> getAll(byte[] key, Consistency consistency);

  CompletableFuture<List<VersionedValue>> getAllAsync(byte[] key, Consistency consistency);

  /** Leaves a tombstone, which hides every older version of every source. */
  default WriteResult delete(byte[] key) {
    return delete(key, WriteOptions.DEFAULT);
  }

  WriteResult delete(byte[] key, WriteOptions options);

  default CompletableFuture<WriteResult> deleteAsync(byte[] key) {
    return deleteAsync(key, WriteOptions.DEFAULT);
  }

  CompletableFuture<WriteResult> deleteAsync(byte[] key, WriteOptions options);

  /**
   * Gives the newest version a new time to live, its value and version staying; or NOT_FOUND.
   *
   * @param ttl zero: for ever
   */
  WriteResult touch(byte[] key, Duration ttl);

  CompletableFuture<WriteResult> touchAsync(byte[] key, Duration ttl);

  /**
   * Reads any number of keys, in their order. Split by daemon and sent in parallel; a key that
   * failed to the end has {@link ReadResult#error}, without failing the others.
   */
  default List<ReadResult> multiGet(List<byte[]> keys) {
    return multiGet(keys, Consistency.TABLE);
  }

  default CompletableFuture<List<ReadResult>> multiGetAsync(List<byte[]> keys) {
    return multiGetAsync(keys, Consistency.TABLE);
  }

  /** As multiGet, among as many replicas as are asked for; then never from the near cache. */
  List<ReadResult> multiGet(List<byte[]> keys, Consistency consistency);

  CompletableFuture<List<ReadResult>> multiGetAsync(List<byte[]> keys, Consistency consistency);

  /**
   * As put, for any number of entries, with results in their order. Not atomic. Split by daemon and
   * sent in parallel; an entry that failed to the end is FAILED, without failing the others. If a
   * key stands there twice, the later one wins.
   */
  default List<WriteResult> multiPut(List<PutEntry> entries) {
    return multiPut(entries, WriteOptions.DEFAULT);
  }

  List<WriteResult> multiPut(List<PutEntry> entries, WriteOptions options);

  default CompletableFuture<List<WriteResult>> multiPutAsync(List<PutEntry> entries) {
    return multiPutAsync(entries, WriteOptions.DEFAULT);
  }

  CompletableFuture<List<WriteResult>> multiPutAsync(List<PutEntry> entries, WriteOptions options);

  /** As delete, for any number of keys; otherwise as multiPut. */
  default List<WriteResult> multiDelete(List<byte[]> keys) {
    return multiDelete(keys, WriteOptions.DEFAULT);
  }

  List<WriteResult> multiDelete(List<byte[]> keys, WriteOptions options);

  default CompletableFuture<List<WriteResult>> multiDeleteAsync(List<byte[]> keys) {
    return multiDeleteAsync(keys, WriteOptions.DEFAULT);
  }

  CompletableFuture<List<WriteResult>> multiDeleteAsync(List<byte[]> keys, WriteOptions options);

  /** One batch, merged from R replicas; an empty one is not the end unless it says so. */
  ScanBatch scan(ScanSpec spec);

  CompletableFuture<ScanBatch> scanAsync(ScanSpec spec);

  /**
   * Every record of the range, in unsigned order of hashes, fetched ahead of the reader. Goes on at
   * another replica when a daemon dies. Records written while it runs may or may not be seen;
   * others are seen once. Each iterator is a scan of its own and is for one thread; its methods
   * throw {@link SednaException}, after which it is at its end.
   */
  Iterable<Record> scanAll(ScanSpec spec);

  // -- Calls that the primary decides by what is there. On strong tables each takes place once, at
  // one instant. On eventual tables they see what the primary holds: a write through another
  // replica at the same time, or a change of the primary, may be lost, and a call whose answer was
  // lost is not tried again but fails with UNAVAILABLE, TIMEOUT or NOT_ENOUGH_REPLICAS.

  /**
   * Stores the value if the newest version has this timestamp (0: if there is none). Otherwise
   * MISMATCH, or NOT_FOUND where there is none; the result's timestamp is that of what is there, 0
   * for nothing.
   */
  WriteResult compareAndSet(byte[] key, long expectedTimestamp, byte[] value, WriteOptions options);

  default WriteResult compareAndSet(byte[] key, long expectedTimestamp, byte[] value) {
    return compareAndSet(key, expectedTimestamp, value, WriteOptions.DEFAULT);
  }

  CompletableFuture<WriteResult> compareAndSetAsync(
      byte[] key, long expectedTimestamp, byte[] value, WriteOptions options);

  /** Stores the value if no live record has the key; otherwise MISMATCH, as compareAndSet. */
  WriteResult putIfAbsent(byte[] key, byte[] value, WriteOptions options);

  default WriteResult putIfAbsent(byte[] key, byte[] value) {
    return putIfAbsent(key, value, WriteOptions.DEFAULT);
  }

  CompletableFuture<WriteResult> putIfAbsentAsync(byte[] key, byte[] value, WriteOptions options);

  /** Removes the record if the newest version has this timestamp; otherwise as compareAndSet. */
  WriteResult compareAndDelete(byte[] key, long expectedTimestamp, WriteOptions options);

  default WriteResult compareAndDelete(byte[] key, long expectedTimestamp) {
    return compareAndDelete(key, expectedTimestamp, WriteOptions.DEFAULT);
  }

  CompletableFuture<WriteResult> compareAndDeleteAsync(
      byte[] key, long expectedTimestamp, WriteOptions options);

  /**
   * Adds to a signed 64-bit number kept as decimal digits, and answers the sum; a key without a
   * record counts as 0.
   *
   * @throws SednaException NOT_A_NUMBER where the value is none or the sum would not fit
   */
  long increment(byte[] key, long delta, WriteOptions options);

  default long increment(byte[] key, long delta) {
    return increment(key, delta, WriteOptions.DEFAULT);
  }

  CompletableFuture<Long> incrementAsync(byte[] key, long delta, WriteOptions options);

  /** Adds bytes at the end of the newest value, whose time to live stays; or NOT_FOUND. */
  WriteResult append(byte[] key, byte[] suffix, WriteOptions options);

  default WriteResult append(byte[] key, byte[] suffix) {
    return append(key, suffix, WriteOptions.DEFAULT);
  }

  CompletableFuture<WriteResult> appendAsync(byte[] key, byte[] suffix, WriteOptions options);
}
