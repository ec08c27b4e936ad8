// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ReadAhead;
import io.sedna.daemon.engine.ReadTarget;
import io.sedna.daemon.engine.RecordUpdate;
import io.sedna.daemon.engine.VersionHead;
import io.sedna.daemon.memcached.Counters.Kind;
import io.sedna.daemon.replication.LocalTable;

/**
 * get and gets: copies values from the store into the answer. Keys that are not here are asked for
 * in batches; meanwhile the connection waits. Of one event loop.
 */
final class Fetch implements ReadTarget {
  private static final int NUMBERS_BYTES = 3 * 21;

  /** So many keys of a line are looked for in memory at once. */
  private static final int GROUP = 16;

  private final Session session;
  private final Remote remote;
  private final Decimal decimal = new Decimal();
  private final Output out;
  private final CacheTable table;

  private final RecordUpdate remains = this::remains;

  // The next keys of the line.
  private final int[] starts = new int[GROUP];
  private final int[] lengths = new int[GROUP];
  private final long[] hashes = new long[GROUP];
  private final ReadAhead ahead = new ReadAhead(GROUP);
  private int keys;

  private boolean withCas;
  private long keyAddress;
  private int keyLength;
  private int begin;
  private long timestamp;

  Fetch(Session session, Remote remote) {
    this.session = session;
    this.remote = remote;
    this.out = session.out;
    this.table = session.table;
  }

  /**
   * Answers the keys of a line.
   *
   * @param line where it starts
   * @param from offset of the first key
   * @param to offset of the end of the line
   * @param consumed of the line with its end
   * @return consumed; 0: the command is suspended
   */
  int get(long line, int from, int to, int consumed, boolean cas) {
    withCas = cas;
    int start = out.position();
    if (session.cursor() == Session.ABANDONED) {
      session.cursor(0);
      return consumed;
    }
    boolean first = session.cursor() == 0;
    int at = first ? from : session.cursor();
    boolean any = !first;
    session.cursor(0);
    LocalTable local = session.local();
    while (gather(line, at, to, local) > 0) {
      any = true;
      for (int i = 0; i < keys; i++) {
        if (lengths[i] > Session.MAX_KEY_BYTES) {
          out.rollBack(Math.min(start, out.position()));
          session.answer(Text.BAD_FORMAT);
          return consumed;
        }
        if (local == null || !fetch(local, line + starts[i], lengths[i], hashes[i])) {
          if (tooLongKey(line, starts[i], to)) {
            out.rollBack(Math.min(start, out.position()));
            session.answer(Text.BAD_FORMAT);
            return consumed;
          }
          session.cursor(remote.get(line, starts[i], to, cas));
          return session.cursor() == 0 ? consumed : 0;
        }
        at = starts[i] + lengths[i];
        if (out.position() > Session.CUT_OVER_BYTES) {
          if (tooLongKey(line, at, to)) {
            out.rollBack(start);
            session.answer(Text.BAD_FORMAT);
            return consumed;
          }
          start = 0;
          if (!session.link.send()) {
            session.cursor(at);
            return 0;
          }
        }
      }
    }
    session.answer(any ? Text.END : Text.ERROR);
    return consumed;
  }

  /**
   * Finds the next keys of the line and begins to fetch their records from memory.
   *
   * @return how many there are, one of which may be too long; 0: none
   */
  private int gather(long line, int from, int to, LocalTable local) {
    int at = from;
    int found = 0;
    ahead.clear();
    while (found < GROUP) {
      while (at < to && OffHeap.getByte(line + at) == ' ') {
        at++;
      }
      int key = at;
      byte c = 0;
      while (at < to && (c = OffHeap.getByte(line + at)) != ' ' && c != 0) {
        at++;
      }
      int length = at - key;
      if (length == 0) {
        break;
      }
      starts[found] = key;
      lengths[found] = length;
      found++;
      if (length > Session.MAX_KEY_BYTES) {
        break;
      }
      if (local != null) {
        hashes[found - 1] = local.hash().hash(line + key, length);
        PartitionStore store = local.readable(hashes[found - 1]);
        if (store != null) {
          ahead.add(store, hashes[found - 1]);
        }
      }
    }
    keys = found;
    if (found > 1 && local != null) {
      ahead.fetchForReads();
    }
    return found;
  }

  /** Whether there is a key that is too long: to be asked before a part of the answer is sent. */
  static boolean tooLongKey(long line, int from, int to) {
    int length = 0;
    for (int at = from; at < to; at++) {
      length = OffHeap.getByte(line + at) == ' ' ? 0 : length + 1;
      if (length > Session.MAX_KEY_BYTES) {
        return true;
      }
    }
    return false;
  }

  /** What there is of an item that was not found: if anything, it has ended. */
  private RecordUpdate.Decision remains(RecordUpdate.Current current, RecordUpdate.Next next) {
    if (!current.found() && current.newestTimestamp() > session.flushMark()) {
      session.counters.add(Kind.GET_EXPIRED);
    }
    return RecordUpdate.Decision.KEEP;
  }

  /** False: not by the short way. */
  private boolean fetch(LocalTable local, long address, int length, long hash) {
    session.sample(local, hash, address, length);
    PartitionStore store = local.readable(hash);
    if (store == null) {
      return false;
    }
    keyAddress = address;
    keyLength = length;
    begin = out.position();
    Counters counters = session.counters;
    counters.add(Kind.CMD_GET);
    boolean found = store.readNewest(address, length, hash, session.nowMs(), this);
    if (session.countsPrefixes()) {
      boolean hit = found && timestamp >= session.flushMark();
      table.prefixes().got(address, length, hit);
    }
    if (found && timestamp >= session.flushMark()) {
      out.endLine();
      table.accesses().fetched(hash, timestamp, session.nowSeconds());
      counters.add(Kind.GET_HITS);
    } else {
      out.rollBack(begin);
      counters.add(Kind.GET_MISSES);
      if (found) {
        counters.add(Kind.GET_FLUSHED);
      } else {
        store.update(address, length, hash, session.nowMs(), remains);
      }
    }
    return true;
  }

  @Override
  public long reserve(int valueLength, VersionHead head) {
    out.rollBack(begin);
    timestamp = head.timestamp();
    header(keyAddress, keyLength, head.flags(), valueLength, timestamp);
    // With the end of line that follows, so that it never moves what the store copies.
    long at = out.room(valueLength + 2);
    out.advance(valueLength);
    return at;
  }

  private void header(long key, int length, int flags, int valueLength, long cas) {
    long room = out.room(Text.VALUE.length + length + NUMBERS_BYTES + 2);
    long at = room;
    OffHeap.copy(Text.VALUE, 0, at, Text.VALUE.length);
    at += Text.VALUE.length;
    OffHeap.copy(key, at, length);
    at += length;
    OffHeap.putByte(at++, ' ');
    at += decimal.writeUnsigned(Integer.toUnsignedLong(flags), at);
    OffHeap.putByte(at++, ' ');
    at += decimal.writeUnsigned(valueLength, at);
    if (withCas) {
      OffHeap.putByte(at++, ' ');
      at += decimal.writeUnsigned(cas, at);
    }
    OffHeap.putByte(at++, '\r');
    OffHeap.putByte(at++, '\n');
    out.advance((int) (at - room));
  }
}
