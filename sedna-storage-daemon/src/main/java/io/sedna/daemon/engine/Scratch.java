// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import io.sedna.daemon.engine.index.Cursor;
import io.sedna.daemon.engine.log.RecordDraft;
import java.nio.ByteBuffer;

/** What a thread uses in each operation of an off-heap store, again and again. */
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private static final int FIRST_KEY_BYTES = 1024;

  final Cursor cursor = new Cursor();
  final RecordDraft draft = new RecordDraft();
  final VersionHead head = new VersionHead();
  final OffHeapUpdate update = new OffHeapUpdate();
  private ByteBuffer keyBuffer = ByteBuffer.allocateDirect(FIRST_KEY_BYTES);
  private long keyAddress = OffHeap.addressOf(keyBuffer);

  static Scratch get() {
    return OF_THREAD.get();
  }

  /** Address of a copy of a key, good until the next. */
  long key(byte[] key) {
    return key(key, 0, key.length);
  }

  /** As {@link #key(byte[])}, of a part of an array. */
  long key(byte[] from, int offset, int length) {
    if (length > keyBuffer.capacity()) {
      keyBuffer = ByteBuffer.allocateDirect(length);
      keyAddress = OffHeap.addressOf(keyBuffer);
    }
    OffHeap.copy(from, offset, keyAddress, length);
    return keyAddress;
  }
}
