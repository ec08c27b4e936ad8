// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.memcached.Counters.Kind;
import io.sedna.daemon.memcached.StoreUpdate.Mode;

/** ms, md and ma, and what they have in common with mg and me. Of one event loop. */
final class Meta {
  private static final int KEY = 1;
  private static final int BYTES = 2;
  private static final int FLAGS = 2;
  private static final int SET_FLAGS = 3;

  private final Session session;
  private final Items items;
  private final Storage storage;
  private final MetaFlags flags;
  private final DeltaUpdate delta;
  private final DeleteUpdate deletion;
  private final StoreUpdate update = new StoreUpdate();

  Meta(Session session, Items items, Storage storage, MetaFlags flags, DeltaUpdate delta) {
    this.session = session;
    this.items = items;
    this.storage = storage;
    this.flags = flags;
    this.delta = delta;
    this.deletion = new DeleteUpdate(session);
  }

  // -- ms.

  /** As {@link Storage#store}. */
  int set(int consumed, long data, int available) {
    Line line = session.line;
    if (line.words() < 2) {
      session.answer(Text.ERROR);
      return consumed;
    }
    if (line.length(KEY) > Session.MAX_KEY_BYTES || line.words() == 2) {
      session.answer(Text.BAD_FORMAT);
      return consumed;
    }
    if (line.words() > MetaFlags.MOST_WORDS) {
      session.answer(Text.FLAGS_TOO_LONG);
      return consumed;
    }
    if (!session.decimal.readSigned(line.address(BYTES), line.length(BYTES))) {
      session.answer(Text.BAD_FORMAT);
      return consumed;
    }
    int length = session.decimal.intValue();
    if (length < 0 || length > Integer.MAX_VALUE - 2) {
      session.answer(Text.BAD_FORMAT);
      return consumed;
    }
    byte[] error = readSet(line);
    if (error != null) {
      session.answer(error);
      session.swallow(length + 2L);
      return consumed;
    }
    if (!session.fits(flags.keyLength(), length, flags.clientFlags())) {
      session.answer(Text.TOO_LARGE);
      session.tooLarge(length);
      items.forget(flags.keyAddress(), flags.keyLength());
      return consumed;
    }
    if (available < length + 2) {
      return session.needs(consumed + length + 2);
    }
    if (OffHeap.getByte(data + length) != '\r' || OffHeap.getByte(data + length + 1) != '\n') {
      session.answer(Text.BAD_CHUNK);
      return consumed + length + 2;
    }
    return set(data, length) ? consumed + length + 2 : 0;
  }

  private byte[] readSet(Line line) {
    byte[] error = flags.read(line, SET_FLAGS);
    if (error != null) {
      return error;
    }
    Mode mode =
        switch (flags.mode()) {
          case 0, 'S', 's' -> Mode.SET;
          case 'E', 'e' -> Mode.ADD;
          case 'A', 'a' -> Mode.APPEND;
          case 'P', 'p' -> Mode.PREPEND;
          case 'R', 'r' -> Mode.REPLACE;
          default -> null;
        };
    if (mode == null) {
      return Text.BAD_MS_MODE;
    }
    if (MetaFlags.opaqueTooLong(line, SET_FLAGS)) {
      return Text.OPAQUE_TOO_LONG;
    }
    boolean compares = flags.has('C') && (mode == Mode.SET || mode == Mode.REPLACE);
    update.command(
        compares ? Mode.CAS : mode,
        flags.cas(),
        flags.has('I'),
        flags.has('b') ? ItemMarks.BINARY_KEY : 0);
    update.item(session, flags.keyLength(), flags.clientFlags(), flags.end(session.nowMs()));
    return null;
  }

  /** False: it is to be done again. */
  private boolean set(long data, int length) {
    update.value(data, length);
    byte[] outcome =
        storage.store(flags.keyAddress(), flags.keyLength(), update, data, length, flags.has('q'));
    if (outcome == Text.NO_MEMORY && session.waitsForRoom()) {
      return false;
    }
    if (outcome == null || outcome == Text.NO_MEMORY) {
      if (outcome != null) {
        session.answer(outcome);
      }
      return true;
    }
    switch (update.result()) {
      case STORED -> {
        if (flags.has('q')) {
          return true;
        }
        code('H', 'D');
      }
      case NOT_STORED -> code('N', 'S');
      case EXISTS -> code('E', 'X');
      case NOT_FOUND -> code('N', 'F');
    }
    Line line = session.line;
    for (int i = SET_FLAGS; i < line.words(); i++) {
      if (line.first(i) == 'c') {
        session.out.write(' ');
        session.out.write('c');
        session.out.writeUnsigned(update.timestamp());
      } else {
        echo(line, i, flags.has('b'));
      }
    }
    session.out.endLine();
    return true;
  }

  private void code(char first, char second) {
    session.out.write(first);
    session.out.write(second);
  }

  /** Gives back an opaque or the key, if that is what a word asks for. */
  void echo(Line line, int word, boolean binary) {
    switch (line.first(word)) {
      case 'O' -> {
        session.out.write(' ');
        session.out.write(line.address(word), line.length(word));
      }
      case 'k' -> {
        session.out.write(' ');
        session.out.write('k');
        key(binary);
        if (binary) {
          session.out.write(' ');
          session.out.write('b');
        }
      }
      default -> {}
    }
  }

