// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.RecordUpdate;
import io.sedna.daemon.engine.VersionHead;

/**
 * incr, decr and ma as one step on the record. As in memcached, an item whose number becomes
 * shorter keeps its length and ends in spaces. Used again for each command; not thread-safe.
 */
final class DeltaUpdate implements RecordUpdate {
  enum Result {
    DONE,
    CREATED,
    NOT_FOUND,
    NOT_NUMERIC,
    EXISTS
  }

  /** Numbers with more spaces than this lose them. */
  private static final int LONGEST_PADDED = 512;

  /** Longer items are no numbers, whatever they begin with. */
  private static final int LONGEST_NUMERIC = 1 << 19;

  private final Session session;
  private final Decimal decimal = new Decimal();
  private final long digits;
  private boolean increments;
  private long delta;
  private long cas;
  private boolean hasEnd;
  private long expiresAtMs;
  private boolean creates;
  private long initial;
  private long createdExpiresAtMs;

  private Result result;
  private long number;
  private long timestamp;
  private long endBefore;
  private long timestampBefore;
  private boolean grew;

  /**
   * @param scratch address of memory for the digits, of {@link #SCRATCH_BYTES}
   */
  DeltaUpdate(Session session, long scratch) {
    this.session = session;
    this.digits = scratch;
  }

  static final int SCRATCH_BYTES = LONGEST_PADDED;

  /** Sets the command; the other settings are cleared. */
  void command(boolean newIncrements, long newDelta) {
    increments = newIncrements;
    delta = newDelta;
    cas = 0;
    hasEnd = false;
    creates = false;
  }

  /** Only if the cas unique is this; 0: whatever it is. */
  void onlyIf(long newCas) {
    cas = newCas;
  }

  /** Gives the item another end. */
  void ending(long newExpiresAtMs) {
    hasEnd = true;
    expiresAtMs = newExpiresAtMs;
  }

  /** Makes the item if there is none. */
  void creating(long newInitial, long newExpiresAtMs) {
    creates = true;
    initial = newInitial;
    createdExpiresAtMs = newExpiresAtMs;
  }

  Result result() {
    return result;
  }

  boolean increments() {
    return increments;
  }

  long number() {
    return number;
  }

  long timestamp() {
    return timestamp;
  }

  /** Whether the item became longer, which makes another item of it. */
  boolean grew() {
    return grew;
  }

  /** Cas unique of the item before it was changed. */
  long timestampBefore() {
    return timestampBefore;
  }

  /** When the item would have ended before the command. */
  long endBefore() {
    return endBefore;
  }

  @Override
  public Decision decide(Current current, Next next) {
    VersionHead head = current.head();
    if (!current.found() || head.timestamp() < session.flushMark()) {
      if (!creates) {
        result = Result.NOT_FOUND;
        return Decision.KEEP;
      }
      result = Result.CREATED;
      number = initial;
      endBefore = 0;
      return store(current, next, 0, 0, createdExpiresAtMs, 0);
    }
    int length = current.valueLength();
    if (length == 0 || length > LONGEST_NUMERIC) {
      result = Result.NOT_NUMERIC;
      return Decision.KEEP;
    }
    if (cas != 0 && cas != head.timestamp()) {
      result = Result.EXISTS;
      return Decision.KEEP;
    }
    if (!decimal.readUnsigned(current.valueAddress(), length)) {
      result = Result.NOT_NUMERIC;
      return Decision.KEEP;
    }
    number =
        increments
            ? decimal.value() + delta
            : Long.compareUnsigned(delta, decimal.value()) > 0 ? 0 : decimal.value() - delta;
    result = Result.DONE;
    endBefore = head.expiresAtMs();
    timestampBefore = head.timestamp();
    long end = hasEnd ? expiresAtMs : head.expiresAtMs();
    return store(current, next, head.source(), head.flags(), end, length);
  }

  private Decision store(
      Current current, Next next, int source, int flags, long end, int lengthBefore) {
    int length = decimal.writeUnsigned(number, digits);
    grew = length > lengthBefore;
    if (length < lengthBefore && lengthBefore <= LONGEST_PADDED) {
      while (length < lengthBefore) {
        OffHeap.putByte(digits + length++, ' ');
      }
    }
    timestamp = session.nextTimestamp(current.newestTimestamp());
    next.head(timestamp, source, flags, end);
    next.value(digits, length);
    return Decision.STORE;
  }
}
