// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.rpc.RequestNotSentException;
import io.sedna.common.conf.HostPort;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Limits;
import io.sedna.thrift.convert.Errors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/**
 * One batch. In each round what is left is split by daemon (the primary first), cut into parts, and
 * sent in parallel, a few parts at a time to each daemon; what failed and can be cured is the next
 * round's. Rounds follow one another, so only the collecting of failures inside one is concurrent.
 */
final class BatchCall<R> {
  /** Parts under way to one daemon: enough to keep it busy while the next is on its way. */
  private static final int PARTS_PER_DAEMON = 4;

  private static final int FIRST_CAPACITY = 16;

  /** More maps than this in a row are no accident: pause between them. */
  private static final int MAX_MAPS_IN_A_ROW = 3;

  /** What is particular to a kind of batch. */
  interface Kind<R> {
    int size();

    long hash(int index);

    /** Bytes of an entry on the wire, about. */
    int bytes(int index);

    /** Results in the order of the indices. */
    CompletableFuture<List<R>> send(HostPort to, long epoch, int[] indices, long timeoutMs);

    /** Null: the entry did not fail. */
    SednaException error(R result);

    R failed(SednaException e);

    /** Whether only primaries can do it. */
    boolean isStrong();

    /** Null: its entries have no request ids. */
    default BatchNumbers numbers() {
      return null;
    }
  }

  private record Failure(HostPort node, int index, SednaException error, int partSize) {}

  private final ClientCore core;
  private final Kind<R> kind;
  private final Pauses pauses;
  private final R[] results;
  private final CompletableFuture<List<R>> outcome = new CompletableFuture<>();
  private final BitSet mayBeDone = new BitSet();
  private final BitSet lostAnAnswer = new BitSet();
  private final Set<HostPort> avoided = new HashSet<>();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private int[] left;
  private int partEntries = Limits.MAX_BATCH_ENTRIES;
  private int mapsInARow;
  private SednaException last;

  @SuppressWarnings("unchecked")
  BatchCall(ClientCore core, Kind<R> kind) {
    this.core = core;
    this.kind = kind;
    this.pauses = core.pauses();
    this.results = (R[]) new Object[kind.size()];
    this.left = IntStream.range(0, kind.size()).toArray();
  }

  /** Entries of which an attempt that was not answered may have been done. */
  BitSet mayBeDone() {
    return mayBeDone;
  }

  /**
   * Results in the order of the entries.
   *
   * @return fails only where the whole batch is refused, as with TABLE_NOT_FOUND
   */
  CompletableFuture<List<R>> run() {
    round();
    return outcome;
  }

