// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.RecordUpdate;
import io.sedna.daemon.engine.VersionHead;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.memcached.Counters.Kind;
import io.sedna.daemon.replication.LocalTable;

/**
 * Changes items: by the short way where the only replica of their partition is here, else at the
 * partition's primary. Of one event loop.
 */
final class Items {
  private final Session session;
  private final Remote remote;
  private final PrimaryItems elsewhere;
  private final VersionHead head = new VersionHead();

  private long hash;
  private LocalTable local;

  Items(Session session, Remote remote) {
    this.session = session;
    this.remote = remote;
    this.elsewhere = new PrimaryItems(session, remote);
  }

  /** Where to write a key; null: not by the short way. */
  PartitionStore writable(long keyAddress, int keyLength) {
    local = session.local();
    if (local == null) {
      return null;
    }
    hash = local.hash().hash(keyAddress, keyLength);
    session.sample(local, hash, keyAddress, keyLength);
    return local.writable(hash);
  }

  /** Of the key that {@link #writable} was asked for. */
  long hash() {
    return local != null ? hash : elsewhere.hash();
  }

  /** A plain set: nothing that is there matters. */
  WriteOutcome set(
      PartitionStore store, long key, int keyLength, StoreUpdate update, long value, int length) {
    long timestamp = session.table.clock().now();
    head.set(timestamp, update.marks(), update.flags(), update.expiresAtMs());
    WriteOutcome outcome = store.writeLatest(key, keyLength, hash, value, length, head);
    if (outcome == WriteOutcome.OUTDATED) {
      // Another kind of client wrote with a timestamp ahead of the clock.
      return update(store, key, keyLength, update);
    }
    update.done(StoreUpdate.Result.STORED, timestamp);
    return settled(store, key, keyLength, outcome);
  }

  /**
   * Changes an item.
   *
   * @param store as {@link #writable} has found it
   * @return null: there is nothing more to be done now: the command waits for the primary and will
   *     be done again, or it has failed and is answered
   */
  WriteOutcome update(PartitionStore store, long key, int keyLength, RecordUpdate update) {
    if (store == null) {
      return elsewhere.update(OffHeap.bytes(key, keyLength), update);
    }
    WriteOutcome outcome = store.update(key, keyLength, hash, session.nowMs(), update);
    return settled(store, key, keyLength, outcome);
  }

  /** An item that has a new cas unique but is the same otherwise: fetched if it was before. */
  void stillFetched(long timestampBefore, long timestamp) {
    AccessTrace accesses = session.table.accesses();
    if (accesses.lastFetch(hash(), timestampBefore) != 0) {
      accesses.fetched(hash(), timestamp, session.nowSeconds());
    }
  }

  /** A command that had waited for a primary is at its end. */
  void forgetElsewhere() {
    elsewhere.forget();
  }

  /** Counts what an increment or decrement did. */
  void count(DeltaUpdate delta) {
    switch (delta.result()) {
      case DONE -> {
        session.counters.add(delta.increments() ? Kind.INCR_HITS : Kind.DECR_HITS);
        if (!delta.grew()) {
          stillFetched(delta.timestampBefore(), delta.timestamp());
        }
      }
      case CREATED -> session.counters.add(Kind.TOTAL_ITEMS);
      case NOT_FOUND ->
          session.counters.add(delta.increments() ? Kind.INCR_MISSES : Kind.DECR_MISSES);
      default -> {}
    }
  }

  /** Forgets an item that its client believes to have overwritten. */
  void forget(long key, int keyLength) {
    PartitionStore store = writable(key, keyLength);
    if (store != null) {
      update(store, key, keyLength, (current, next) -> RecordUpdate.Decision.FORGET);
    } else {
      remote.forget(OffHeap.bytes(key, keyLength));
    }
  }

  /**
   * A replica that has come meanwhile may have missed the change, so it is given what is held now;
   * the connection waits for that.
   */
  private WriteOutcome settled(
      PartitionStore store, long key, int keyLength, WriteOutcome outcome) {
    if (outcome == WriteOutcome.OK && !local.current()) {
      remote.settle(store.read(OffHeap.bytes(key, keyLength), hash));
    }
    return outcome;
  }
}
