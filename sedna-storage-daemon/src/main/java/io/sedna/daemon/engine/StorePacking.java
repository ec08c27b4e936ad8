// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;

import io.sedna.daemon.engine.index.HashIndex;
import io.sedna.daemon.engine.index.PageCursor;
import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.SegmentTable;

/**
 * Packs the records of one store for another replica, a page of the index at a time: a page's
 * records are next to each other by their hashes, so whoever stores them finds their places near
 * each other. No lock is held: the records of a page are copied, then the index is asked whether
 * all of them still were what it leads to, and if not it is done again.
 *
 * <p>A record of one version goes from segment to array without any object. Records of several
 * versions, those that fill segments of their own, pages of more bytes than are asked for, and
 * pages that are written all the time, go by way of {@link StoredRecord}, each on its own.
 */
final class StorePacking {
  /** Pages that writers got in the way of so many times are packed record by record. */
  private static final int MAX_ATTEMPTS = 4;

  /** As many bytes of those. */
  private static final int SLICE_BYTES = 32 << 10;

  /** Records that are brought near together. */
  private static final int AHEAD = 32;

  private static final int LINE_BYTES = 64;

  private static final ThreadLocal<PageCursor> PAGES = ThreadLocal.withInitial(PageCursor::new);

  private final TableSlot table;
  private final SegmentTable segments;
  private final HashIndex index;
  private final StoreWalk walk;

  /** What was read: it is kept because only what is kept is read. */
  @SuppressWarnings("unused")
  private long seen;

  StorePacking(TableSlot table, SegmentTable segments, HashIndex index, StoreWalk walk) {
    this.table = table;
    this.segments = segments;
    this.index = index;
    this.walk = walk;
  }

  /** As {@link PartitionStore#pack}. */
  PackedRange pack(long firstHash, long lastHash, int maxBytes, PackedBuffer to) {
    PageCursor page = PAGES.get();
    long from =
        Long.compareUnsigned(firstHash, walk.firstHash()) > 0 ? firstHash : walk.firstHash();
    long end = Long.compareUnsigned(lastHash, walk.lastHash()) < 0 ? lastHash : walk.lastHash();
    if (Long.compareUnsigned(from, end) > 0) {
      return new PackedRange(true, 0);
    }
    while (true) {
      int before = to.size();
      if (!packPage(page, from, end, maxBytes, to)) {
        int room = Math.max(1, Math.min(maxBytes - before, SLICE_BYTES));
        PackedRange slice = packEach(from, end, room, to);
        if (slice.done() || to.size() > maxBytes / 2) {
          return slice;
        }
        from = slice.nextHash();
        continue;
      }
      if (to.size() > maxBytes) {
        to.goBack(before);
        return before > 0 ? new PackedRange(false, from) : packEach(from, end, maxBytes, to);
      }
      if (Long.compareUnsigned(page.last(), end) >= 0) {
        return new PackedRange(true, 0);
      }
      from = page.last() + 1;
      // Half full is full, as the next page could be too much and would be packed in vain.
      if (to.size() > maxBytes / 2) {
        return new PackedRange(false, from);
      }
    }
  }

  private PackedRange packEach(long from, long end, int maxBytes, PackedBuffer to) {
    ScanBatch batch = walk.scan(ScanRange.of(from, end, maxBytes, ScanRange.View.EVERYTHING));
    batch.records().forEach(to::add);
    return new PackedRange(batch.done(), batch.nextHash());
  }

  /**
   * Packs what a page has of the range, or more than {@code maxBytes} and no matter what.
   *
   * @return false: writers were in the way, and nothing was packed
   */
  private boolean packPage(PageCursor page, long from, long end, int maxBytes, PackedBuffer to) {
    int before = to.size();
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      if (tryPackPage(page, from, end, maxBytes, to)) {
        return true;
      }
      to.goBack(before);
      Thread.onSpinWait();
    }
    return false;
  }

  /** False: a writer was in the way. */
  private boolean tryPackPage(PageCursor page, long from, long end, int maxBytes, PackedBuffer to) {
    if (!index.walk().recordsOfPage(from, page)) {
      return false;
    }
    boolean whole =
        Long.compareUnsigned(page.first(), from) >= 0
            && Long.compareUnsigned(page.last(), end) <= 0;
    for (int i = 0; i < page.count(); i++) {
      if (i % AHEAD == 0) {
        fetch(page, i);
      }
      if (!tryPack(page, page.record(i), whole, from, end, to)) {
        return false;
      }
      if (to.size() > maxBytes) {
        break;
      }
    }
    return index.walk().valid(page);
  }

  /** Brings the next records near, all at once. */
  private void fetch(PageCursor page, int begin) {
    int limit = Math.min(page.count(), begin + AHEAD);
    long sum = 0;
    for (int i = begin; i < limit; i++) {
      long record = page.record(i);
      sum +=
          UNSAFE.getLong(record)
              + UNSAFE.getLong(record + LINE_BYTES)
              + UNSAFE.getLong(record + 2 * LINE_BYTES);
    }
    seen = sum;
  }

  private boolean tryPack(
      PageCursor page, long record, boolean whole, long from, long end, PackedBuffer to) {
    long word = RecordLayout.word(record);
    boolean simple = !RecordLayout.has(word, RecordLayout.MULTI | RecordLayout.CHAINED);
    long bytes =
        (long) RecordLayout.keyOffset(word)
            + RecordLayout.keyLength(word)
            + (simple ? RecordLayout.valueLength(word) : 0);
    if (!segments.fits(record, bytes)) {
      return false;
    }
    if (!whole) {
      long hash = table.hashOf(record, word);
      if (Long.compareUnsigned(hash, from) < 0 || Long.compareUnsigned(hash, end) > 0) {
        return true;
      }
    }
    if (simple) {
      to.add(record, word);
      return true;
    }
    RawRecord raw = RawRecord.copy(segments, record);
    if (raw == null || !index.walk().valid(page)) {
      return false;
    }
    to.add(raw.decode(0));
    return true;
  }
}
