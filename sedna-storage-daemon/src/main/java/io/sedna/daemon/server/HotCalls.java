// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ReadAhead;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.VersionHead;
import io.sedna.daemon.engine.WriteOutcome;
import io.sedna.daemon.metrics.KeySampler;
import io.sedna.daemon.metrics.KeySamples;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.LocalTable;
import io.sedna.daemon.replication.LocalTables;
import io.sedna.daemon.replication.Write;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.MutationKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;

/**
 * Serves the frequent calls where they concern this daemon's memory alone, from the network's
 * memory to the engine's and back, making no objects but for the few keys that are sampled.
 * Whatever is unusual about a call is left to the generated path, before anything was done. Not
 * thread-safe; one of these an event loop.
 */
final class HotCalls {
  /** How far a call came. */
  enum Outcome {
    /** Its answer is in the buffer. */
    ANSWERED,
    /** Nothing was done: the generated path is to take it. */
    OTHER,
    /**
     * The coordinator is to do {@link #writes}: they belong to several daemons, or were done here
     * and may not be everywhere they belong.
     */
    COORDINATE
  }

  /** Behind the numbers of {@link HotCall}. */
  static final int APPLY_MUTATIONS = 5;

  /** By the numbers of {@link HotCall} and the above. */
  static final List<String> NAMES =
      List.of("", "readLatest", "writeLatest", "multiGet", "multiPut", "applyMutations");

  /** Keys of a call that are looked up together. */
  private static final int GROUP = 16;

  private static final int OK = WriteStatus.OK.getValue();
  private static final int OUTDATED = WriteStatus.OUTDATED.getValue();

  private final HybridClock clock;
  private final int maxFrameBytes;
  private final int maxAnswerBytes;
  private final AnswerBuffer out;
  private final HotAnswers answers;
  private final HotCall call = new HotCall();
  private final VersionHead head = new VersionHead();
  private final KeySampler sampler;
  private final ReadAhead ahead = new ReadAhead(GROUP);
  private final HotMutations mutations;

  private int method;
  private int sequenceId;
  private LocalTable table;
  private long[] timestamps = new long[16];

  /** All entries of the multiPut that was looked at concern this daemon's memory alone. */
  private boolean allHere;

  /** Keys read and written since they were asked for. */
  private int reads;

  private int writes;

  HotCalls(
      HybridClock clock,
      LocalTables tables,
      int maxFrameBytes,
      AnswerBuffer out,
      KeySamples samples) {
    this.clock = clock;
    this.maxFrameBytes = maxFrameBytes;
    this.maxAnswerBytes = DataService.maxAnswerBytes(maxFrameBytes);
    this.out = out;
    this.answers = new HotAnswers(out);
    this.sampler = new KeySampler(samples, System.identityHashCode(this) | 1);
    this.mutations = new HotMutations(clock, tables, maxFrameBytes, out, answers);
  }

  /**
   * Serves one call.
   *
   * @param address of the message, without the length of its frame
   * @param outgoing says whether the answer may go out now
   */
  Outcome serve(long address, int length, HotTables tables, Outgoing outgoing) {
    method = call.read(address, length);
    if (method == HotCall.OTHER) {
      return mutations.read(address, length) ? serveMutations(outgoing) : Outcome.OTHER;
    }
    sequenceId = call.sequenceId();
    if (!outgoing.takesNow(sequenceId)) {
      return Outcome.OTHER;
    }
    table = tables.find(call.tableAddress(), call.tableLength());
    if (table == null || (call.epoch() != 0 && call.epoch() < table.epoch())) {
      return Outcome.OTHER;
    }
    return switch (method) {
      case HotCall.READ_LATEST -> readLatest();
      case HotCall.WRITE_LATEST -> writeLatest();
      case HotCall.MULTI_GET -> multiGet();
      default -> multiPut();
    };
  }

  private Outcome serveMutations(Outgoing outgoing) {
    method = APPLY_MUTATIONS;
    sequenceId = mutations.sequenceId();
    return outgoing.takesNow(sequenceId) && mutations.serve() ? Outcome.ANSWERED : Outcome.OTHER;
  }

