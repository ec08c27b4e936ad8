// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import java.util.BitSet;

/**
 * Where a search is between two answers. The sets are never changed after the construction.
 *
 * @param done slots of operations under way that have taken effect
 * @param used operations of unknown answer that have
 */
record Situation(RegisterState state, BitSet done, BitSet used) {
  static final Situation BEGINNING = new Situation(RegisterState.EMPTY, new BitSet(), new BitSet());

  Situation with(RegisterState newState, int slot) {
    BitSet more = (BitSet) done.clone();
    more.set(slot);
    return new Situation(newState, more, used);
  }

  Situation without(int slot) {
    if (!done.get(slot)) {
      return this;
    }
    BitSet less = (BitSet) done.clone();
    less.clear(slot);
    return new Situation(state, less, used);
  }

  Situation using(RegisterState newState, int unknown) {
    BitSet more = (BitSet) used.clone();
    more.set(unknown);
    return new Situation(newState, done, more);
  }
}
