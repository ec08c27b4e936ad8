// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.log.RecordDraft;
import sun.misc.Unsafe;

/** What a {@link RecordUpdate} sees of a record in a segment, and what it decides. One thread's. */
final class OffHeapUpdate implements RecordUpdate.Current, RecordUpdate.Next {
  private final VersionHead foundHead = new VersionHead();
  private final VersionHead head = new VersionHead();
  private boolean found;
  private long valueAddress;
  private int valueLength;
  private long newestTimestamp;
  private byte[] copied; // where the value is not in one piece
  private long copyAddress;
  private long firstAddress;
  private int firstLength;
  private long secondAddress;
  private int secondLength;

  void nothing(long newest) {
    found = false;
    newestTimestamp = newest;
    begin();
  }

  /** A value that lies in a segment. */
  VersionHead present(long address, int length, long newest) {
    found = true;
    valueAddress = address;
    valueLength = length;
    newestTimestamp = newest;
    begin();
    return foundHead;
  }

  /** A value on the heap. */
  VersionHead present(byte[] value, long newest) {
    present(0L, value.length, newest);
    copied = value;
    return foundHead;
  }

  private void begin() {
    copied = null;
    head.set(0, 0, 0, 0);
    value(0, 0, 0, 0);
  }

  @Override
  public boolean found() {
    return found;
  }

  @Override
  public VersionHead head() {
    return foundHead;
  }

  @Override
  public long valueAddress() {
    if (copied != null && copyAddress == 0) {
      copyAddress = OffHeap.UNSAFE.allocateMemory(Math.max(1, copied.length));
      OffHeap.copy(copied, 0, copyAddress, copied.length);
    }
    return copied == null ? valueAddress : copyAddress;
  }

  @Override
  public int valueLength() {
    return valueLength;
  }

  @Override
  public long newestTimestamp() {
    return newestTimestamp;
  }

  @Override
  public void head(long timestamp, int source, int flags, long expiresAtMs) {
    head.set(timestamp, source, flags, expiresAtMs);
  }

  @Override
  public void value(long address, int length) {
    value(address, length, 0, 0);
  }

  @Override
  public void value(long first, int firstBytes, long second, int secondBytes) {
    firstAddress = first;
    firstLength = firstBytes;
    secondAddress = second;
    secondLength = secondBytes;
  }

  /** The head that was decided on. */
  VersionHead newHead() {
    return head;
  }

  void fillValue(RecordDraft draft) {
    draft.value(null, firstAddress, firstLength).more(null, secondAddress, secondLength);
  }

  int newLength() {
    return firstLength + secondLength;
  }

  StoredVersion newValue() {
    byte[] value = new byte[firstLength + secondLength];
    OffHeap.UNSAFE.copyMemory(
        null, firstAddress, value, Unsafe.ARRAY_BYTE_BASE_OFFSET, firstLength);
    OffHeap.UNSAFE.copyMemory(
        null, secondAddress, value, Unsafe.ARRAY_BYTE_BASE_OFFSET + firstLength, secondLength);
    return head.version(value);
  }

  StoredVersion newTombstone() {
    return StoredVersion.tombstone(head.timestamp(), head.source(), head.expiresAtMs());
  }

  /** To be called when the update is over. */
  void end() {
    copied = null;
    if (copyAddress != 0) {
      OffHeap.UNSAFE.freeMemory(copyAddress);
      copyAddress = 0;
    }
  }
}
