// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.repair;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Arrays;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Ascending numbers in few bits: of each gap, the quotient by 2^k in unary and the remainder in k
 * bits. Numbers drawn evenly at gaps of about 2^k take k + 1.6 bits each.
 *
 * @see <a href="https://doi.org/10.1109/TCOM.1971.1090789">Rice, Plaunt: Adaptive Variable-Length
 *     Coding for Efficient Compression of Spacecraft Television Data</a>
 */
@InterfaceAudience.Private
public final class RiceCode {
  private static final int MOST_BITS = 55;

  private RiceCode() {}

  /**
   * Encodes the first {@code count} numbers.
   *
   * @param ascending not negative
   * @param k 0 to 55
   */
  public static byte[] encode(long[] ascending, int count, int k) {
    // Quotients together are at most the greatest number's.
    long bits = count == 0 ? 0 : (long) count * (k + 1) + (ascending[count - 1] >>> k);
    byte[] bytes = new byte[Math.toIntExact((bits + 7) / 8)];
    int at = 0;
    long before = 0;
    for (int i = 0; i < count; i++) {
      long gap = ascending[i] - before;
      before = ascending[i];
      for (long quotient = gap >>> k; quotient > 0; quotient--) {
        bytes[at >>> 3] |= (byte) (1 << (at & 7));
        at++;
      }
      at++; // A zero ends the quotient.
      for (int bit = 0; bit < k; bit++, at++) {
        bytes[at >>> 3] |= (byte) ((gap >>> bit & 1) << (at & 7));
      }
    }
    return Arrays.copyOf(bytes, (at + 7) / 8);
  }

  /**
   * Decodes so many numbers.
   *
   * @throws SednaException PROTOCOL_ERROR where the bytes hold fewer
   */
  public static long[] decode(byte[] bytes, int count, int k) {
    if (count < 0 || k < 0 || k > MOST_BITS || count > bytes.length * 8L) {
      throw corrupt(bytes, count, k);
    }
    long[] numbers = new long[count];
    long end = bytes.length * 8L;
    int at = 0;
    long before = 0;
    for (int i = 0; i < count; i++) {
      long quotient = 0;
      while (at < end && bit(bytes, at) == 1) {
        quotient++;
        at++;
      }
      at++;
      if (at + k > end) {
        throw corrupt(bytes, count, k);
      }
      long gap = quotient << k;
      for (int bit = 0; bit < k; bit++, at++) {
        gap |= (long) bit(bytes, at) << bit;
      }
      before += gap;
      numbers[i] = before;
    }
    return numbers;
  }

  private static int bit(byte[] bytes, int at) {
    return bytes[at >>> 3] >>> (at & 7) & 1;
  }

  /** Encodes numbers together with how many they are, and with the k that suits them. */
  public static byte[] encode(long[] ascending) {
    int count = ascending.length;
    long gap = count == 0 ? 0 : ascending[count - 1] / count;
    int k = Math.min(MOST_BITS, Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(gap | 1)));
    byte[] numbers = encode(ascending, count, k);
    return new PackedWriter().number(count).put(k).bytes(numbers).toBytes();
  }

  /**
   * Decodes numbers of which it is encoded how many they are.
   *
   * @throws SednaException PROTOCOL_ERROR
   */
  public static long[] decode(byte[] bytes) {
    var reader = new PackedReader(bytes);
    long count = reader.number();
    int k = reader.get();
    return decode(reader.bytes(), (int) Math.min(count, Integer.MAX_VALUE), k);
  }

  private static SednaException corrupt(byte[] bytes, int count, int k) {
    return new SednaException(
        ErrorCode.PROTOCOL_ERROR,
        "what a replica sent for repair is not count="
            + count
            + " numbers with k="
            + k
            + ": bytes="
            + bytes.length);
  }
}
