// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.memcached.Counters.Kind;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.ReadReply;
import io.sedna.daemon.replication.Write;
import io.sedna.daemon.replication.WriteReply;
import io.sedna.daemon.replication.strong.PrimaryCall;
import io.sedna.daemon.replication.strong.PrimaryCalls;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.MutationKind;
import io.sedna.thrift.peer.PrimaryCallKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way through the coordinator, for keys whose records are not, or not only, here. The
 * connection waits for the answer and takes nothing else up, so answers keep their order and at
 * most one batch of a connection is under way. Of one event loop.
 */
final class Remote {
  private static final Logger LOG = LoggerFactory.getLogger(Remote.class);
  private static final int MOST_KEYS = 64;

  private final Session session;
  private final CacheTable table;

  Remote(Session session) {
    this.session = session;
    this.table = session.table;
  }

  /**
   * Gets the next keys of a line, whether they are here or not.
   *
   * @return where the line goes on when the answer is there; 0: it is at its end, for it failed
   */
  int get(long line, int from, int to, boolean cas) {
    Table found;
    try {
      found = table.readable();
    } catch (SednaException e) {
      session.serverError(e);
      return 0;
    }
    var keys = new ArrayList<byte[]>();
    int at = from;
    while (keys.size() < MOST_KEYS && at < to) {
      int key = at;
      byte c = 0;
      while (at < to && (c = OffHeap.getByte(line + at)) != ' ' && c != 0) {
        at++;
      }
      if (at - key > Session.MAX_KEY_BYTES) {
        at = key;
        break;
      }
      if (at > key) {
        keys.add(OffHeap.bytes(line + key, at - key));
      }
      if (at < to && c == 0) {
        break;
      }
      while (at < to && OffHeap.getByte(line + at) == ' ') {
        at++;
      }
    }
    await(
        read(found, keys),
        replies -> {
          for (int i = 0; i < keys.size(); i++) {
            answer(keys.get(i), replies.get(i), cas);
          }
        },
        () -> session.cursor(Session.ABANDONED));
    return at;
  }

  private CompletionStage<List<ReadReply>> read(Table found, List<byte[]> keys) {
    return found.isStrong()
        ? table.primaries().read(found, keys)
        : table.coordinator().read(found, keys, false);
  }

  private void answer(byte[] key, ReadReply reply, boolean cas) {
    if (reply.error() != null) {
      throw reply.error();
    }
    session.counters.add(Kind.CMD_GET);
    StoredVersion newest = newest(reply.record());
    if (newest == null) {
      session.counters.add(Kind.GET_MISSES);
      return;
    }
    session.counters.add(Kind.GET_HITS);
    var unused = table.clock().observe(newest.timestamp());
    table.accesses().fetched(reply.record().hash(), newest.timestamp(), session.nowSeconds());
    session.out.write(Text.VALUE);
    session.out.write(key);
    session.out.write(' ');
    session.out.writeUnsigned(Integer.toUnsignedLong(newest.flags()));
    session.out.write(' ');
    session.out.writeUnsigned(newest.value().length);
    if (cas) {
      session.out.write(' ');
      session.out.writeUnsigned(newest.timestamp());
    }
    session.out.endLine();
    session.out.write(newest.value());
    session.out.endLine();
  }

  private StoredVersion newest(StoredRecord record) {
    StoredVersion newest = record.newestLive(table.clock().wallMillis());
    return newest == null || newest.timestamp() < session.flushMark() ? null : newest;
  }

  /** Stores a value wherever it belongs. */
  void set(byte[] key, StoredVersion value, boolean noreply) {
    if (isStrong()) {
      setAtPrimary(key, value, noreply);
      return;
    }
    write(MutationKind.WRITE_LATEST, key, value, Text.STORED, noreply);
  }

  private void setAtPrimary(byte[] key, StoredVersion value, boolean noreply) {
    Table found;
    try {
      found = table.writable();
    } catch (SednaException e) {
      session.serverError(e);
      return;
    }
    PrimaryCall call =
        PrimaryCalls.call(
            found,
            PrimaryCallKind.PUT,
            key,
            value.value(),
            0,
            value.expiresAtMs(),
            value.source(),
            value.flags(),
            null);
    await(
        table.primaries().call(found, List.of(call)),
        replies -> {
          if (replies.get(0).error() != null) {
            throw replies.get(0).error();
          }
          session.answer(Text.STORED, noreply);
        },
        () -> {});
  }

  /** Leaves a tombstone if there is an item. */
  void delete(byte[] key, boolean noreply) {
    ifFound(
        key,
        noreply,
        item ->
            write(
                MutationKind.REMOVE,
                key,
                StoredVersion.tombstone(
                    Math.max(table.clock().now(), item.timestamp() + 1),
                    0,
                    table.clock().wallMillis() + Math.max(1, table.tombstoneGraceMs())),
                Text.DELETED,
                noreply),
        Kind.DELETE_HITS,
        Kind.DELETE_MISSES);
  }

