// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.daemon.engine.RecordUpdate;
import io.sedna.daemon.engine.VersionHead;

/**
 * A fetch that changes the item, as one step on the record: another end (touch, gat, mg's T), a
 * stub in the place of what is missing (N), and telling one client that it is to make the item anew
 * (N, R, stale items). Neither the value nor, where the only copy is here, the cas unique changes.
 * Used again for each command; not thread-safe.
 */
final class FetchUpdate implements RecordUpdate {
  /** Takes the item that was found or made, while nobody else can change it. */
  interface Answer {
    /**
     * @param source before the command, with its marks
     * @param endBefore when the item would have ended; 0: never
     * @param won this client is to make the item anew
     */
    void hit(
        long timestamp,
        int source,
        int flags,
        long endBefore,
        boolean created,
        boolean won,
        long valueAddress,
        int valueLength);
  }

  private final Session session;
  private Answer answer;
  private boolean hasEnd;
  private long expiresAtMs;
  private boolean creates;
  private long createdExpiresAtMs;
  private int createdMarks;
  private boolean recaches;
  private boolean recachesByNewEnd;
  private long recacheSeconds;
  private boolean marksStale;
  private boolean found;

  FetchUpdate(Session session) {
    this.session = session;
  }

  /** Sets the command; the other settings are cleared. */
  void command(Answer newAnswer) {
    answer = newAnswer;
    hasEnd = false;
    creates = false;
    recaches = false;
    marksStale = false;
  }

  void ending(long newExpiresAtMs) {
    hasEnd = true;
    expiresAtMs = newExpiresAtMs;
  }

  void creating(long newExpiresAtMs, int marks) {
    creates = true;
    createdExpiresAtMs = newExpiresAtMs;
    createdMarks = marks;
  }

  /**
   * The client wins an item that has less than so many seconds left.
   *
   * @param byNewEnd they count from the end that this command gives
   */
  void recaching(long seconds, boolean byNewEnd) {
    recaches = true;
    recacheSeconds = seconds;
    recachesByNewEnd = byNewEnd;
  }

  /** The client wins an item that is stale. */
  void winningStale() {
    marksStale = true;
  }

  /** Whether there was an item, or is now. */
  boolean found() {
    return found;
  }

  @Override
  public Decision decide(Current current, Next next) {
    VersionHead head = current.head();
    found = current.found() && head.timestamp() >= session.flushMark();
    if (!found) {
      return creates ? create(current, next) : Decision.KEEP;
    }
    int source = head.source();
    long end = hasEnd ? expiresAtMs : head.expiresAtMs();
    boolean won = !ItemMarks.won(source) && (marksStale && ItemMarks.stale(source) || low(head));
    answer.hit(
        session.timestampOf(head),
        source,
        head.flags(),
        head.expiresAtMs(),
        false,
        won,
        current.valueAddress(),
        current.valueLength());
    if (!won && end == head.expiresAtMs()) {
      return Decision.KEEP;
    }
    next.head(session.timestampOf(head), won ? source | ItemMarks.WON : source, head.flags(), end);
    next.value(current.valueAddress(), current.valueLength());
    return Decision.STORE;
  }

  private boolean low(VersionHead head) {
    if (!recaches) {
      return false;
    }
    long end = recachesByNewEnd ? expiresAtMs : head.expiresAtMs();
    return end != 0 && Expiry.remainingSeconds(end, session.nowMs()) < recacheSeconds;
  }

  private Decision create(Current current, Next next) {
    found = true;
    long timestamp = session.nextTimestamp(current.newestTimestamp());
    answer.hit(timestamp, createdMarks, 0, 0, true, true, 0, 0);
    next.head(timestamp, createdMarks | ItemMarks.WON, 0, createdExpiresAtMs);
    next.value(0, 0);
    return Decision.STORE;
  }
}