  void key(boolean binary) {
    if (binary) {
      Base64Key.encode(flags.keyAddress(), flags.keyLength(), session.out);
    } else {
      session.out.write(flags.keyAddress(), flags.keyLength());
    }
  }

  /** An answer without an item: its opaque and key. */
  void echoAll(Line line) {
    for (int i = FLAGS; i < line.words(); i++) {
      echo(line, i, flags.has('b'));
    }
    session.out.endLine();
  }

  // -- md.

  void delete() {
    if (!read()) {
      return;
    }
    Line line = session.line;
    PartitionStore store = items.writable(flags.keyAddress(), flags.keyLength());
    deletion.command(
        flags.has('C'), flags.cas(), flags.has('I'), flags.has('T'), flags.end(session.nowMs()));
    WriteOutcome outcome = items.update(store, flags.keyAddress(), flags.keyLength(), deletion);
    if (outcome == null) {
      return;
    }
    if (outcome != WriteOutcome.OK) {
      session.answer(Text.NO_MEMORY);
      return;
    }
    switch (deletion.result()) {
      case DONE -> {
        if (flags.has('I')) {
          items.stillFetched(deletion.timestampBefore(), deletion.timestamp());
        } else {
          session.counters.add(Kind.DELETE_HITS);
        }
        if (flags.has('q')) {
          return;
        }
        code('H', 'D');
      }
      case NOT_FOUND -> {
        session.counters.add(Kind.DELETE_MISSES);
        code('N', 'F');
      }
      case EXISTS -> {
        session.counters.add(Kind.DELETE_MISSES);
        code('E', 'X');
      }
    }
    echoAll(line);
  }

  /** What md and ma check of their lines. */
  private boolean read() {
    Line line = session.line;
    if (line.words() < 2) {
      session.answer(Text.ERROR);
      return false;
    }
    byte[] error = null;
    if (line.length(KEY) > Session.MAX_KEY_BYTES) {
      error = Text.BAD_FORMAT;
    } else if (line.words() > MetaFlags.MOST_WORDS) {
      error = Text.FLAGS_TOO_LONG;
    } else if (flags.read(line, FLAGS) != null) {
      error = Text.INVALID_OR_DUPLICATE_FLAG;
    } else if (MetaFlags.opaqueTooLong(line, FLAGS)) {
      error = Text.OPAQUE_TOO_LONG;
    }
    if (error != null) {
      session.answer(error);
    }
    return error == null;
  }

  // -- ma.

  void arithmetic() {
    if (!read()) {
      return;
    }
    boolean increments;
    switch (flags.mode()) {
      case 0, 'I', 'i', '+' -> increments = true;
      case 'D', 'd', '-' -> increments = false;
      default -> {
        session.answer(Text.BAD_MA_MODE);
        return;
      }
    }
    PartitionStore store = items.writable(flags.keyAddress(), flags.keyLength());
    delta.command(increments, flags.delta());
    delta.onlyIf(flags.cas());
    if (flags.has('T')) {
      delta.ending(flags.end(session.nowMs()));
    }
    if (flags.has('N')) {
      delta.creating(flags.initial(), flags.createdEnd(session.nowMs()));
    }
    WriteOutcome outcome = items.update(store, flags.keyAddress(), flags.keyLength(), delta);
    if (outcome == null) {
      return;
    }
    if (outcome != WriteOutcome.OK) {
      session.answer(Text.NO_MEMORY_DELTA);
      return;
    }
    items.count(delta);
    switch (delta.result()) {
      case NOT_NUMERIC -> session.answer(Text.NOT_NUMERIC);
      case NOT_FOUND -> {
        code('N', 'F');
        echoAll(session.line);
      }
      case EXISTS -> {
        code('E', 'X');
        echoAll(session.line);
      }
      // As with mg, what was made is told of also where hits are not.
      case CREATED -> number();
      case DONE -> {
        if (!flags.has('q')) {
          number();
        }
      }
    }
  }

  private void number() {
    Line line = session.line;
    Output out = session.out;
    boolean created = delta.result() == DeltaUpdate.Result.CREATED;
    if (flags.has('v')) {
      out.write('V');
      out.write('A');
      out.write(' ');
      out.writeUnsigned(digits(delta.number()));
    } else {
      code('H', 'D');
    }
    long end = delta.endBefore();
    for (int i = FLAGS; i < line.words(); i++) {
      switch (line.first(i)) {
        case 'c' -> {
          out.write(' ');
          out.write('c');
          out.writeUnsigned(delta.timestamp());
        }
        case 't' -> remaining(end);
        case 'T' -> end = flags.end(session.nowMs());
        case 'N' -> end = created ? flags.vivifyEnd(session.nowMs()) : end;
        default -> echo(line, i, flags.has('b'));
      }
    }
    out.endLine();
    if (flags.has('v')) {
      out.writeUnsigned(delta.number());
      out.endLine();
    }
  }

  private static int digits(long number) {
    return Long.toUnsignedString(number).length();
  }

  /** Seconds until an item ends. */
  void remaining(long end) {
    Output out = session.out;
    out.write(' ');
    out.write('t');
    if (end == 0) {
      out.write('-');
      out.write('1');
    } else {
      out.writeUnsigned(Expiry.remainingSeconds(end, session.nowMs()));
    }
  }
}