  private void round() {
    if (left.length == 0) {
      outcome.complete(Arrays.asList(results));
      return;
    }
    Routing routing = core.maps().current();
    if (routing.map() == null) {
      withoutMap();
      return;
    }
    long timeoutMs = Math.min(core.requestTimeoutMs(), pauses.remainingMs());
    if (timeoutMs <= 0) {
      giveUp();
      return;
    }
    Map<HostPort, Queue<int[]>> parts = split(routing);
    if (parts == null) {
      avoided.clear();
      pause(last);
      return;
    }
    pauses.attempted();
    if (parts.size() == 1) {
      Map.Entry<HostPort, Queue<int[]>> only = parts.entrySet().iterator().next();
      if (only.getValue().size() == 1) {
        single(only.getKey(), routing.epoch(), only.getValue().remove(), timeoutMs);
        return;
      }
    }
    var lanes = new ArrayList<CompletableFuture<Void>>();
    parts.forEach(
        (node, queue) -> {
          for (int i = Math.min(PARTS_PER_DAEMON, queue.size()); i > 0; i--) {
            lanes.add(lane(node, routing.epoch(), queue, timeoutMs));
          }
        });
    var unused =
        CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new))
            .whenComplete(
                (nothing, failure) -> {
                  if (failure == null) {
                    afterRound();
                  } else {
                    outcome.completeExceptionally(Errors.of(failure));
                  }
                });
  }

  /** A round of one part, as small batches have: without the machinery of lanes. */
  private void single(HostPort node, long epoch, int[] part, long timeoutMs) {
    var unused =
        kind.send(node, epoch, part, timeoutMs)
            .whenComplete(
                (answers, failure) -> {
                  try {
                    partEnded(node, part, answers, failure);
                    afterRound();
                  } catch (RuntimeException e) {
                    outcome.completeExceptionally(Errors.of(e));
                  }
                });
  }

  /** Whether the daemon is to be asked for more. */
  private boolean partEnded(HostPort node, int[] part, List<R> answers, Throwable failure) {
    if (failure == null && answers.size() == part.length) {
      core.health().answered(node);
      answered(node, part, answers);
      return true;
    }
    SednaException e = failure != null ? Errors.of(failure) : miscounted(node, part, answers);
    failed(node, part, e);
    // A daemon that did not answer this part is not asked for the others.
    return Cure.of(e) != Cure.ELSEWHERE;
  }

  /** Parts by daemon; null: an entry has no replica left that was not tried. */
  private Map<HostPort, Queue<int[]>> split(Routing routing) {
    var byNode = new LinkedHashMap<HostPort, Cutter>();
    HostPort lastNode = null;
    Cutter cutter = null;
    BatchNumbers numbers = kind.numbers();
    for (int index : numbers == null ? left : numbers.sorted(left, kind, routing.map())) {
      HostPort node = pick(routing, routing.map().partitionOf(kind.hash(index)));
      if (node == null) {
        if (!avoided.isEmpty()) {
          return null;
        }
        // No replica serves as far as this map knows; whoever is asked knows better.
        node = routing.any(Set.of(), core.health());
      }
      if (!node.equals(lastNode)) {
        lastNode = node;
        cutter = byNode.computeIfAbsent(node, n -> new Cutter());
      }
      cutter.add(index);
    }
    var parts = new LinkedHashMap<HostPort, Queue<int[]>>();
    byNode.forEach((node, entries) -> parts.put(node, entries.parts()));
    return parts;
  }

  /** Null: there is none that was not tried. */
  private HostPort pick(Routing routing, int partition) {
    if (!kind.isStrong()) {
      return routing.replica(partition, avoided, core.health());
    }
    HostPort primary = routing.primary(partition);
    return avoided.contains(primary) ? null : primary;
  }

  /** Cuts a daemon's entries into parts of bounded size. */
  private final class Cutter {
    private final Queue<int[]> parts = new ConcurrentLinkedQueue<>();
    private int[] part = new int[FIRST_CAPACITY];
    private int entries;
    private long bytes;

    void add(int index) {
      int more = kind.bytes(index);
      if (entries > 0 && !hasRoom(index, more)) {
        cut();
      }
      if (entries == part.length) {
        part = Arrays.copyOf(part, 2 * entries);
      }
      part[entries++] = index;
      bytes += more;
    }

    private boolean hasRoom(int index, int more) {
      return entries < partEntries
          && bytes + more <= core.config().batchMaxBytes()
          && (kind.numbers() == null || kind.numbers().follows(part[entries - 1], index));
    }

    private void cut() {
      parts.add(Arrays.copyOf(part, entries));
      entries = 0;
      bytes = 0;
    }

    Queue<int[]> parts() {
      cut();
      return parts;
    }
  }

  /** Sends one part after another. */
  private CompletableFuture<Void> lane(
      HostPort node, long epoch, Queue<int[]> parts, long timeoutMs) {
    int[] part = parts.poll();
    if (part == null) {
      return CompletableFuture.completedFuture(null);
    }
    return kind.send(node, epoch, part, timeoutMs)
        .handle(
            (answers, failure) -> {
              boolean goOn = partEnded(node, part, answers, failure);
              if (!goOn) {
                drain(node, parts, Errors.of(failure));
              }
              return goOn;
            })
        .thenCompose(
            goOn ->
                goOn
                    ? lane(node, epoch, parts, timeoutMs)
                    : CompletableFuture.completedFuture(null));
  }

  private void answered(HostPort node, int[] part, List<R> answers) {
    for (int i = 0; i < part.length; i++) {
      R answer = answers.get(i);
      SednaException e = kind.error(answer);
      if (e == null) {
        results[part[i]] = answer;
      } else {
        // An answer that was full says so of each entry that it had no room for.
        int size = e.code() == ErrorCode.FRAME_TOO_LARGE ? part.length : 1;
        failures.add(new Failure(node, part[i], e, size));
      }
    }
  }

  private void failed(HostPort node, int[] part, SednaException e) {
    for (int index : part) {
      failures.add(new Failure(node, index, e, part.length));
    }
  }

  private void drain(HostPort node, Queue<int[]> parts, SednaException e) {
    var notSent = RequestNotSentException.because(e);
    int[] part;
    while ((part = parts.poll()) != null) {
      failed(node, part, notSent);
    }
  }

  private static SednaException miscounted(HostPort node, int[] part, Collection<?> answers) {
    return new SednaException(
        ErrorCode.PROTOCOL_ERROR,
        "daemon=" + node + " answered " + answers.size() + " of " + part.length + " entries");
  }

  /** Sorts what failed in the round into what is over and what another round may cure. */
  private void afterRound() {
    if (failures.isEmpty()) {
      left = new int[0];
      round();
      return;
    }
    var again = new ArrayList<Failure>();
    var cures = new HashSet<Cure>();
    Failure newerMap = null;
    for (Failure failure : failures) {
      SednaException e = failure.error();
      Cure cure = Cure.of(e);
      if (e.code() == ErrorCode.TABLE_NOT_FOUND && lostAnAnswer.isEmpty()) {
        outcome.completeExceptionally(e);
        return;
      }
      if (Cure.mayBeDone(e)) {
        mayBeDone.set(failure.index());
      }
      if (kind.numbers() != null && Cure.isLostAnswer(e)) {
        lostAnAnswer.set(failure.index());
      }
      if (cure == Cure.NONE || (cure == Cure.SMALLER && failure.partSize() == 1)) {
        results[failure.index()] = ended(failure.index(), e);
        continue;
      }
      again.add(failure);
      cures.add(cure);
      switch (cure) {
        case NEWER_MAP ->
            newerMap =
                newerMap == null || e.epoch() > newerMap.error().epoch() ? failure : newerMap;
        case ELSEWHERE -> {
          core.health().failed(failure.node());
          avoided.add(failure.node());
        }
        case SMALLER -> partEntries = Math.min(partEntries, failure.partSize() / 2);
        default -> {}
      }
    }
    failures.clear();
    left = again.stream().mapToInt(Failure::index).sorted().toArray();
    if (left.length == 0) {
      round();
      return;
    }
    // The error that calls for a pause says the most about why it is not over.
    last =
        again.stream()
            .map(Failure::error)
            .filter(e -> Cure.of(e) == Cure.PAUSE)
            .findFirst()
            .orElse(again.get(0).error());
    goOn(cures, newerMap);
  }

  private R ended(int index, SednaException e) {
    return kind.failed(lostAnAnswer.get(index) ? Cure.unknownOutcome(e) : e);
  }

  private void goOn(Set<Cure> cures, Failure newerMap) {
    mapsInARow = newerMap == null ? 0 : mapsInARow + 1;
    if (cures.contains(Cure.PAUSE) || mapsInARow > MAX_MAPS_IN_A_ROW) {
      core.refreshMapSoon();
      pause(last);
    } else if (newerMap != null) {
      avoided.clear();
      long epoch = Math.max(newerMap.error().epoch(), core.maps().current().epoch() + 1);
      var unused =
          core.maps()
              .atLeast(epoch, newerMap.node())
              .whenComplete(
                  (routing, failure) -> {
                    if (failure == null) {
                      round();
                    } else {
                      pause(last);
                    }
                  });
    } else {
      if (cures.contains(Cure.ELSEWHERE)) {
        core.refreshMapSoon();
      }
      round();
    }
  }

  private void withoutMap() {
    var unused =
        core.maps()
            .refresh(null)
            .whenComplete(
                (routing, failure) -> {
                  if (failure != null) {
                    pause(Errors.of(failure));
                  } else if (routing.map() == null) {
                    pause(ClientCore.noMap());
                  } else {
                    round();
                  }
                });
  }

  private void pause(SednaException because) {
    last = because;
    long ms = pauses.next(because);
    if (ms < 0) {
      giveUp();
    } else if (!core.pause(this::round, ms)) {
      last = ClientCore.closed();
      giveUp();
    }
  }

  private void giveUp() {
    SednaException e = pauses.exhausted(last);
    for (int index : left) {
      results[index] = ended(index, e);
    }
    left = new int[0];
    round();
  }
}
