// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Puts calls that wait for one connection into frames. Calls of one kind, table, epoch and (of
 * writes) source share a frame, until it has its most keys or bytes. Writes go before the reads
 * gathered with them: a caller that began a write and then, without waiting, a read finds its write
 * there. Of one event loop alone.
 */
final class FrameGatherer {
  private static final int FIRST_CAPACITY = 16;

  /** The weight of the newest answer in what is expected of the next is one in so many. */
  private static final int MEMORY = 8;

  private static final class Group {
    final KeyCall<?> first;
    KeyCall<?>[] calls = new KeyCall<?>[FIRST_CAPACITY];
    int size;
    long bytes;

    Group(KeyCall<?> first) {
      this.first = first;
    }

    boolean takes(KeyCall<?> call) {
      return call instanceof ReadCall == first instanceof ReadCall
          && call.epoch() == first.epoch()
          && (call.table() == first.table() || Arrays.equals(call.table(), first.table()))
          && (call instanceof ReadCall || isAlike((WriteCall<?>) call, (WriteCall<?>) first));
    }

    private static boolean isAlike(WriteCall<?> a, WriteCall<?> b) {
      return a.arguments().source() == b.arguments().source() && a.requests() == b.requests();
    }

    void add(KeyCall<?> call, int frameBytes) {
      if (size == calls.length) {
        calls = Arrays.copyOf(calls, 2 * size);
      }
      calls[size++] = call;
      bytes += frameBytes;
    }
  }

  private final Gathering limits;
  private final IntSupplier sequence;
  private final List<Group> writes = new ArrayList<>();
  private final List<Group> reads = new ArrayList<>();
  private int size;

  /** Bytes that the answer to one key took lately. */
  private long expectedAnswerBytes;

  /**
   * @param sequence makes sequence ids
   */
  FrameGatherer(Gathering limits, IntSupplier sequence) {
    this.limits = limits;
    this.sequence = sequence;
  }

  /** Calls that no frame has been made of yet. */
  int size() {
    return size;
  }

  void add(KeyCall<?> call) {
    int bytes = call.frameBytes();
    group(call, bytes).add(call, bytes);
    size++;
  }

  private Group group(KeyCall<?> call, int bytes) {
    boolean read = call instanceof ReadCall;
    List<Group> groups = read ? reads : writes;
    // The last is the one to look at first, and those that are full come before it.
    for (int i = groups.size() - 1; i >= 0; i--) {
      Group group = groups.get(i);
      if (group.takes(call)) {
        if (hasRoom(group, read, bytes)) {
          return group;
        }
        break;
      }
    }
    var group = new Group(call);
    groups.add(group);
    return group;
  }

  private boolean hasRoom(Group group, boolean read, int bytes) {
    return group.size < limits.maxKeys()
        && group.bytes + bytes <= limits.maxBytes()
        && !(read && (group.size + 1) * expectedAnswerBytes > limits.maxBytes());
  }

  /** Makes frames of all that was added. */
  void drainTo(Consumer<? super KeyFrame> frames) {
    if (size == 0) {
      return;
    }
    long now = System.nanoTime();
    drain(writes, now, frames);
    drain(reads, now, frames);
    size = 0;
  }

  private void drain(List<Group> groups, long now, Consumer<? super KeyFrame> frames) {
    for (Group group : groups) {
      frames.accept(new KeyFrame(sequence.getAsInt(), group.calls, group.size, group.bytes, now));
    }
    groups.clear();
  }

  /** Learns how long an answer was, so that those to come stay within bounds. */
  void answered(KeyFrame frame, int answerBytes) {
    if (frame.reads() && frame.size() > 0) {
      expectedAnswerBytes += (answerBytes / frame.size() - expectedAnswerBytes) / MEMORY;
    }
  }
}