  private Outcome readLatest() {
    answers.beginOne(method, call.sequenceId());
    if (!read(clock.wallMillis())) {
      out.dropFrame();
      return Outcome.OTHER;
    }
    reads++;
    return ended();
  }

  private Outcome multiGet() {
    int count = call.count();
    long nowMs = clock.wallMillis();
    answers.beginMany(method, call.sequenceId(), count);
    long bytes = 0;
    call.firstEntry();
    for (int from = 0; from < count; from += GROUP) {
      boolean known = gatherKeys(Math.min(GROUP, count - from));
      for (int i = 0; known && i < ahead.count(); i++) {
        call.nextKey();
        read(ahead.store(i), ahead.hash(i), nowMs);
        bytes += DataService.ANSWER_SLACK_BYTES + answers.valueLength();
        known = bytes <= maxAnswerBytes;
      }
      if (!known) {
        out.dropFrame();
        return Outcome.OTHER;
      }
    }
    reads += count;
    return ended();
  }

  /** Looks at the next keys and brings their records near; false: one is not to be read here. */
  private boolean gatherKeys(int count) {
    ahead.clear();
    long place = call.place();
    for (int i = 0; i < count; i++) {
      call.nextKey();
      long hash = table.hash().hash(call.keyAddress(), call.keyLength());
      PartitionStore store = table.readable(hash);
      if (store == null) {
        return false;
      }
      ahead.add(store, hash);
    }
    call.goTo(place);
    ahead.fetchForReads();
    return true;
  }

  /** One too long is for the generated path, which tells so. */
  private Outcome ended() {
    answers.end();
    if (out.frameBytes() > maxFrameBytes) {
      out.dropFrame();
      return Outcome.OTHER;
    }
    return Outcome.ANSWERED;
  }

  private boolean read(long nowMs) {
    long hash = table.hash().hash(call.keyAddress(), call.keyLength());
    PartitionStore store = table.readable(hash);
    if (store == null) {
      return false;
    }
    read(store, hash, nowMs);
    return true;
  }

  private void read(PartitionStore store, long hash, long nowMs) {
    sample(hash);
    answers.beginRead();
    if (store.readNewest(call.keyAddress(), call.keyLength(), hash, nowMs, answers)) {
      answers.found();
    } else {
      answers.notFound();
    }
  }

  private Outcome writeLatest() {
    long hash = table.hash().hash(call.keyAddress(), call.keyLength());
    PartitionStore store = table.writable(hash);
    if ((store == null && !table.coordinates()) || !admits(call.timestamp())) {
      return Outcome.OTHER;
    }
    writes++;
    timestamps[0] = timestamp(call.timestamp());
    if (store == null) {
      sample(hash);
      return Outcome.COORDINATE;
    }
    WriteOutcome outcome = write(store, hash, timestamps[0], call.ttlMs());
    if (outcome == WriteOutcome.OUT_OF_MEMORY || !table.current()) {
      return Outcome.COORDINATE;
    }
    answers.beginOne(method, call.sequenceId());
    answers.written(status(outcome), timestamps[0]);
    return ended();
  }

  private Outcome multiPut() {
    int count = call.count();
    if ((long) count * HotAnswers.WRITE_BYTES + HotAnswers.HEAD_BYTES > maxFrameBytes) {
      return Outcome.OTHER;
    }
    if (timestamps.length < count) {
      timestamps = Arrays.copyOf(timestamps, count);
    }
    if (!lookAtPuts()) {
      return Outcome.OTHER;
    }
    writes += count;
    if (!allHere) {
      return coordinated();
    }
    boolean repeat = false;
    answers.beginMany(method, call.sequenceId(), count);
    call.firstEntry();
    for (int from = 0; from < count; from += GROUP) {
      gatherPuts(Math.min(GROUP, count - from));
      for (int i = 0; i < ahead.count(); i++) {
        call.nextPut();
        long timestamp = timestamp(call.putTimestamp());
        timestamps[from + i] = timestamp;
        WriteOutcome outcome = write(ahead.store(i), ahead.hash(i), timestamp, call.putTtlMs());
        repeat |= outcome == WriteOutcome.OUT_OF_MEMORY;
        answers.written(status(outcome), timestamp);
      }
    }
    if (repeat || !table.current()) {
      out.dropFrame();
      return Outcome.COORDINATE;
    }
    return ended();
  }

