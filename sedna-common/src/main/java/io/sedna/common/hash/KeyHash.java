// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.hash;

import java.nio.ByteBuffer;
import net.openhft.hashing.LongHashFunction;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * XXH64 of a key, seeded with its table's id (as an unsigned 32-bit number). Every language has
 * XXH64, so any client can route. Hashes are 64-bit unsigned numbers held in a {@code long}.
 * Thread-safe.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">XXH64
 *     specification</a>
 */
@InterfaceAudience.Public
@InterfaceStability.Stable
public final class KeyHash {
  private final LongHashFunction function;

  private KeyHash(int tableId) {
    function = LongHashFunction.xx(Integer.toUnsignedLong(tableId));
  }

  /** The hash of one table's keys; keep it, making one costs more than using it. */
  public static KeyHash ofTable(int tableId) {
    return new KeyHash(tableId);
  }

  /** Hash of memory outside the heap, which must be there. */
  public long hash(long address, int length) {
    return function.hashMemory(address, length);
  }

  public long hash(byte[] key) {
    return function.hashBytes(key);
  }

  public long hash(byte[] key, int offset, int length) {
    return function.hashBytes(key, offset, length);
  }

  /** Hash of what remains in the buffer, whose position stays. */
  public long hash(ByteBuffer key) {
    return function.hashBytes(key, key.position(), key.remaining());
  }
}
