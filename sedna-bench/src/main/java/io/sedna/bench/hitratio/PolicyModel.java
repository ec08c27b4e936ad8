// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.hitratio;

import io.sedna.daemon.engine.cache.S3Fifo;
import io.sedna.daemon.engine.cache.S3Fifo.Queue;
import java.util.ArrayDeque;
import java.util.Arrays;

/** The engine's policy over two logs of segments, as the engine has them, without its memory. */
final class PolicyModel implements CacheModel {
  /** Scatters keys as the hash of real ones does. */
  private static final long SCATTER = 0x9E3779B97F4A7C15L;

  private final S3Fifo policy = new S3Fifo();
  private final byte[] frequency;
  private final int[] sizes;
  private final boolean[] present;
  private final Log probation = new Log();
  private final Log main = new Log();
  private final int segmentBytes;
  private final int segments;
  private long records;
  private long written;
  private long moved;

  private static final class Segment {
    int[] keys = new int[64];
    int count;
    int bytes;

    void add(int key, int size) {
      if (count == keys.length) {
        keys = Arrays.copyOf(keys, 2 * count);
      }
      keys[count++] = key;
      bytes += size;
    }
  }

  private final class Log {
    final ArrayDeque<Segment> closed = new ArrayDeque<>();
    Segment open = new Segment();
    long closedBytes;

    void append(int key) {
      if (open.bytes + sizes[key] > segmentBytes) {
        closed.addLast(open);
        closedBytes += open.bytes;
        open = new Segment();
      }
      open.add(key, sizes[key]);
    }

    Segment oldest() {
      Segment segment = closed.removeFirst();
      closedBytes -= segment.bytes;
      return segment;
    }
  }

  /**
   * @param segments that the capacity is made of, the open ones among them
   */
  PolicyModel(int keys, long capacityBytes, int segments) {
    this.segments = segments;
    segmentBytes = (int) (capacityBytes / segments);
    frequency = new byte[keys];
    sizes = new int[keys];
    present = new boolean[keys];
  }

  @Override
  public boolean access(int key, int bytes) {
    if (present[key]) {
      frequency[key] = (byte) Math.min(S3Fifo.MOST_FREQUENT, frequency[key] + 1);
      return true;
    }
    present[key] = true;
    sizes[key] = bytes;
    frequency[key] = (byte) policy.inserted(key * SCATTER);
    records++;
    written += bytes;
    probation.append(key);
    while (probation.closed.size() + main.closed.size() + 2 > segments) {
      giveUpOne();
    }
    return false;
  }

  private void giveUpOne() {
    Queue from = policy.victim(probation.closedBytes, main.closedBytes, records);
    Segment victim = (from == Queue.PROBATION ? probation : main).oldest();
    for (int i = 0; i < victim.count; i++) {
      int key = victim.keys[i];
      int verdict = policy.judge(key * SCATTER, frequency[key]);
      if (verdict == S3Fifo.DROP) {
        present[key] = false;
        records--;
      } else {
        frequency[key] = (byte) verdict;
        moved += sizes[key];
        main.append(key);
      }
    }
  }

  /** Bytes moved to keep them, for each byte written. */
  double movedPerWritten() {
    return written == 0 ? 0 : (double) moved / written;
  }
}
