// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.time.SerialScheduler;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.PartitionStore;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The digests of this daemon's stores. Those that are not there yet are made on a worker, a slice
 * at a time, while whoever asked does something else and asks again. Thread-safe.
 */
@InterfaceAudience.Private
final class LocalDigests {
  /** Slices, of some hundred records each, that the worker does before it lets others work. */
  private static final int SLICES = 16;

  private final Engine engine;
  private final SerialScheduler worker;
  private final Queue<Wanted> queue = new ArrayDeque<>(); // guarded by this
  private final Set<Wanted> queued = new HashSet<>(); // guarded by this

  private record Wanted(int tableId, int partition) {}

  LocalDigests(Engine engine, SerialScheduler worker) {
    this.engine = engine;
    this.worker = worker;
  }

  /** The digest of all that is held of a table in a partition; null: it is being made. */
  Long root(int tableId, int partition) {
    long[] digests = parts(tableId, partition, 0);
    return digests == null ? null : digests[0];
  }

  /**
   * As {@link PartitionStore#digests}. Where nothing was ever written all are 0.
   *
   * @return null: they are being made
   */
  long[] parts(int tableId, int partition, int mostDepth) {
    PartitionStore store = engine.find(tableId, partition);
    if (store == null) {
      return new long[1 << Math.min(mostDepth, PartitionStore.MOST_DIGEST_DEPTH)];
    }
    long[] digests = store.digests(mostDepth);
    // Known ones may have become too coarse; then this is the first slice of finer ones.
    if (digests == null || !store.prepareDigests()) {
      want(new Wanted(tableId, partition));
    }
    return digests;
  }

  private void want(Wanted wanted) {
    synchronized (this) {
      if (!queued.add(wanted)) {
        return;
      }
      queue.add(wanted);
      if (queue.size() > 1) {
        return;
      }
    }
    worker.execute(this::make);
  }

  private void make() {
    Wanted first;
    synchronized (this) {
      first = queue.peek();
    }
    PartitionStore store = engine.find(first.tableId(), first.partition());
    boolean done = store == null;
    for (int i = 0; i < SLICES && !done; i++) {
      done = store.prepareDigests();
    }
    synchronized (this) {
      if (done) {
        queue.remove();
        queued.remove(first);
      }
      if (queue.isEmpty()) {
        return;
      }
    }
    worker.execute(this::make);
  }

  /** Digests of parts, of those of fewer and larger parts. */
  static long[] coarser(long[] digests, int depth) {
    long[] sums = new long[1 << depth];
    int width = digests.length >> depth;
    for (int i = 0; i < digests.length; i++) {
      sums[i / width] += digests[i];
    }
    return sums;
  }

  static int depthOf(long[] digests) {
    return Integer.numberOfTrailingZeros(digests.length);
  }

  /** The lowest bytes of a digest. */
  static long cut(long digest, int width) {
    return width == Long.BYTES ? digest : digest & (1L << width * Byte.SIZE) - 1;
  }

  /** Writes the lowest bytes of a digest. */
  static void write(long digest, int width, ByteBuffer to) {
    for (int shift = (width - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      to.put((byte) (digest >>> shift));
    }
  }

  /** Reads the lowest bytes of a digest. */
  static long read(ByteBuffer from, int width) {
    long digest = 0;
    for (int i = 0; i < width; i++) {
      digest = digest << Byte.SIZE | from.get() & 0xFF;
    }
    return digest;
  }
}
