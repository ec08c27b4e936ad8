// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.hash;

import net.openhft.hashing.LongHashFunction;
import org.apache.hadoop.classification.InterfaceAudience;

/** XXH64 of what is not a key, without a seed: to tell whether two things are the same. */
@InterfaceAudience.Private
public final class ContentHash {
  private static final LongHashFunction XX_HASH = LongHashFunction.xx();

  private ContentHash() {}

  public static long of(byte[] bytes) {
    return XX_HASH.hashBytes(bytes);
  }

  public static long of(long[] numbers) {
    return XX_HASH.hashLongs(numbers);
  }
}
