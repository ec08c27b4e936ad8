// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/** What a {@link RecordUpdate} sees of a record on the heap, and what it decides. */
@InterfaceAudience.Private
public final class HeapUpdate implements RecordUpdate.Current, RecordUpdate.Next {
  private static final byte[] NOTHING = {};

  private final StoredVersion found;
  private final long newestTimestamp;
  private final VersionHead foundHead = new VersionHead();
  private final VersionHead head = new VersionHead();
  private long copyAddress;
  private byte[] value = NOTHING;

  /**
   * @param found the newest live version; null: there is none
   */
  public HeapUpdate(StoredVersion found, long newestTimestamp) {
    this.found = found;
    this.newestTimestamp = newestTimestamp;
    if (found != null) {
      foundHead.set(found);
    }
  }

  @Override
  public boolean found() {
    return found != null;
  }

  @Override
  public VersionHead head() {
    return foundHead;
  }

  @Override
  public long valueAddress() {
    if (copyAddress == 0) {
      copyAddress = OffHeap.UNSAFE.allocateMemory(Math.max(1, found.value().length));
      OffHeap.copy(found.value(), 0, copyAddress, found.value().length);
    }
    return copyAddress;
  }

  @Override
  public int valueLength() {
    return found.value().length;
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
    value = OffHeap.bytes(address, length);
  }

  @Override
  public void value(long firstAddress, int firstLength, long secondAddress, int secondLength) {
    value = new byte[firstLength + secondLength];
    OffHeap.copy(firstAddress, value, 0, firstLength);
    OffHeap.copy(secondAddress, value, firstLength, secondLength);
  }

  /** What is to be stored. */
  public StoredVersion value() {
    return head.version(value);
  }

  StoredVersion tombstone() {
    return StoredVersion.tombstone(head.timestamp(), head.source(), head.expiresAtMs());
  }

  /** To be called when the update is over. */
  public void free() {
    if (copyAddress != 0) {
      OffHeap.UNSAFE.freeMemory(copyAddress);
      copyAddress = 0;
    }
  }
}
