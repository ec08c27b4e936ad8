// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.HeapUpdate;
import io.sedna.daemon.engine.RecordUpdate;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.replication.strong.PrimaryCall;
import io.sedna.daemon.replication.strong.PrimaryCalls;
import io.sedna.daemon.replication.strong.PrimaryReply;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.PrimaryCallKind;
import java.util.List;

/**
 * Changes items that are not, or not only, here. An item is read at its partition's primary; what
 * becomes of it is decided here, by memcached's rules; the primary stores that if the item is still
 * the one that was read. Otherwise, another client was faster, and it begins anew.
 *
 * <p>While the primary works the connection waits. Then the command, which has consumed nothing of
 * the input, is done again from its beginning and comes here with the same update, which decides
 * the same of the same item: when the primary has stored it, for good, with the timestamp that the
 * primary has given. So no command need know that it was interrupted, but for what it counts
 * ({@link Session#again}). Of one event loop.
 */
final class PrimaryItems {
  /** So often an item may be another one each time, before its client is told so. */
  private static final int MOST_ROUNDS = 100;

  private final Session session;
  private final Remote remote;
  private final CacheTable table;

  // Of the command that goes on.
  private int rounds;
  private long hash;

  /** The item as the primary had it; null: it has not been read. */
  private StoredRecord read;

  /** What of the item was found then. */
  private StoredVersion found;

  /** How the primary took the change; null: it was not asked. */
  private PrimaryReply reply;

  /** Why the primary could not be asked; null: it could. */
  private SednaException failure;

  PrimaryItems(Session session, Remote remote) {
    this.session = session;
    this.remote = remote;
    this.table = session.table;
  }

  /** Of the last key. */
  long hash() {
    return hash;
  }

  /**
   * @return null: the command is suspended, or it has failed and is answered
   */
  WriteOutcome update(byte[] key, RecordUpdate update) {
    try {
      Table current = table.writable();
      hash = KeyHash.ofTable(current.id()).hash(key);
      if (failure != null) {
        throw failure;
      }
      if (reply != null && reply.status() != WriteStatus.OK) {
        beginAnew();
      }
      if (read == null) {
        ask(current, key);
        return null;
      }
      return reply == null ? decide(current, key, update) : conclude(update);
    } catch (SednaException e) {
      forget();
      remote.fail(e);
      return null;
    }
  }

  private void beginAnew() {
    read = null;
    reply = null;
    if (++rounds == MOST_ROUNDS) {
      throw new SednaException(
          ErrorCode.OVERLOADED,
          "other clients changed the item each time: attempts=" + MOST_ROUNDS);
    }
  }

  private void ask(Table current, byte[] key) {
    session.waitForPrimary();
    remote.await(
        table.primaries().read(current, List.of(key)),
        (replies, error) -> {
          failure = error != null ? error : replies.get(0).error();
          if (failure == null) {
            read = replies.get(0).record();
            found = read.newestLive(session.nowMs());
          }
        });
  }

  /** Decides, and has the primary do it if there is anything to do. */
  private WriteOutcome decide(Table current, byte[] key, RecordUpdate update) {
    int before = session.out.position();
    HeapUpdate item = item();
    try {
      RecordUpdate.Decision decision = update.decide(item, item);
      if (decision == RecordUpdate.Decision.KEEP) {
        forget();
        return WriteOutcome.OK;
      }
      session.out.rollBack(before);
      send(
          current,
          decision == RecordUpdate.Decision.STORE
              ? storing(current, key, item.value())
              : removing(current, key));
      return null;
    } finally {
      item.free();
    }
  }

  private HeapUpdate item() {
    List<StoredVersion> held = read.versions();
    return new HeapUpdate(found, held.isEmpty() ? Long.MIN_VALUE : held.get(0).timestamp());
  }

  private PrimaryCall storing(Table current, byte[] key, StoredVersion next) {
    return PrimaryCalls.call(
        current,
        PrimaryCallKind.COMPARE_AND_SET,
        key,
        next.value(),
        found == null ? 0 : found.timestamp(),
        next.expiresAtMs(),
        next.source(),
        next.flags(),
        null);
  }

  private PrimaryCall removing(Table current, byte[] key) {
    long end = table.clock().wallMillis() + Math.max(1, table.tombstoneGraceMs());
    return PrimaryCalls.call(
        current,
        PrimaryCallKind.COMPARE_AND_DELETE,
        key,
        new byte[0],
        found.timestamp(),
        end,
        0,
        0,
        null);
  }

  private void send(Table current, PrimaryCall call) {
    session.waitForPrimary();
    remote.await(
        table.primaries().call(current, List.of(call)),
        (replies, error) -> {
          failure = error != null ? error : replies.get(0).error();
          reply = failure == null ? replies.get(0) : null;
          if (reply != null) {
            // What this daemon writes next is newer.
            var unused = table.clock().observe(reply.timestamp());
          }
        });
  }

  /** The primary has done it: the update decides once more, to answer. */
  private WriteOutcome conclude(RecordUpdate update) {
    HeapUpdate item = item();
    session.given(reply.timestamp());
    try {
      var unused = update.decide(item, item);
    } finally {
      session.given(0);
      item.free();
      forget();
    }
    return WriteOutcome.OK;
  }

  /** Nothing goes on. */
  void forget() {
    failure = null;
    rounds = 0;
    read = null;
    found = null;
    reply = null;
  }
}
