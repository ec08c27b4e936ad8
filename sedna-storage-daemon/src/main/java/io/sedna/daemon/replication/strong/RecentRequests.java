// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.RequestOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the latest requests to one partition's strong tables came to, those that changed something:
 * one that comes again is answered as the first time. Bounded by number, by age and, with those of
 * all other partitions, by memory; a request older than what is remembered is refused, for nobody
 * knows. Thread-safe.
 */
final class RecentRequests {
  private final long windowMs;
  private final int most;
  private final RequestMemory memory;

  /** In the order in which they came. */
  private final Map<Key, RequestOutcome> outcomes = new LinkedHashMap<>(); // guarded by this

  /**
   * Answers of requests that changed nothing, given since this daemon became the primary. Of no use
   * to another primary, for they are not with the other replicas: there the request may have
   * changed something since.
   */
  private final Map<Key, Unchanged> unchanged = new LinkedHashMap<>(); // guarded by this

  /** Requests issued before this may have been forgotten. */
  private long forgottenBeforeMs = Long.MIN_VALUE; // guarded by this

  /** Nobody asks any more. */
  private boolean closed; // guarded by this

  private record Unchanged(long since, long issuedAtMs, PrimaryReply reply) {}

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
   * The answer of a request that was done before; null: it was not.
   *
   * @param nowMs milliseconds since 1970
   * @throws SednaException REQUEST_EXPIRED
   */
  synchronized PrimaryReply find(RequestId id, long nowMs) {
    RequestOutcome outcome = outcomes.get(Key.of(id));
    if (outcome != null) {
      return PrimaryReply.of(
          WriteStatus.findByValue(outcome.getStatus()),
          outcome.getTimestamp(),
          outcome.getNumber());
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

  /**
   * The answer of a request that was done before and changed nothing; null: there was none. An
   * attempt that comes late must not do what the caller was told had not been done.
   *
   * @param since epoch since which this daemon is the primary
   */
  synchronized PrimaryReply findUnchanged(RequestId id, long since) {
    Unchanged found = unchanged.get(Key.of(id));
    return found != null && found.since() == since ? found.reply() : null;
  }

  synchronized void addUnchanged(RequestId id, long since, PrimaryReply reply) {
    if (closed) {
      return;
    }
    if (unchanged.put(Key.of(id), new Unchanged(since, id.getIssuedAtMs(), reply)) == null) {
      memory.remembered(1);
    }
    // The one that was just added stays, whatever others take.
    while (unchanged.size() > most || unchanged.size() > 1 && memory.isExceeded()) {
      Iterator<Unchanged> oldest = unchanged.values().iterator();
      oldest.next();
      oldest.remove();
      memory.remembered(-1);
    }
  }

  synchronized void add(Collection<RequestOutcome> some, long nowMs) {
    if (closed) {
      return;
    }
    int before = outcomes.size();
    for (RequestOutcome outcome : some) {
      outcomes.putIfAbsent(Key.of(outcome.getId()), outcome);
    }
    memory.remembered(outcomes.size() - before);
    forget(nowMs);
  }

  /** Forgets what is too old. */
  synchronized void forget(long nowMs) {
    Iterator<Unchanged> eldest = unchanged.values().iterator();
    while (eldest.hasNext() && eldest.next().issuedAtMs() < nowMs - windowMs) {
      eldest.remove();
      memory.remembered(-1);
    }
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
      memory.remembered(-1);
      if (tooMany) {
        forgottenBeforeMs = Math.max(forgottenBeforeMs, issuedAtMs + 1);
      }
    }
  }

  /** Forgets everything, and remembers nothing more. */
  synchronized void close() {
    closed = true;
    memory.remembered(-outcomes.size() - unchanged.size());
    outcomes.clear();
    unchanged.clear();
  }

  synchronized List<RequestOutcome> all() {
    return new ArrayList<>(outcomes.values());
  }

  synchronized int size() {
    return outcomes.size();
  }
}
