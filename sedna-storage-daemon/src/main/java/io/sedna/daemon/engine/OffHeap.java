// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.lang.reflect.Field;
import org.apache.hadoop.classification.InterfaceAudience;
import sun.misc.Unsafe;

/**
 * Memory outside the heap by address. Nothing is checked: an address out of bounds ends the
 * process, so every caller checks lengths that come from outside before it comes here.
 */
@InterfaceAudience.Private
public final class OffHeap {
  static final Unsafe UNSAFE = unsafe();

  private OffHeap() {}

  private static Unsafe unsafe() {
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  public static void copy(long fromAddress, long toAddress, int length) {
    UNSAFE.copyMemory(fromAddress, toAddress, length);
  }

  public static void copy(byte[] from, int offset, long toAddress, int length) {
    UNSAFE.copyMemory(from, Unsafe.ARRAY_BYTE_BASE_OFFSET + offset, null, toAddress, length);
  }

  public static void copy(long fromAddress, byte[] to, int offset, int length) {
    UNSAFE.copyMemory(null, fromAddress, to, Unsafe.ARRAY_BYTE_BASE_OFFSET + offset, length);
  }

  /** The bytes at an address, as an array of their own. */
  public static byte[] bytes(long address, int length) {
    byte[] bytes = new byte[length];
    copy(address, bytes, 0, length);
    return bytes;
  }
}
