// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.RecordUpdate;
import io.sedna.daemon.engine.VersionHead;

/**
 * The storage commands as one step on the record, by memcached's rules: set, add, replace, append,
 * prepend and cas, each with a cas unique to compare or without. Used again for each command; not
 * thread-safe.
 */
final class StoreUpdate implements RecordUpdate {
  enum Mode {
    SET,
    ADD,
    REPLACE,
    APPEND,
    PREPEND,
    CAS
  }

  enum Result {
    STORED,
    NOT_STORED,
    EXISTS,
    NOT_FOUND
  }

  private Mode mode;
  private long cas;
  private boolean staleAllowed;
  private int marks;
  private int flags;
  private long expiresAtMs;
  private long valueAddress;
  private int valueLength;
  private int keyLength;
  private Session session;
  private long timestamp;
  private Result result;

  /**
   * Sets the command.
   *
   * @param newCas cas unique to compare with; 0: none
   * @param staleAccepted store also with an older cas unique, marked as stale
   * @param newMarks the item's, {@link ItemMarks}
   */
  void command(Mode newMode, long newCas, boolean staleAccepted, int newMarks) {
    mode = newMode;
    cas = newCas;
    staleAllowed = staleAccepted;
    marks = newMarks;
  }

  void item(Session newSession, int newKeyLength, int newFlags, long newExpiresAtMs) {
    session = newSession;
    keyLength = newKeyLength;
    flags = newFlags;
    expiresAtMs = newExpiresAtMs;
  }

  void value(long address, int length) {
    valueAddress = address;
    valueLength = length;
  }

  /** For commands that are taken the short way without looking at what is there. */
  void done(Result newResult, long newTimestamp) {
    result = newResult;
    timestamp = newTimestamp;
  }

  Result result() {
    return result;
  }

  Mode mode() {
    return mode;
  }

  long cas() {
    return cas;
  }

  int marks() {
    return marks;
  }

  int flags() {
    return flags;
  }

  long expiresAtMs() {
    return expiresAtMs;
  }

  /** Cas unique of the item that was stored; 0: none was. */
  long timestamp() {
    return result == Result.STORED ? timestamp : 0;
  }

  @Override
  public Decision decide(Current current, Next next) {
    boolean live = current.found() && current.head().timestamp() >= session.flushMark();
    timestamp = session.nextTimestamp(current.newestTimestamp());
    return live ? overItem(current, next) : overNothing(next);
  }

  private Decision overNothing(Next next) {
    switch (mode) {
      case SET, ADD -> {
        return store(next, marks, expiresAtMs);
      }
      case CAS -> result = Result.NOT_FOUND;
      default -> result = Result.NOT_STORED;
    }
    return Decision.KEEP;
  }

  private Decision overItem(Current current, Next next) {
    VersionHead head = current.head();
    boolean matches = cas == head.timestamp();
    switch (mode) {
      case ADD -> {
        result = Result.NOT_STORED;
        return Decision.KEEP;
      }
      case CAS -> {
        if (matches && cas != 0) {
          return store(next, marks, expiresAtMs);
        }
        if (staleAllowed && cas != 0 && Long.compareUnsigned(cas, head.timestamp()) < 0) {
          return store(
              next, marks | ItemMarks.STALE | head.source() & ItemMarks.WON, head.expiresAtMs());
        }
        result = Result.EXISTS;
        return Decision.KEEP;
      }
      case APPEND, PREPEND -> {
        if (cas != 0 && !matches) {
          result = Result.EXISTS;
          return Decision.KEEP;
        }
        return join(current, next);
      }
      default -> {
        return store(next, marks, expiresAtMs);
      }
    }
  }

  private Decision store(Next next, int newMarks, long end) {
    next.head(timestamp, newMarks, flags, end);
    next.value(valueAddress, valueLength);
    result = Result.STORED;
    return Decision.STORE;
  }

  private Decision join(Current current, Next next) {
    VersionHead head = current.head();
    long length = (long) current.valueLength() + valueLength;
    if (length > session.maxItemBytes || !session.fits(keyLength, (int) length, head.flags())) {
      result = Result.NOT_STORED;
      return Decision.KEEP;
    }
    next.head(timestamp, 0, head.flags(), head.expiresAtMs());
    if (mode == Mode.APPEND) {
      next.value(current.valueAddress(), current.valueLength(), valueAddress, valueLength);
    } else {
      next.value(valueAddress, valueLength, current.valueAddress(), current.valueLength());
    }
    result = Result.STORED;
    return Decision.STORE;
  }
}
