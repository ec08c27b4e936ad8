// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.schema.Table;
import io.sedna.daemon.metrics.KeySamples;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses which operations of the generated path are sampled. Thread-safe. */
final class KeySampling {
  private final KeySamples samples;

  KeySampling(KeySamples samples) {
    this.samples = samples;
  }

  /**
   * A client's operation on a key.
   *
   * @param key never changed any more
   */
  void served(Table table, byte[] key) {
    if (ThreadLocalRandom.current().nextInt(KeySamples.EVERY) == 0) {
      samples.sampled(table.id(), KeyHash.ofTable(table.id()).hash(key), key);
    }
  }

  /**
   * As the other.
   *
   * @param key left as it is; null, and so no key, is left out
   */
  void served(Table table, ByteBuffer key) {
    if (key != null && ThreadLocalRandom.current().nextInt(KeySamples.EVERY) == 0) {
      byte[] bytes = new byte[key.remaining()];
      key.duplicate().get(bytes);
      samples.sampled(table.id(), KeyHash.ofTable(table.id()).hash(bytes), bytes);
    }
  }
}
