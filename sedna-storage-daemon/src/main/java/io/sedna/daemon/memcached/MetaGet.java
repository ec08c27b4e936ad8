// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.common.time.HybridClock;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ReadTarget;
import io.sedna.daemon.engine.RecordUpdate;
import io.sedna.daemon.engine.VersionHead;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.memcached.Counters.Kind;
import io.sedna.daemon.replication.LocalTable;

/**
 * mg and me. A get that changes nothing copies the value from the store into the answer, as get
 * does; one that may change the item is a step on its record. Of one event loop.
 */
final class MetaGet implements ReadTarget, FetchUpdate.Answer {
  private static final int KEY = 1;
  private static final int FLAGS = 2;
  private static final long SECOND_MS = 1000;

  /** What memcached counts for an item beside key and value, and its flags. */
  private static final int ITEM_BYTES = 59;

  private final Session session;
  private final Items items;
  private final Meta meta;
  private final MetaFlags flags;
  private final FetchUpdate fetch;

  private boolean describes;
  private int begin;
  private int headerEnd;
  private long timestamp;
  private int source;
  private long hash;

  MetaGet(Session session, Items items, Meta meta, MetaFlags flags) {
    this.session = session;
    this.items = items;
    this.meta = meta;
    this.flags = flags;
    this.fetch = new FetchUpdate(session);
  }

  void get() {
    Line line = session.line;
    if (line.words() < 2) {
      session.answer(Text.ERROR);
      return;
    }
    byte[] error = null;
    if (line.length(KEY) > Session.MAX_KEY_BYTES) {
      error = Text.BAD_FORMAT;
    } else if (line.words() > MetaFlags.MOST_WORDS) {
      error = Text.MG_FLAGS_TOO_LONG;
    } else {
      error = flags.read(line, FLAGS);
      if (error == null && MetaFlags.opaqueTooLong(line, FLAGS)) {
        error = Text.OPAQUE_TOO_LONG;
      }
    }
    if (error != null) {
      session.answer(error);
      return;
    }
    describes = false;
    begin = session.out.position();
    boolean changes = flags.has('N') || flags.has('T') || flags.has('R');
    boolean found;
    if (changes) {
      found = update();
    } else {
      found = read();
      if (found && ItemMarks.stale(source) && !ItemMarks.won(source)) {
        // This client is to be told to make it anew, and no other.
        session.out.rollBack(begin);
        found = update();
      }
    }
    if (!session.waits()) {
      count(found);
    }
  }

  private void count(boolean found) {
    if (flags.has('T')) {
      session.counters.add(Kind.CMD_TOUCH);
      session.counters.add(found ? Kind.TOUCH_HITS : Kind.TOUCH_MISSES);
    } else {
      session.counters.add(Kind.CMD_GET);
      session.counters.add(found ? Kind.GET_HITS : Kind.GET_MISSES);
    }
  }

  private boolean read() {
    PartitionStore store = readable();
    if (store == null) {
      return update();
    }
    boolean found =
        store.readNewest(flags.keyAddress(), flags.keyLength(), hash, session.nowMs(), this);
    if (!found || timestamp < session.flushMark()) {
      session.out.rollBack(begin);
      miss();
      return false;
    }
    if (flags.has('v')) {
      session.out.endLine();
    } else {
      session.out.rollBack(headerEnd);
    }
    bump();
    return true;
  }

  /** Null: the item cannot be read by the short way. */
  private PartitionStore readable() {
    LocalTable local = session.local();
    if (local == null) {
      return null;
    }
    hash = local.hash().hash(flags.keyAddress(), flags.keyLength());
    session.sample(local, hash, flags.keyAddress(), flags.keyLength());
    return local.readable(hash);
  }

  private void bump() {
    if (!flags.has('u')) {
      session.table.accesses().fetched(hash, timestamp, session.nowSeconds());
    }
  }

  private void miss() {
    if (!flags.has('q')) {
      session.out.write('E');
      session.out.write('N');
      meta.echoAll(session.line);
    }
  }

  private boolean update() {
    PartitionStore store = items.writable(flags.keyAddress(), flags.keyLength());
    hash = items.hash();
    long nowMs = session.nowMs();
    fetch.command(this);
    fetch.winningStale();
    if (flags.has('T')) {
      fetch.ending(flags.end(nowMs));
    }
    if (flags.has('N')) {
      fetch.creating(flags.createdEnd(nowMs), flags.has('b') ? ItemMarks.BINARY_KEY : 0);
    }
    if (flags.has('R')) {
      long end = Expiry.atMs(flags.recacheToken(), nowMs);
      fetch.recaching(end == 0 ? 0 : Expiry.remainingSeconds(end, nowMs), flags.endBeforeRecache());
    }
    WriteOutcome outcome = items.update(store, flags.keyAddress(), flags.keyLength(), fetch);
    if (outcome == null) {
      return false;
    }
    if (outcome != WriteOutcome.OK) {
      session.out.rollBack(begin);
      session.answer(Text.NO_MEMORY);
      return fetch.found();
    }
    if (fetch.found()) {
      bump();
    } else {
      miss();
    }
    return fetch.found();
  }

