// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.peer.RequestOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the latest requests to one partition's strong tables came to, those that changed nothing
 * included: one that comes again is answered as the first time. Bounded by number, by age and, with
 * those of all other partitions, by memory; a request older than what is remembered is refused, for
 * nobody knows. Thread-safe.
 *
 * <p>What a request came to is either remembered together with the record that it made, or
 * <em>learnt</em> from another replica, before that one's records are here. Before anything is
 * answered by what was learnt it is {@linkplain #settle settled}: remembered if the record has
 * come, forgotten if not.
 */
final class RecentRequests {
  private final long windowMs;
  private final int most;
  private final RequestMemory memory;

  /** In the order in which they came. */
  private final Map<Key, RequestOutcome> outcomes = new LinkedHashMap<>(); // guarded by this

  /** Those that were learnt. */
  private final Set<Key> learnt = new HashSet<>(); // guarded by this

  /** Requests issued before this may have been forgotten. */
  private long forgottenBeforeMs = Long.MIN_VALUE; // guarded by this

  /** Nobody asks any more. */
  private boolean closed; // guarded by this

  private record Key(long client, long sequence) {
    static Key of(RequestId id) {
      return new Key(id.getClient(), id.getSequence());
    }
  }

  /**
   * @param windowMs age at which requests are forgotten
   * @param most requests that are remembered
   * @param memory shared with other partitions
   */
  RecentRequests(long windowMs, int most, RequestMemory memory) {
    this.windowMs = windowMs;
    this.most = most;
    this.memory = memory;
  }

  /**
   * What a request came to that was done before; null: it was not.
   *
   * @param nowMs milliseconds since 1970
   * @throws SednaException REQUEST_EXPIRED
   */
  synchronized RequestOutcome find(RequestId id, long nowMs) {
    RequestOutcome outcome = outcomes.get(Key.of(id));
    if (outcome != null) {
      return outcome;
    }
    long horizonMs = Math.max(forgottenBeforeMs, nowMs - windowMs);
    if (id.getIssuedAtMs() < horizonMs) {
      throw new SednaException(
          ErrorCode.REQUEST_EXPIRED,
          "the request of client="
              + Long.toHexString(id.getClient())
              + ", sequence="
              + id.getSequence()
              + " was issued at "
              + id.getIssuedAtMs()
              + ", requests are remembered since "
              + horizonMs
              + ": whether it was done is unknown; read the record");
    }
    return null;
  }

  /** What requests came to whose records are here. */
  synchronized void add(Collection<RequestOutcome> some, long nowMs) {
    if (closed) {
      return;
    }
    int before = outcomes.size();
    for (RequestOutcome outcome : some) {
      Key key = Key.of(outcome.getId());
      if (learnt.remove(key)) {
        outcomes.put(key, outcome);
      } else {
        outcomes.putIfAbsent(key, outcome);
      }
    }
    memory.remembered(outcomes.size() - before);
    forget(nowMs);
  }

  /** What requests came to as another replica says. */
  synchronized void learn(Collection<RequestOutcome> some, long nowMs) {
    if (closed) {
      return;
    }
    int before = outcomes.size();
    for (RequestOutcome outcome : some) {
      Key key = Key.of(outcome.getId());
      if (outcomes.putIfAbsent(key, outcome) == null) {
        learnt.add(key);
      }
    }
    memory.remembered(outcomes.size() - before);
    forget(nowMs);
  }

  /**
   * Remembers or forgets what was learnt.
   *
   * @param counts whether what a request has done is here
   */
  synchronized void settle(Predicate<RequestOutcome> counts) {
    int before = outcomes.size();
    for (Key key : learnt) {
      if (!counts.test(outcomes.get(key))) {
        outcomes.remove(key);
      }
    }
    learnt.clear();
    memory.remembered(outcomes.size() - before);
  }

  /** Forgets what is too old. */
  synchronized void forget(long nowMs) {
    Iterator<RequestOutcome> oldest = outcomes.values().iterator();
    while (oldest.hasNext()) {
      RequestOutcome outcome = oldest.next();
      long issuedAtMs = outcome.getId().getIssuedAtMs();
      // The last one stays, whatever other partitions take: it has just come.
      boolean tooMany = outcomes.size() > most || outcomes.size() > 1 && memory.isExceeded();
      if (!tooMany && issuedAtMs >= nowMs - windowMs) {
        return;
      }
      oldest.remove();
      learnt.remove(Key.of(outcome.getId()));
      memory.remembered(-1);
      if (tooMany) {
        forgottenBeforeMs = Math.max(forgottenBeforeMs, issuedAtMs + 1);
      }
    }
  }

  /** Forgets everything, and remembers nothing more. */
  synchronized void close() {
    closed = true;
    memory.remembered(-outcomes.size());
    outcomes.clear();
    learnt.clear();
  }

  synchronized List<RequestOutcome> all() {
    return new ArrayList<>(outcomes.values());
  }

  synchronized int size() {
    return outcomes.size();
  }
}
