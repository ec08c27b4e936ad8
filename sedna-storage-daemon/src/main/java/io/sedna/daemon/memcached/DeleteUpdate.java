// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.RecordUpdate;
import io.sedna.daemon.engine.VersionHead;

/**
 * delete and md as one step on the record: the item is forgotten, or with I marked as stale. Used
 * again for each command; not thread-safe.
 */
final class DeleteUpdate implements RecordUpdate {
  enum Result {
    DONE,
    NOT_FOUND,
    EXISTS
  }

  private final Session session;
  private boolean compares;
  private long cas;
  private boolean invalidates;
  private boolean hasEnd;
  private long expiresAtMs;
  private Result result;
  private long timestampBefore;
  private long timestamp;

  DeleteUpdate(Session session) {
    this.session = session;
  }

  /** A plain delete. */
  void plain() {
    command(false, 0, false, false, 0);
  }

  /**
   * Sets the command.
   *
   * @param newHasEnd what is marked as stale gets another end
   */
  void command(
      boolean newCompares,
      long newCas,
      boolean newInvalidates,
      boolean newHasEnd,
      long newExpiresAtMs) {
    compares = newCompares;
    cas = newCas;
    invalidates = newInvalidates;
    hasEnd = newHasEnd;
    expiresAtMs = newExpiresAtMs;
  }

  Result result() {
    return result;
  }

  /** Cas unique of an item before it was marked. */
  long timestampBefore() {
    return timestampBefore;
  }

  /** Cas unique of an item that was marked. */
  long timestamp() {
    return timestamp;
  }

  @Override
  public Decision decide(Current current, Next next) {
    if (!current.found()) {
      result = Result.NOT_FOUND;
      return Decision.KEEP;
    }
    VersionHead head = current.head();
    if (head.timestamp() < session.flushMark()) {
      result = Result.NOT_FOUND;
      return Decision.FORGET;
    }
    if (compares && cas != head.timestamp()) {
      result = Result.EXISTS;
      return Decision.KEEP;
    }
    result = Result.DONE;
    if (!invalidates) {
      return Decision.FORGET;
    }
    timestampBefore = head.timestamp();
    timestamp = session.nextTimestamp(current.newestTimestamp());
    next.head(
        timestamp,
        (head.source() | ItemMarks.STALE) & ~ItemMarks.WON,
        head.flags(),
        hasEnd ? expiresAtMs : head.expiresAtMs());
    next.value(current.valueAddress(), current.valueLength());
    return Decision.STORE;
  }
}
