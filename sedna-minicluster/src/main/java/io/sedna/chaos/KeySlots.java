// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Names of keys that clients share. After some changes of unknown answer a key is left for another:
 * a history with many of them can hardly be checked. Thread-safe.
 */
final class KeySlots {
  private static final int LOSSES_PER_KEY = 4;

  private final String prefix;
  private final AtomicIntegerArray losses;

  KeySlots(String prefix, int slots) {
    this.prefix = prefix;
    this.losses = new AtomicIntegerArray(slots);
  }

  int size() {
    return losses.length();
  }

  String key(int slot) {
    return prefix + slot + "." + losses.get(slot) / LOSSES_PER_KEY;
  }

  /** A change of the key at this place was not answered. */
  void lost(int slot) {
    losses.incrementAndGet(slot);
  }
}
