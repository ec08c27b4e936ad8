// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ReadTarget;
import io.sedna.daemon.engine.VersionHead;
import io.sedna.daemon.memcached.Counters.Kind;
import io.sedna.daemon.replication.LocalTable;

/**
 * get and gets: copies values from the store into the answer. Keys that are not here are asked for
 * in batches; meanwhile the connection waits. Of one event loop.
 */
final class Fetch implements ReadTarget {
  private static final int NUMBERS_BYTES = 3 * 21;

  private final Session session;
  private final Remote remote;
  private final Decimal decimal = new Decimal();
  private final Output out;
  private final CacheTable table;

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
    while (true) {
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
      any = true;
      if (length > Session.MAX_KEY_BYTES) {
        out.rollBack(Math.min(start, out.position()));
        session.answer(Text.BAD_FORMAT);
        return consumed;
      }
      if (local == null || !fetch(local, line + key, length)) {
        session.cursor(remote.get(line, key, to, cas));
        return session.cursor() == 0 ? consumed : 0;
      }
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
    session.answer(any ? Text.END : Text.ERROR);
    return consumed;
  }

  private static boolean tooLongKey(long line, int from, int to) {
    int length = 0;
    for (int at = from; at < to; at++) {
      length = OffHeap.getByte(line + at) == ' ' ? 0 : length + 1;
      if (length > Session.MAX_KEY_BYTES) {
        return true;
      }
    }
    return false;
  }

  /** False: not by the short way. */
  private boolean fetch(LocalTable local, long address, int length) {
    long hash = local.hash().hash(address, length);
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
    if (found && timestamp >= session.flushMark()) {
      out.endLine();
      table.accesses().fetched(hash, timestamp, session.nowSeconds());
      counters.add(Kind.GET_HITS);
    } else {
      out.rollBack(begin);
      counters.add(Kind.GET_MISSES);
      if (found) {
        counters.add(Kind.GET_FLUSHED);
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
