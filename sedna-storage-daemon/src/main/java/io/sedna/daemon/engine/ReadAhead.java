// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static io.sedna.daemon.engine.OffHeap.UNSAFE;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Brings near what several reads or writes will need of memory, before the first of them is done.
 * An operation waits for memory twice, for the index and then for the record, as the one tells
 * where the other is; done one after the other, operations wait twice each. Here all wait for the
 * index at once, and then for the records at once.
 *
 * <p>There is no instruction for this in Java, so the memory is read. Addresses are worked out
 * first, in loops of their own: reads that follow each other closely are under way together, while
 * those between other work fill the processor's window first.
 *
 * <p>For one thread; nothing is allocated once it is made.
 */
@InterfaceAudience.Private
public final class ReadAhead {
  private static final int LINE_BYTES = 64;

  private final PartitionStore[] stores;
  private final long[] hashes;
  private final long[] places;
  private int count;

  /** What was read: it is kept because only what is kept is read. */
  @SuppressWarnings("unused")
  private long seen;

  /**
   * @param most operations at once
   */
  public ReadAhead(int most) {
    stores = new PartitionStore[most];
    hashes = new long[most];
    places = new long[most];
  }

  /** Begins anew. */
  public void clear() {
    count = 0;
  }

  /** Adds an operation; at most as many as there is room for. */
  public void add(PartitionStore store, long hash) {
    stores[count] = store;
    hashes[count++] = hash;
  }

  public int count() {
    return count;
  }

  public PartitionStore store(int operation) {
    return stores[operation];
  }

  public long hash(int operation) {
    return hashes[operation];
  }

  /** For writes, which need the head of the record that they replace. */
  public void fetchForWrites() {
    seen = index() + lines(1);
  }

  /** For reads of records that are not large. */
  public void fetchForReads() {
    seen = index() + lines(3);
  }

  /** For who only looks into the index. */
  public void fetchIndex() {
    seen = index();
  }

  private long index() {
    int n = count;
    for (int i = 0; i < n; i++) {
      places[i] = stores[i].bucketAddress(hashes[i]);
    }
    long sum = 0;
    for (int i = 0; i < n; i++) {
      sum += UNSAFE.getLong(places[i]);
    }
    return sum;
  }

  private long lines(int lines) {
    int n = count;
    for (int i = 0; i < n; i++) {
      places[i] = stores[i].recordAddress(hashes[i]);
    }
    long sum = 0;
    for (int i = 0; i < n; i++) {
      sum += UNSAFE.getLong(places[i]);
      if (lines > 1) {
        sum += UNSAFE.getLong(places[i] + LINE_BYTES) + UNSAFE.getLong(places[i] + 2 * LINE_BYTES);
      }
    }
    return sum;
  }
}
