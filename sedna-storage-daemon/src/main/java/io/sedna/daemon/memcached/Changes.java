// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.memcached.Counters.Kind;

/** delete, touch, gat, gats, incr and decr. Of one event loop. */
final class Changes {
  private static final int KEY = 1;
  private static final int ARGUMENT = 2;

  private final Session session;
  private final Items items;
  private final Remote remote;
  private final DeleteUpdate deletion;
  private final DeltaUpdate delta;
  private final FetchUpdate fetch;
  private final ValueAnswer values = new ValueAnswer();

  Changes(Session session, Items items, Remote remote, DeltaUpdate delta) {
    this.session = session;
    this.items = items;
    this.remote = remote;
    this.delta = delta;
    this.deletion = new DeleteUpdate(session);
    this.fetch = new FetchUpdate(session);
  }

  void delete() {
    Line line = session.line;
    int words = line.words();
    if (words < 2 || words > 4) {
      session.answer(Text.ERROR);
      return;
    }
    boolean noreply = words > 2 && line.endsWithNoreply();
    if (words > 2) {
      boolean zero = line.is(ARGUMENT, Text.ZERO);
      boolean valid = words == 3 ? zero || noreply : zero && noreply;
      if (!valid) {
        session.answer(Text.BAD_DELETE, noreply);
        return;
      }
    }
    if (keyTooLong(noreply)) {
      return;
    }
    if (session.countsPrefixes() && !session.again()) {
      session.table.prefixes().deleted(line.address(KEY), line.length(KEY));
    }
    PartitionStore store = items.writable(line.address(KEY), line.length(KEY));
    if (store == null && !remote.isStrong()) {
      remote.delete(OffHeap.bytes(line.address(KEY), line.length(KEY)), noreply);
      return;
    }
    deletion.plain();
    if (items.update(store, line.address(KEY), line.length(KEY), deletion) == null) {
      return;
    }
    boolean done = deletion.result() == DeleteUpdate.Result.DONE;
    session.counters.add(done ? Kind.DELETE_HITS : Kind.DELETE_MISSES);
    session.answer(done ? Text.DELETED : Text.NOT_FOUND, noreply);
  }

  private boolean keyTooLong(boolean noreply) {
    if (session.line.length(KEY) > Session.MAX_KEY_BYTES) {
      session.answer(Text.BAD_FORMAT, noreply);
      return true;
    }
    return false;
  }

  void touch() {
    Line line = session.line;
    if (line.words() != 3 && line.words() != 4) {
      session.answer(Text.ERROR);
      return;
    }
    boolean noreply = line.endsWithNoreply();
    if (keyTooLong(noreply)) {
      return;
    }
    if (!session.decimal.readSigned(line.address(ARGUMENT), line.length(ARGUMENT))) {
      session.answer(Text.BAD_EXPTIME, noreply);
      return;
    }
    long end = Expiry.atMs(session.decimal.intValue(), session.nowMs());
    PartitionStore store = items.writable(line.address(KEY), line.length(KEY));
    if (store == null && !remote.isStrong()) {
      remote.touch(OffHeap.bytes(line.address(KEY), line.length(KEY)), end, noreply);
      return;
    }
    values.silent();
    fetch.command(values);
    fetch.ending(end);
    WriteOutcome outcome = items.update(store, line.address(KEY), line.length(KEY), fetch);
    if (outcome == null) {
      return;
    }
    countTouch(fetch.found());
    if (outcome != WriteOutcome.OK) {
      session.answer(Text.NO_MEMORY, noreply);
    } else {
      session.answer(fetch.found() ? Text.TOUCHED : Text.NOT_FOUND, noreply);
    }
  }

  private void countTouch(boolean found) {
    session.counters.add(Kind.CMD_TOUCH);
    session.counters.add(found ? Kind.TOUCH_HITS : Kind.TOUCH_MISSES);
  }

