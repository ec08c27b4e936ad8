// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import org.apache.hadoop.classification.InterfaceAudience;

/** Operations of a mix, without end. */
@InterfaceAudience.Private
public final class MixedOperations implements OperationSource {
  private final Inserted inserted;
  private final FastRandom random;
  private final KeyChooser chooser;
  private final double reads;
  private final double updates;
  private final double inserts;
  private int count;

  /**
   * @param inserted shared by all threads of a load
   * @param seed equal seeds give equal operations, where nothing is inserted
   */
  public MixedOperations(OperationMix mix, Inserted inserted, long seed) {
    this.inserted = inserted;
    random = new FastRandom(seed);
    chooser = mix.distribution().chooser(inserted, random);
    // Sums, so that one random number finds the kind.
    reads = mix.reads();
    updates = reads + mix.updates();
    inserts = updates + mix.inserts();
  }

  @Override
  public OperationKind next(long[] keys, int at, int most) {
    OperationKind kind = kind(reads == 1 ? 0 : random.nextDouble());
    count = most;
    for (int i = at; i < at + most; i++) {
      keys[i] = kind == OperationKind.INSERT ? inserted.begin() : chooser.next();
    }
    return kind;
  }

  private OperationKind kind(double drawn) {
    if (drawn < reads) {
      return OperationKind.READ;
    }
    if (drawn < updates) {
      return OperationKind.UPDATE;
    }
    return drawn < inserts ? OperationKind.INSERT : OperationKind.READ_MODIFY_WRITE;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public void inserted(long key) {
    inserted.answered(key);
  }
}
