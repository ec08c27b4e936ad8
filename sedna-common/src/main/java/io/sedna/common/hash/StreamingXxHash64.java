// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * XXH64 of bytes that come in pieces; for keys, which are at hand whole, see {@link KeyHash}. Not
 * thread-safe.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">XXH64
 *     specification, whose names for primes and accumulators are used here</a>
 */
@InterfaceAudience.Private
public final class StreamingXxHash64 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  /** Bytes that the four accumulators take at once. */
  private static final int STRIPE_BYTES = 32;

  private final long seed;
  private final byte[] pending = new byte[STRIPE_BYTES];
  private int pendingBytes;
  private long totalBytes;
  private long acc1;
  private long acc2;
  private long acc3;
  private long acc4;

  public StreamingXxHash64(long seed) {
    this.seed = seed;
    acc1 = seed + PRIME_1 + PRIME_2;
    acc2 = seed + PRIME_2;
    acc3 = seed;
    acc4 = seed - PRIME_1;
  }

  public void update(byte[] bytes, int offset, int length) {
    totalBytes += length;
    int position = offset;
    int left = length;
    if (pendingBytes > 0) {
      int taken = Math.min(left, STRIPE_BYTES - pendingBytes);
      System.arraycopy(bytes, position, pending, pendingBytes, taken);
      pendingBytes += taken;
      position += taken;
      left -= taken;
      if (pendingBytes < STRIPE_BYTES) {
        return;
      }
      stripe(pending, 0);
      pendingBytes = 0;
    }
    for (; left >= STRIPE_BYTES; left -= STRIPE_BYTES, position += STRIPE_BYTES) {
      stripe(bytes, position);
    }
    System.arraycopy(bytes, position, pending, 0, left);
    pendingBytes = left;
  }

  /** Bytes taken so far. */
  public long totalBytes() {
    return totalBytes;
  }

  /** Hash of all bytes so far; more may follow. */
  public long value() {
    long acc = totalBytes >= STRIPE_BYTES ? merged() : seed + PRIME_5;
    acc += totalBytes;
    int position = 0;
    for (; position + Long.BYTES <= pendingBytes; position += Long.BYTES) {
      acc ^= round(0, (long) LONGS.get(pending, position));
      acc = Long.rotateLeft(acc, 27) * PRIME_1 + PRIME_4;
    }
    if (position + Integer.BYTES <= pendingBytes) {
      acc ^= Integer.toUnsignedLong((int) INTS.get(pending, position)) * PRIME_1;
      acc = Long.rotateLeft(acc, 23) * PRIME_2 + PRIME_3;
      position += Integer.BYTES;
    }
    for (; position < pendingBytes; position++) {
      acc ^= (pending[position] & 0xFF) * PRIME_5;
      acc = Long.rotateLeft(acc, 11) * PRIME_1;
    }
    acc ^= acc >>> 33;
    acc *= PRIME_2;
    acc ^= acc >>> 29;
    acc *= PRIME_3;
    return acc ^ acc >>> 32;
  }

  /** {@link #value()} as 16 hexadecimal digits, as {@code xxhsum} prints it. */
  public String hex() {
    return String.format("%016x", value());
  }

  private void stripe(byte[] bytes, int offset) {
    acc1 = round(acc1, (long) LONGS.get(bytes, offset));
    acc2 = round(acc2, (long) LONGS.get(bytes, offset + 8));
    acc3 = round(acc3, (long) LONGS.get(bytes, offset + 16));
    acc4 = round(acc4, (long) LONGS.get(bytes, offset + 24));
  }

  private long merged() {
    long acc =
        Long.rotateLeft(acc1, 1)
            + Long.rotateLeft(acc2, 7)
            + Long.rotateLeft(acc3, 12)
            + Long.rotateLeft(acc4, 18);
    for (long lane : new long[] {acc1, acc2, acc3, acc4}) {
      acc = (acc ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }
    return acc;
  }

  private static long round(long acc, long lane) {
    return Long.rotateLeft(acc + lane * PRIME_2, 31) * PRIME_1;
  }
}