  /**
   * gat and gats.
   *
   * @param line where it starts
   * @param to offset of its end
   */
  int getAndTouch(long line, int to, int consumed, boolean cas) {
    Line words = session.line;
    if (words.words() < 2) {
      session.answer(Text.ERROR);
      return consumed;
    }
    if (!session.decimal.readSigned(words.address(KEY), words.length(KEY))) {
      session.answer(Text.BAD_EXPTIME);
      return consumed;
    }
    long end = Expiry.atMs(session.decimal.intValue(), session.nowMs());
    int at =
        session.cursor() != 0
            ? session.cursor()
            : (int) (words.address(KEY) - line) + words.length(KEY);
    session.cursor(0);
    int start = session.out.position();
    while (true) {
      while (at < to && OffHeap.getByte(line + at) == ' ') {
        at++;
      }
      int key = at;
      byte c = 0;
      while (at < to && (c = OffHeap.getByte(line + at)) != ' ' && c != 0) {
        at++;
      }
      if (at == key) {
        session.answer(Text.END);
        return consumed;
      }
      if (at - key > Session.MAX_KEY_BYTES) {
        session.out.rollBack(Math.min(start, session.out.position()));
        session.answer(Text.BAD_FORMAT);
        return consumed;
      }
      if (!getAndTouch(line + key, at - key, end, cas)) {
        session.cursor(session.waits() ? key : 0);
        return consumed;
      }
      if (session.out.position() > Session.CUT_OVER_BYTES) {
        if (Fetch.tooLongKey(line, at, to)) {
          session.out.rollBack(start);
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

  private boolean getAndTouch(long key, int length, long end, boolean cas) {
    PartitionStore store = items.writable(key, length);
    int before = session.out.position();
    values.of(key, length, cas);
    fetch.command(values);
    fetch.ending(end);
    WriteOutcome outcome = items.update(store, key, length, fetch);
    if (outcome == null) {
      return false;
    }
    countTouch(fetch.found());
    if (outcome != WriteOutcome.OK) {
      session.out.rollBack(before);
      session.answer(Text.NO_MEMORY);
      return false;
    }
    return true;
  }

  void arithmetic(boolean increments) {
    Line line = session.line;
    if (line.words() != 3 && line.words() != 4) {
      session.answer(Text.ERROR);
      return;
    }
    boolean noreply = line.endsWithNoreply();
    if (keyTooLong(noreply)) {
      return;
    }
    if (!session.decimal.readUnsigned(line.address(ARGUMENT), line.length(ARGUMENT))) {
      session.answer(Text.BAD_DELTA, noreply);
      return;
    }
    PartitionStore store = items.writable(line.address(KEY), line.length(KEY));
    delta.command(increments, session.decimal.value());
    WriteOutcome outcome = items.update(store, line.address(KEY), line.length(KEY), delta);
    if (outcome == null) {
      return;
    }
    if (outcome != WriteOutcome.OK) {
      session.answer(Text.NO_MEMORY_DELTA, noreply);
      return;
    }
    items.count(delta);
    switch (delta.result()) {
      case NOT_FOUND -> session.answer(Text.NOT_FOUND, noreply);
      case NOT_NUMERIC -> session.answer(Text.NOT_NUMERIC, noreply);
      default -> {
        if (!noreply) {
          session.out.writeUnsigned(delta.number());
          session.out.endLine();
        }
      }
    }
  }

  /** Answers as get does, or not at all. */
  private final class ValueAnswer implements FetchUpdate.Answer {
    private long key;
    private int keyLength;
    private boolean cas;

    void silent() {
      keyLength = 0;
    }

    void of(long newKey, int newKeyLength, boolean newCas) {
      key = newKey;
      keyLength = newKeyLength;
      cas = newCas;
    }

    @Override
    public void hit(
        long timestamp,
        int source,
        int flags,
        long endBefore,
        boolean created,
        boolean won,
        long valueAddress,
        int valueLength) {
      session.table.accesses().fetched(items.hash(), timestamp, session.nowSeconds());
      if (keyLength == 0) {
        return;
      }
      Output out = session.out;
      out.write(Text.VALUE);
      out.write(key, keyLength);
      out.write(' ');
      out.writeUnsigned(Integer.toUnsignedLong(flags));
      out.write(' ');
      out.writeUnsigned(valueLength);
      if (cas) {
        out.write(' ');
        out.writeUnsigned(timestamp);
      }
      out.endLine();
      out.write(valueAddress, valueLength);
      out.endLine();
    }
  }
}
