// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.common.error.SednaException;
import io.sedna.common.schema.MemoryMode;
import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.VersionHead;
import io.sedna.daemon.memcached.Counters.Kind;
import io.sedna.daemon.metrics.KeySampler;
import io.sedna.daemon.replication.LocalTable;
import java.nio.charset.StandardCharsets;

/**
 * What the commands of one connection share: the line that is worked on, the answers, the short way
 * to the table and the time. Of one event loop.
 */
final class Session {
  static final int MAX_KEY_BYTES = 250;

  /** An answer with more bytes than this is sent in pieces. */
  static final int CUT_OVER_BYTES = 256 * 1024;

  /** A cursor: the rest of the line is thrown away. */
  static final int ABANDONED = Integer.MAX_VALUE;

  private static final int MOST_WAITS = 100;

  private static final long SECOND_MS = 1000;

  /** What memcached adds to key and value when it compares with its -I. */
  private static final int ITEM_OVERHEAD_BYTES = 59;

  private static final int ITEM_FLAGS_BYTES = 4;

  final CacheTable table;
  final Output out;
  final Counters counters;
  final Link link;
  final Line line = new Line();
  private final KeySampler sampler;
  final Decimal decimal = new Decimal();
  final int maxItemBytes;

  /** Address of memory for what a command makes. */
  private final long scratch;

  /** Times that the command has waited for room. */
  private int waited;

  private LocalTable local;
  private long nowMs;
  private boolean counting;
  private long flushMark;

  /** Where a command that was suspended in the middle of its line goes on; 0: none was. */
  private int cursor;

  /** The command waits for its item's primary, and will then be done again from its beginning. */
  private boolean waits;

  /** The command has waited, and is being done again. */
  private boolean again;

  /** Timestamp that the primary has given; 0: none. */
  private long given;

  /** Bytes without which it is no use to try again. */
  private int needed;

  /** Bytes that come next and are thrown away. */
  private long toSwallow;

  Session(
      CacheTable table,
      Output out,
      Counters counters,
      Link link,
      int maxItemBytes,
      long scratch,
      KeySampler sampler) {
    this.sampler = sampler;
    this.scratch = scratch;
    this.table = table;
    this.out = out;
    this.counters = counters;
    this.link = link;
    this.maxItemBytes = maxItemBytes;
  }

  /** Before the first command of a batch. */
  void begin() {
    counting = table.prefixes().counting();
    nowMs = table.clock().wallMillis();
    flushMark = table.flushes().at(nowMs);
    refresh();
  }

  /** Whether commands are counted by their keys' prefixes. */
  boolean countsPrefixes() {
    return counting;
  }

  /** Looks for the short way again if it has changed. */
  void refresh() {
    if (local == null || !local.current()) {
      local = table.local();
    }
  }

  /** The short way to the table; null: there is none. */
  LocalTable local() {
    return local;
  }

  /** An operation on a key, by the short way or not: some are kept for the metrics of hot keys. */
  void sample(LocalTable used, long hash, long key, int keyLength) {
    if (!again && sampler.chooses()) {
      sampler.sampled(used.table().id(), hash, OffHeap.bytes(key, keyLength));
    }
  }

  long nowMs() {
    return nowMs;
  }

  long nowSeconds() {
    return nowMs / SECOND_MS;
  }

  /** Items with an older timestamp are gone. */
  long flushMark() {
    return flushMark;
  }

  /** A timestamp for what takes the place of the newest thing held. */
  long nextTimestamp(long newest) {
    return given != 0 ? given : Math.max(table.clock().now(), newest + 1);
  }

  /**
   * The timestamp of an item that is stored again, and keeps its own unless it has to have another.
   */
  long timestampOf(VersionHead head) {
    return given != 0 ? given : head.timestamp();
  }

  /** The primary has decided on a timestamp; 0: that was all. */
  void given(long timestamp) {
    given = timestamp;
  }

  /** Before each command. */
  void beginCommand() {
    again = waits;
    waits = false;
  }

  /** Whether the command was begun before: it has been counted. */
  boolean again() {
    return again;
  }

  /** The command is to be done again from its beginning when the connection goes on. */
  void waitForPrimary() {
    waits = true;
  }

  boolean waits() {
    return waits;
  }

  void flushed() {
    flushMark = table.flushes().at(nowMs);
  }

  long scratch() {
    return scratch;
  }

  int cursor() {
    return cursor;
  }

  void cursor(int newCursor) {
    cursor = newCursor;
  }

  int needed() {
    return needed;
  }

  /** Not done: come again with at least so many bytes. */
  int needs(int bytes) {
    needed = bytes;
    return 0;
  }

  long toSwallow() {
    return toSwallow;
  }

  void swallow(long bytes) {
    toSwallow = bytes;
  }

  void answer(byte[] text) {
    out.write(text);
  }

  void answer(byte[] text, boolean noreply) {
    if (!noreply) {
      out.write(text);
    }
  }

  void serverError(SednaException e) {
    serverError(e.code() + " " + e.getMessage());
  }

  /** A line of its own, whatever the text. */
  void serverError(String text) {
    String clean = text.replace('\r', ' ').replace('\n', ' ');
    out.write(("SERVER_ERROR " + clean + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Whether memcached would take an item of such a size. */
  boolean fits(int keyLength, int valueLength, int flags) {
    return (long) keyLength
            + valueLength
            + ITEM_OVERHEAD_BYTES
            + (flags == 0 ? 0 : ITEM_FLAGS_BYTES)
        <= maxItemBytes;
  }

  /**
   * A cache always has room when its cleaner has caught up: a command that found none waits a
   * little and is done again.
   *
   * @return false: it has waited long enough, or the table is no cache
   */
  boolean waitsForRoom() {
    if (waited == MOST_WAITS || local.table().schema().memory() != MemoryMode.CACHE) {
      waited = 0;
      counters.add(Kind.STORE_NO_MEMORY);
      return false;
    }
    waited++;
    link.tryAgainSoon();
    return true;
  }

  /** There was room. */
  void hadRoom() {
    waited = 0;
  }

  void tooLarge(int valueLength) {
    counters.add(Kind.STORE_TOO_LARGE);
    swallow(valueLength + 2L);
  }
}
