// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.hitratio;

/** Drops what was used least recently, record by record: the yardstick. */
final class LruModel implements CacheModel {
  private static final int ABSENT = -1;

  private final long capacity;
  private final int head;
  private final int[] older; // the links of a ring through the head
  private final int[] newer;
  private final int[] sizes;
  private long used;

  LruModel(int keys, long capacityBytes) {
    capacity = capacityBytes;
    head = keys;
    older = new int[keys + 1];
    newer = new int[keys + 1];
    sizes = new int[keys];
    java.util.Arrays.fill(older, ABSENT);
    older[head] = head;
    newer[head] = head;
  }

  @Override
  public boolean access(int key, int bytes) {
    boolean hit = older[key] != ABSENT;
    if (hit) {
      unlink(key);
    } else {
      while (used + bytes > capacity && newer[head] != head) {
        drop(newer[head]);
      }
      sizes[key] = bytes;
      used += bytes;
    }
    older[key] = older[head];
    newer[key] = head;
    newer[older[head]] = key;
    older[head] = key;
    return hit;
  }

  private void drop(int key) {
    unlink(key);
    older[key] = ABSENT;
    used -= sizes[key];
  }

  private void unlink(int key) {
    newer[older[key]] = newer[key];
    older[newer[key]] = older[key];
  }
}