  /** False: there is something about an entry that is not for this path. */
  private boolean lookAtPuts() {
    KeyHash hash = table.hash();
    allHere = true;
    call.firstEntry();
    for (int i = 0; i < call.count(); i++) {
      call.nextPut();
      if (!admits(call.putTimestamp())) {
        return false;
      }
      allHere = allHere && table.writable(hash.hash(call.keyAddress(), call.keyLength())) != null;
    }
    return allHere || table.coordinates();
  }

  /** Gives the entries their versions. */
  private Outcome coordinated() {
    call.firstEntry();
    for (int i = 0; i < call.count(); i++) {
      call.nextPut();
      timestamps[i] = timestamp(call.putTimestamp());
      sample(table.hash().hash(call.keyAddress(), call.keyLength()));
    }
    return Outcome.COORDINATE;
  }

  /** Looks at the next records and brings near what they replace; all may be written here. */
  private void gatherPuts(int count) {
    ahead.clear();
    long place = call.place();
    for (int i = 0; i < count; i++) {
      call.nextPut();
      long hash = table.hash().hash(call.keyAddress(), call.keyLength());
      ahead.add(table.writable(hash), hash);
    }
    call.goTo(place);
    ahead.fetchForWrites();
  }

  private boolean admits(long timestamp) {
    return timestamp == HotCall.ABSENT || clock.admits(timestamp);
  }

  private long timestamp(long given) {
    if (given == HotCall.ABSENT) {
      return clock.now();
    }
    clock.observe(given);
    return given;
  }

  private void sample(long hash) {
    if (sampler.chooses()) {
      sampler.sampled(table.table().id(), hash, OffHeap.bytes(call.keyAddress(), call.keyLength()));
    }
  }

  private WriteOutcome write(PartitionStore store, long hash, long timestamp, long ttlMs) {
    sample(hash);
    head.set(timestamp, call.source(), call.flags(), expiry(ttlMs));
    return store.writeLatest(
        call.keyAddress(), call.keyLength(), hash, call.valueAddress(), call.valueLength(), head);
  }

  private long expiry(long given) {
    long ttlMs = given == HotCall.ABSENT ? table.table().schema().ttlMs() : given;
    return ttlMs == 0 ? 0 : DataService.expiry(ttlMs, clock.wallMillis());
  }

  private static int status(WriteOutcome outcome) {
    return outcome == WriteOutcome.OK ? OK : OUTDATED;
  }

  // -- Of the call that was served last.

  /** Its header. */
  TMessage message() {
    return new TMessage(NAMES.get(method), TMessageType.CALL, sequenceId);
  }

  /** Whether it is one of many records. */
  boolean many() {
    return method == HotCall.MULTI_PUT;
  }

  LocalTable table() {
    return table;
  }

  /** What the coordinator is to do, with the versions that it has. The message is still there. */
  List<Write> writes() {
    int count = many() ? call.count() : 1;
    var repeated = new ArrayList<Write>(count);
    if (many()) {
      call.firstEntry();
    }
    for (int i = 0; i < count; i++) {
      if (many()) {
        call.nextPut();
      }
      long ttlMs = many() ? call.putTtlMs() : call.ttlMs();
      repeated.add(
          Coordinator.write(
              table.table(),
              MutationKind.WRITE_LATEST,
              OffHeap.bytes(call.keyAddress(), call.keyLength()),
              StoredVersion.value(
                  timestamps[i],
                  call.source(),
                  expiry(ttlMs),
                  call.flags(),
                  OffHeap.bytes(call.valueAddress(), call.valueLength()))));
    }
    return repeated;
  }

  // -- Since it was asked last.

  int takeReads() {
    int taken = reads;
    reads = 0;
    return taken;
  }

  int takeWrites() {
    int taken = writes;
    writes = 0;
    return taken;
  }
}