  /** Removes what there may be, whatever comes of it; its client has its answer. */
  void forget(byte[] key) {
    Table found;
    try {
      found = table.writable();
    } catch (SednaException e) {
      return;
    }
    long end = table.clock().wallMillis() + Math.max(1, table.tombstoneGraceMs());
    PrimaryCall removal =
        PrimaryCalls.call(
            found, PrimaryCallKind.REMOVE, key, new byte[0], 0, end, 0, 0, /* request= */ null);
    await(table.primaries().call(found, List.of(removal)), (replies, failure) -> {});
  }

  /** Gives an item another end. */
  void touch(byte[] key, long expiresAtMs, boolean noreply) {
    session.counters.add(Kind.CMD_TOUCH);
    ifFound(
        key,
        noreply,
        item -> write(MutationKind.TOUCH, key, item.expiringAt(expiresAtMs), Text.TOUCHED, noreply),
        Kind.TOUCH_HITS,
        Kind.TOUCH_MISSES);
  }

  private void ifFound(
      byte[] key, boolean noreply, Consumer<StoredVersion> then, Kind hits, Kind misses) {
    Table found;
    try {
      found = table.readable();
    } catch (SednaException e) {
      session.serverError(e);
      return;
    }
    await(
        table.coordinator().read(found, List.of(key), false),
        replies -> {
          ReadReply reply = replies.get(0);
          if (reply.error() != null) {
            throw reply.error();
          }
          StoredVersion item = newest(reply.record());
          session.counters.add(item == null ? misses : hits);
          if (item == null) {
            session.answer(Text.NOT_FOUND, noreply);
          } else {
            then.accept(item);
          }
        },
        () -> {});
  }

  private void write(
      MutationKind kind, byte[] key, StoredVersion version, byte[] done, boolean noreply) {
    Table found;
    try {
      found = table.writable();
    } catch (SednaException e) {
      session.serverError(e);
      return;
    }
    Write write = Coordinator.write(found, kind, key, version);
    await(
        table.coordinator().write(found, List.of(write)),
        replies -> {
          WriteReply reply = replies.get(0);
          if (reply.error() != null) {
            throw reply.error();
          }
          if (reply.status() == WriteStatus.OUTDATED && kind == MutationKind.WRITE_LATEST) {
            // Whoever wrote it had a clock ahead of this daemon's. A set comes after it all the
            // same.
            setAtPrimary(key, version, noreply);
            return;
          }
          session.answer(reply.status() == WriteStatus.OK ? done : Text.NOT_STORED, noreply);
        },
        () -> {});
  }

  /** Whether only the primaries of partitions can read and write the table. */
  boolean isStrong() {
    try {
      return table.readable().isStrong();
    } catch (SednaException e) {
      return false;
    }
  }

  /**
   * Gives what is held here of a key to every replica there is now, as it is. The client has its
   * answer; if this fails, its connection is closed, for it may not be true everywhere.
   */
  void settle(StoredRecord record) {
    Table found;
    try {
      found = table.writable();
    } catch (SednaException e) {
      session.link.closeAfterAnswers();
      return;
    }
    session.link.suspend();
    var unused =
        table
            .coordinator()
            .restore(found, List.of(record))
            .whenComplete(
                (done, failure) ->
                    session.link.resume(
                        () -> {
                          if (failure != null) {
                            LOG.warn("A change may not be on all copies", failure);
                            session.link.closeAfterAnswers();
                          }
                        }));
  }

  /**
   * Suspends the connection until the answer is there.
   *
   * @param answer on the event loop; what it throws is answered in its place
   * @param failed what else is to be done then
   */
  private <T> void await(CompletionStage<T> stage, Consumer<T> answer, Runnable failed) {
    await(
        stage,
        (value, failure) -> {
          try {
            if (failure != null) {
              throw failure;
            }
            answer.accept(value);
          } catch (SednaException e) {
            fail(e);
            failed.run();
          }
        });
  }

  /**
   * Suspends the connection until a stage has completed.
   *
   * @param then told the value or the failure, on the event loop
   */
  <T> void await(CompletionStage<T> stage, BiConsumer<T, SednaException> then) {
    session.link.suspend();
    var unused =
        stage.whenComplete(
            (value, failure) ->
                session.link.resume(
                    () -> then.accept(value, failure == null ? null : Errors.of(failure))));
  }

  void fail(SednaException e) {
    if (e.code() == ErrorCode.OUT_OF_MEMORY) {
      session.answer(Text.NO_MEMORY);
    } else {
      session.serverError(e);
    }
  }
}