  @Override
  public void hit(
      long newTimestamp,
      int newSource,
      int itemFlags,
      long endBefore,
      boolean created,
      boolean won,
      long valueAddress,
      int valueLength) {
    timestamp = newTimestamp;
    source = newSource;
    header(itemFlags, endBefore, created, won, valueLength);
    if (flags.has('v')) {
      session.out.write(valueAddress, valueLength);
      session.out.endLine();
    }
  }

  @Override
  public long reserve(int valueLength, VersionHead head) {
    session.out.rollBack(begin);
    timestamp = head.timestamp();
    source = head.source();
    if (describes) {
      describe(head, valueLength);
    } else {
      header(head.flags(), head.expiresAtMs(), false, false, valueLength);
    }
    headerEnd = session.out.position();
    long at = session.out.room(valueLength + 2);
    session.out.advance(valueLength);
    return at;
  }

  private void header(int itemFlags, long endBefore, boolean created, boolean won, int length) {
    Output out = session.out;
    if (flags.has('v')) {
      out.write('V');
      out.write('A');
      out.write(' ');
      out.writeUnsigned(length);
    } else {
      out.write('H');
      out.write('D');
    }
    Line line = session.line;
    long end = endBefore;
    for (int i = FLAGS; i < line.words(); i++) {
      char flag = (char) line.first(i);
      switch (flag) {
        case 'T' -> end = flags.end(session.nowMs());
        case 'N' -> end = created ? flags.vivifyEnd(session.nowMs()) : end;
        case 's' -> number(flag, length);
        case 't' -> meta.remaining(end);
        case 'c' -> number(flag, timestamp);
        case 'f' -> number(flag, Integer.toUnsignedLong(itemFlags));
        case 'l' -> number(flag, secondsSinceAccess());
        case 'h' -> number(flag, lastFetch() == 0 ? 0 : 1);
        default -> meta.echo(line, i, ItemMarks.binaryKey(source));
      }
    }
    if (ItemMarks.won(source)) {
      mark('Z');
    }
    if (ItemMarks.stale(source)) {
      mark('X');
    }
    if (won) {
      mark('W');
    }
    out.endLine();
  }

  private void number(char flag, long number) {
    mark(flag);
    session.out.writeUnsigned(number);
  }

  private void mark(char flag) {
    session.out.write(' ');
    session.out.write(flag);
  }

  private long lastFetch() {
    return session.table.accesses().lastFetch(hash, timestamp);
  }

  private long secondsSinceAccess() {
    long last = Math.max(lastFetch(), HybridClock.millisOf(timestamp) / SECOND_MS);
    return Math.max(0, session.nowSeconds() - last);
  }

  // -- me.

  void debug() {
    Line line = session.line;
    if (line.words() < 2 || line.length(KEY) > Session.MAX_KEY_BYTES) {
      session.answer(Text.BAD_FORMAT);
      return;
    }
    if (!flags.readKey(line, line.words() > 2 && line.length(2) == 1 && line.first(2) == 'b')) {
      session.answer(Text.BAD_FORMAT);
      return;
    }
    if (!session.again()) {
      session.counters.add(Kind.CMD_META);
    }
    describes = true;
    begin = session.out.position();
    PartitionStore store = readable();
    if (store == null) {
      describeElsewhere();
      return;
    }
    boolean found =
        store.readNewest(flags.keyAddress(), flags.keyLength(), hash, session.nowMs(), this);
    if (found && timestamp >= session.flushMark()) {
      session.out.rollBack(headerEnd);
    } else {
      session.out.rollBack(begin);
      session.answer(Text.EN);
    }
  }

  private void describeElsewhere() {
    var unused =
        items.update(
            null,
            flags.keyAddress(),
            flags.keyLength(),
            (current, next) -> {
              hash = items.hash();
              if (current.found() && current.head().timestamp() >= session.flushMark()) {
                timestamp = current.head().timestamp();
                source = current.head().source();
                describe(current.head(), current.valueLength());
              } else {
                session.answer(Text.EN);
              }
              return RecordUpdate.Decision.KEEP;
            });
  }

  private void describe(VersionHead head, int valueLength) {
    Output out = session.out;
    out.write(Text.word("ME "));
    meta.key(ItemMarks.binaryKey(source));
    long end = head.expiresAtMs();
    out.write(
        Text.line(
            " exp="
                + (end == 0 ? -1 : -Expiry.remainingSeconds(end, session.nowMs()))
                + " la="
                + secondsSinceAccess()
                + " cas="
                + timestamp
                + " fetch="
                + (lastFetch() == 0 ? "no" : "yes")
                + " cls=1 size="
                + (ITEM_BYTES
                    + flags.keyLength()
                    + valueLength
                    + (head.flags() == 0 ? 0 : Integer.BYTES))));
  }
}
