// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.sedna.bench.workload.OperationKind;
import io.sedna.bench.workload.OperationSource;
import java.util.Arrays;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Requests of one connection that are under way, each in a slot: what was asked for, and when.
 * Slots are taken and given back in any order; {@link #oldest} serves protocols that answer in
 * order. For one thread.
 *
 * <p>A sequence id is a count in its upper bits and the slot in its lower ones, so that an answer
 * finds its request, and one that comes twice or late does not find another's.
 */
@InterfaceAudience.Private
public final class Outstanding {
  private static final int NONE = 0;

  private final int slots;
  private final int most;
  private final int slotBits;

  private final OperationKind[] kinds;
  private final boolean[] writing;
  private final int[] counts;
  private final long[] keys;
  private final long[] startNanos;
  private final int[] sequences;

  private final int[] free;
  private int freeCount;

  /** Slots in the order of their requests; a ring. */
  private final int[] order;

  private int first;
  private int ordered;
  private int sequence;

  /**
   * @param slots requests under way at most
   * @param most keys of one request at most
   */
  public Outstanding(int slots, int most) {
    this.slots = slots;
    this.most = most;
    slotBits = Integer.SIZE - Integer.numberOfLeadingZeros(slots);
    kinds = new OperationKind[slots];
    writing = new boolean[slots];
    counts = new int[slots];
    keys = new long[slots * most];
    startNanos = new long[slots];
    sequences = new int[slots];
    free = new int[slots];
    order = new int[slots];
    Arrays.setAll(free, i -> slots - 1 - i);
    freeCount = slots;
  }

  public boolean isFull() {
    return freeCount == 0;
  }

  public boolean isIdle() {
    return freeCount == slots;
  }

  public int underWay() {
    return slots - freeCount;
  }

  /**
   * Takes the next operation into a slot.
   *
   * @param nowNanos when it should be sent, from which its latency counts
   * @return the slot; negative: there is nothing left to do
   */
  public int begin(OperationSource source, long nowNanos) {
    int slot = free[freeCount - 1];
    OperationKind kind = source.next(keys, slot * most, most);
    if (kind == null) {
      return -1;
    }
    freeCount--;
    kinds[slot] = kind;
    writing[slot] = !kind.beginsWithRead();
    counts[slot] = source.count();
    startNanos[slot] = nowNanos;
    enqueue(slot);
    return slot;
  }

  /** After the read of a read-modify-write was answered: the write follows in the same slot. */
  public void beginWrite(int slot) {
    writing[slot] = true;
    enqueue(slot);
  }

  private void enqueue(int slot) {
    sequence = (sequence + 1) & (Integer.MAX_VALUE >>> slotBits);
    sequences[slot] = sequence << slotBits | slot + 1;
    order[(first + ordered) % slots] = slot;
    ordered++;
  }

  /** The request that was sent first of those under way; negative: none is. */
  public int oldest() {
    return ordered == 0 ? -1 : order[first];
  }

  /** The slot of a sequence id; negative: no such request is under way. */
  public int slotOf(int sequenceId) {
    int slot = (sequenceId & ((1 << slotBits) - 1)) - 1;
    return slot >= 0 && slot < slots && sequences[slot] == sequenceId ? slot : -1;
  }

  /** The request was answered; a write may follow in its slot, or {@link #release}. */
  public void answered(int slot) {
    sequences[slot] = NONE;
    int at = first;
    int before = 0;
    while (order[at] != slot) {
      at = (at + 1) % slots;
      before++;
    }
    // Those before it move up: none, if answers come in order.
    for (; before > 0; before--) {
      int previous = (at + slots - 1) % slots;
      order[at] = order[previous];
      at = previous;
    }
    first = (first + 1) % slots;
    ordered--;
  }

  public void release(int slot) {
    free[freeCount++] = slot;
  }

  public OperationKind kind(int slot) {
    return kinds[slot];
  }

  /** The request that is under way is a write. */
  public boolean isWriting(int slot) {
    return writing[slot];
  }

  /** Keys of the request. */
  public int count(int slot) {
    return counts[slot];
  }

  public long key(int slot, int index) {
    return keys[slot * most + index];
  }

  public long startNanos(int slot) {
    return startNanos[slot];
  }

  public int sequenceId(int slot) {
    return sequences[slot];
  }
}
