// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.hadoop.classification.InterfaceAudience;
import sun.misc.Unsafe;

/**
 * Memory outside the heap by address. Nothing is checked: an address out of bounds ends the
 * process, so every caller checks lengths that come from outside before it comes here.
 */
@InterfaceAudience.Private
public final class OffHeap {
  public static final Unsafe UNSAFE = unsafe();

  /** A few hundred bytes that mean nothing, for who has to read something. */
  static final long NOWHERE = zeros(512);

  private static final long BUFFER_ADDRESS = bufferAddress();

  private OffHeap() {}

  private static long zeros(int bytes) {
    long address = UNSAFE.allocateMemory(bytes);
    UNSAFE.setMemory(address, bytes, (byte) 0);
    return address;
  }

  private static long bufferAddress() {
    try {
      return UNSAFE.objectFieldOffset(Buffer.class.getDeclaredField("address"));
    } catch (NoSuchFieldException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static Unsafe unsafe() {
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Where a direct buffer's memory begins; good as long as the buffer is reachable. */
  static long addressOf(ByteBuffer direct) {
    return UNSAFE.getLong(direct, BUFFER_ADDRESS);
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

  /** Memory that is to be freed. */
  public static long allocate(long bytes) {
    return UNSAFE.allocateMemory(bytes);
  }

  public static void free(long address) {
    UNSAFE.freeMemory(address);
  }

  /** The bytes at an address, as an array of their own. */
  public static byte[] bytes(long address, int length) {
    byte[] bytes = new byte[length];
    copy(address, bytes, 0, length);
    return bytes;
  }

  // -- Numbers in network order, at any address.

  private static final boolean SWAPS = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  public static byte getByte(long address) {
    return UNSAFE.getByte(address);
  }

  public static short getShort(long address) {
    short number = UNSAFE.getShort(address);
    return SWAPS ? Short.reverseBytes(number) : number;
  }

  public static int getInt(long address) {
    int number = UNSAFE.getInt(address);
    return SWAPS ? Integer.reverseBytes(number) : number;
  }

  public static long getLong(long address) {
    long number = UNSAFE.getLong(address);
    return SWAPS ? Long.reverseBytes(number) : number;
  }

  public static void putByte(long address, int value) {
    UNSAFE.putByte(address, (byte) value);
  }

  public static void putShort(long address, int value) {
    UNSAFE.putShort(address, SWAPS ? Short.reverseBytes((short) value) : (short) value);
  }

  public static void putInt(long address, int value) {
    UNSAFE.putInt(address, SWAPS ? Integer.reverseBytes(value) : value);
  }

  public static void putLong(long address, long value) {
    UNSAFE.putLong(address, SWAPS ? Long.reverseBytes(value) : value);
  }

  /** Whether the bytes at an address are those of an array. */
  public static boolean equal(byte[] expected, long address, int length) {
    if (expected.length != length) {
      return false;
    }
    int i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      if (UNSAFE.getLong(expected, Unsafe.ARRAY_BYTE_BASE_OFFSET + (long) i)
          != UNSAFE.getLong(address + i)) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (expected[i] != UNSAFE.getByte(address + i)) {
        return false;
      }
    }
    return true;
  }
}
