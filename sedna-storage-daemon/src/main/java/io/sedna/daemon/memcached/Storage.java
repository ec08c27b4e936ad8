// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.memcached.Counters.Kind;
import io.sedna.daemon.memcached.StoreUpdate.Mode;
import io.sedna.daemon.memcached.StoreUpdate.Result;

/** set, add, replace, append, prepend and cas. Of one event loop. */
final class Storage {
  private static final int WORDS = 5;
  private static final int KEY = 1;
  private static final int FLAGS = 2;
  private static final int EXPTIME = 3;
  private static final int BYTES = 4;
  private static final int CAS = 5;

  private final Session session;
  private final Items items;
  private final Remote remote;
  private final StoreUpdate update = new StoreUpdate();

  Storage(Session session, Items items, Remote remote) {
    this.session = session;
    this.items = items;
    this.remote = remote;
  }

  /**
   * Does a command of the line that has been split.
   *
   * @param consumed of the line with its end
   * @param data where what follows the line begins
   * @param available bytes there
   * @return bytes consumed; 0: come again with as many as the session needs
   */
  int store(Mode mode, int consumed, long data, int available) {
    Line line = session.line;
    int words = mode == Mode.CAS ? WORDS + 1 : WORDS;
    if (line.words() != words && line.words() != words + 1) {
      session.answer(Text.ERROR);
      return consumed;
    }
    boolean noreply = line.endsWithNoreply();
    if (!parse(mode)) {
      session.answer(Text.BAD_FORMAT, noreply);
      return consumed;
    }
    int length = valueLength;
    if (session.countsPrefixes() && available >= length + 2 && !session.again()) {
      session.table.prefixes().set(line.address(KEY), line.length(KEY));
    }
    if (!session.fits(line.length(KEY), length, update.flags())) {
      session.answer(Text.TOO_LARGE, noreply);
      session.tooLarge(length);
      if (mode == Mode.SET) {
        items.forget(line.address(KEY), line.length(KEY));
      }
      return consumed;
    }
    if (available < length + 2) {
      return session.needs(consumed + length + 2);
    }
    if (OffHeap.getByte(data + length) != '\r' || OffHeap.getByte(data + length + 1) != '\n') {
      session.counters.add(Kind.CMD_SET);
      session.answer(Text.BAD_CHUNK, noreply);
      return consumed + length + 2;
    }
    update.value(data, length);
    byte[] answer = store(line.address(KEY), line.length(KEY), update, data, length, noreply);
    if (answer == Text.NO_MEMORY && session.waitsForRoom()) {
      return 0;
    }
    if (answer != null) {
      session.answer(answer, noreply);
    }
    return consumed + length + 2;
  }

  private int valueLength;

  private boolean parse(Mode mode) {
    Line line = session.line;
    Decimal decimal = session.decimal;
    if (line.length(KEY) > Session.MAX_KEY_BYTES
        || !decimal.readUnsigned(line.address(FLAGS), line.length(FLAGS))) {
      return false;
    }
    int flags = decimal.intValue();
    if (!decimal.readSigned(line.address(EXPTIME), line.length(EXPTIME))) {
      return false;
    }
    int exptime = decimal.intValue();
    if (!decimal.readSigned(line.address(BYTES), line.length(BYTES))) {
      return false;
    }
    valueLength = decimal.intValue();
    if (valueLength < 0 || valueLength > Integer.MAX_VALUE - 2) {
      return false;
    }
    long cas = 0;
    if (mode == Mode.CAS) {
      if (!decimal.readUnsigned(line.address(CAS), line.length(CAS))) {
        return false;
      }
      cas = decimal.value();
    }
    update.command(mode, cas, false, 0);
    update.item(session, line.length(KEY), flags, Expiry.atMs(exptime, session.nowMs()));
    return true;
  }

  /**
   * Stores a value.
   *
   * @return the classic answer; null: it has been given, or comes later
   */
  byte[] store(
      long key, int keyLength, StoreUpdate command, long value, int length, boolean noreply) {
    if (!session.again()) {
      session.counters.add(Kind.CMD_SET);
    }
    PartitionStore store = items.writable(key, keyLength);
    if (store == null && command == update && command.mode() == Mode.SET) {
      set(key, keyLength, command, value, length, noreply);
      return null;
    }
    WriteOutcome outcome =
        store != null && command.mode() == Mode.SET
            ? items.set(store, key, keyLength, command, value, length)
            : items.update(store, key, keyLength, command);
    if (outcome == null) {
      return null;
    }
    if (outcome != WriteOutcome.OK) {
      return Text.NO_MEMORY;
    }
    session.hadRoom();
    count(command);
    return switch (command.result()) {
      case STORED -> Text.STORED;
      case NOT_STORED -> Text.NOT_STORED;
      case EXISTS -> Text.EXISTS;
      case NOT_FOUND -> Text.NOT_FOUND;
    };
  }

  private void count(StoreUpdate command) {
    if (command.result() == Result.STORED) {
      session.counters.add(Kind.TOTAL_ITEMS);
    }
    if (command.mode() == Mode.CAS) {
      session.counters.add(
          switch (command.result()) {
            case STORED, NOT_STORED -> Kind.CAS_HITS;
            case EXISTS -> Kind.CAS_BADVAL;
            case NOT_FOUND -> Kind.CAS_MISSES;
          });
    }
  }

  /** Nothing that is there matters, so it goes wherever it belongs, and its answer comes later. */
  private void set(
      long key, int keyLength, StoreUpdate command, long value, int length, boolean noreply) {
    remote.set(
        OffHeap.bytes(key, keyLength),
        StoredVersion.value(
            session.table.clock().now(),
            command.marks(),
            command.expiresAtMs(),
            command.flags(),
            OffHeap.bytes(value, length)),
        noreply);
  }
}
