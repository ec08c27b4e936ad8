// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.memcached.StoreUpdate.Mode;

/**
 * Takes commands out of received bytes and has them done. It keeps nothing between calls but what
 * the session holds: a command that is not complete is read again when there is more. Of one event
 * loop.
 *
 * @see <a
 *     href="https://github.com/memcached/memcached/blob/master/doc/protocol.txt">protocol.txt</a>
 */
final class Interpreter {
  static final int SCRATCH_BYTES = DeltaUpdate.SCRATCH_BYTES + Base64Key.SCRATCH_BYTES;

  /** A line that is longer and no get ends the connection, as memcached does it. */
  private static final int LONGEST_LINE = 2048;

  /** A get that is longer is refused. */
  private static final int LONGEST_GET = 4 << 20;

  private static final int GET_SPACE = 'g' << 24 | 'e' << 16 | 't' << 8 | ' ';
  private static final int GETS = 'g' << 24 | 'e' << 16 | 't' << 8 | 's';

  // Names of commands, as a number of which each byte is a letter.
  private static final long SET = 0x736574L;
  private static final long GET = 0x676574L;
  private static final long GETS_WORD = 0x67657473L;
  private static final long GAT = 0x676174L;
  private static final long GATS = 0x67617473L;
  private static final long ADD = 0x616464L;
  private static final long REPLACE = 0x7265706c616365L;
  private static final long APPEND = 0x617070656e64L;
  private static final long PREPEND = 0x70726570656e64L;
  private static final long CAS = 0x636173L;
  private static final long INCR = 0x696e6372L;
  private static final long DECR = 0x64656372L;
  private static final long DELETE = 0x64656c657465L;
  private static final long TOUCH = 0x746f756368L;
  private static final long MG = 0x6d67L;
  private static final long MS = 0x6d73L;
  private static final long MD = 0x6d64L;
  private static final long MA = 0x6d61L;
  private static final long MN = 0x6d6eL;
  private static final long ME = 0x6d65L;
  private static final long QUIT = 0x71756974L;

  private final Session session;
  private final Items items;
  private final Fetch fetch;
  private final Storage storage;
  private final Changes changes;
  private final Meta meta;
  private final MetaGet metaGet;
  private final Admin admin;

  /** Bytes of a line without its end that need not be looked at again. */
  private int scanned;

  Interpreter(Session session, Statistics statistics) {
    this.session = session;
    var delta = new DeltaUpdate(session, session.scratch());
    var flags =
        new MetaFlags(
            session.decimal, new Base64Key(session.scratch() + DeltaUpdate.SCRATCH_BYTES));
    var remote = new Remote(session);
    this.items = new Items(session, remote);
    this.fetch = new Fetch(session, remote);
    this.storage = new Storage(session, items, remote);
    this.changes = new Changes(session, items, remote, delta);
    this.meta = new Meta(session, items, storage, flags, delta);
    this.metaGet = new MetaGet(session, items, meta, flags);
    this.admin = new Admin(session, statistics);
  }

  /**
   * Does the next command.
   *
   * @param available bytes there, at least 1
   * @return bytes consumed; 0: more are needed, or the command is suspended
   */
  int next(long address, int available) {
    int end = Scan.newline(address, scanned, available);
    scanned = end < 0 ? available : 0;
    if (end < 0) {
      return unended(address, available);
    }
    int consumed = end + 1;
    int length = end > 1 && OffHeap.getByte(address + end - 1) == '\r' ? end - 1 : end;
    if (length > Integer.BYTES) {
      int start = OffHeap.getInt(address);
      if (start == GET_SPACE) {
        return fetch.get(address, Integer.BYTES, length, consumed, false);
      }
      if (start == GETS && OffHeap.getByte(address + Integer.BYTES) == ' ') {
        return fetch.get(address, Integer.BYTES, length, consumed, true);
      }
    }
    session.line.split(address, length);
    session.beginCommand();
    int done = command(address, length, consumed, available);
    if (session.waits()) {
      return 0;
    }
    if (session.again()) {
      items.forgetElsewhere();
    }
    return done;
  }

  private int unended(long address, int available) {
    if (available > LONGEST_LINE) {
      int start = 0;
      while (start < available && OffHeap.getByte(address + start) == ' ') {
        start++;
      }
      boolean get =
          start <= 100
              && available - start > Integer.BYTES
              && (OffHeap.getInt(address + start) == GET_SPACE
                  || OffHeap.getInt(address + start) == GETS
                      && OffHeap.getByte(address + start + Integer.BYTES) == ' ');
      if (!get || available > LONGEST_GET) {
        if (get) {
          session.answer(Text.LINE_TOO_LONG);
        }
        session.link.closeAfterAnswers();
        scanned = 0;
        return available;
      }
    }
    return session.needs(available + 1);
  }

  private int command(long address, int length, int consumed, int available) {
    Line line = session.line;
    if (line.words() == 0 || line.length(0) < 2) {
      session.answer(Text.ERROR);
      return consumed;
    }
    long data = address + consumed;
    int rest = available - consumed;
    long name = line.name();
    if (name == SET) {
      return storage.store(Mode.SET, consumed, data, rest);
    } else if (name == MG) {
      metaGet.get();
    } else if (name == MS) {
      return meta.set(consumed, data, rest);
    } else if (name == MD) {
      meta.delete();
    } else if (name == MA) {
      meta.arithmetic();
    } else if (name == MN) {
      session.answer(Text.MN);
    } else if (name == ME) {
      metaGet.debug();
    } else if (name == GET || name == GETS_WORD) {
      int from = (int) (line.address(0) - address) + line.length(0);
      return fetch.get(address, from, length, consumed, name == GETS_WORD);
    } else if (name == GAT || name == GATS) {
      return changes.getAndTouch(address, length, consumed, name == GATS);
    } else if (name == ADD) {
      return storage.store(Mode.ADD, consumed, data, rest);
    } else if (name == REPLACE) {
      return storage.store(Mode.REPLACE, consumed, data, rest);
    } else if (name == APPEND) {
      return storage.store(Mode.APPEND, consumed, data, rest);
    } else if (name == PREPEND) {
      return storage.store(Mode.PREPEND, consumed, data, rest);
    } else if (name == CAS) {
      return storage.store(Mode.CAS, consumed, data, rest);
    } else if (name == INCR || name == DECR) {
      changes.arithmetic(name == INCR);
    } else if (name == DELETE) {
      changes.delete();
    } else if (name == TOUCH) {
      changes.touch();
    } else if (name == QUIT) {
      session.link.closeAfterAnswers();
    } else {
      admin.command();
    }
    return consumed;
  }
}
