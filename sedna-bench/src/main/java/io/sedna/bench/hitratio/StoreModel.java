// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.hitratio;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.schema.MemoryMode;
import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.OffHeapMemory;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ReadTarget;
import io.sedna.daemon.engine.StoreOptions;
import io.sedna.daemon.engine.TableMemory;
import io.sedna.daemon.engine.VersionHead;
import io.sedna.daemon.engine.WriteOutcome;
import java.nio.ByteBuffer;

/**
 * A cache table in the engine's memory. There is no cleaner's thread: whoever writes makes room, so
 * that the outcome depends on the trace alone.
 */
final class StoreModel implements CacheModel, AutoCloseable {
  private static final int TABLE = 7;
  private static final int PARTITION_BITS = 4;
  private static final int SEGMENT_BYTES = 128 << 10;
  private static final double UTILISATION = 0.9;
  private static final int KEY_BYTES = 16;

  /** What a record takes beyond key and value, its place in the index included. */
  static final int OVERHEAD_BYTES = 28;

  private final OffHeapMemory memory;
  private final PartitionStore[] stores = new PartitionStore[1 << PARTITION_BITS];
  private final KeyHash hash = KeyHash.ofTable(TABLE);
  private final byte[] key = new byte[KEY_BYTES];
  private final long keyAddress = OffHeap.UNSAFE.allocateMemory(KEY_BYTES);
  private final long valueAddress;
  private final VersionHead head = new VersionHead();
  private final ReadTarget target;
  private long time;

  /**
   * @param totalBytes of memory, of which the table may have all but what the engine works with
   * @param mostBytes of a record
   */
  StoreModel(long totalBytes, int mostBytes) {
    memory =
        new OffHeapMemory(
            new OffHeapMemory.Options(
                totalBytes,
                SEGMENT_BYTES,
                UTILISATION,
                PARTITION_BITS,
                () -> time,
                0,
                OffHeapMemory.Options.routingHash()));
    var table = new TableMemory(new StoreOptions(MemoryMode.CACHE, 0));
    for (int p = 0; p < stores.length; p++) {
      stores[p] = memory.create(TABLE, p, table);
    }
    valueAddress = OffHeap.UNSAFE.allocateMemory(mostBytes);
    OffHeap.UNSAFE.setMemory(valueAddress, mostBytes, (byte) 1);
    target = (length, found) -> valueAddress;
  }

  @Override
  public boolean access(int number, int bytes) {
    time++;
    ByteBuffer.wrap(key).putLong(number).putLong(number);
    OffHeap.copy(key, 0, keyAddress, KEY_BYTES);
    long keyHash = hash.hash(key);
    PartitionStore store = stores[(int) (keyHash >>> (Long.SIZE - PARTITION_BITS))];
    if (store.readNewest(keyAddress, KEY_BYTES, keyHash, time, target)) {
      return true;
    }
    int length = Math.max(0, bytes - KEY_BYTES - OVERHEAD_BYTES);
    WriteOutcome outcome =
        store.writeLatest(
            keyAddress, KEY_BYTES, keyHash, valueAddress, length, head.set(time, 0, 0, 0));
    if (outcome != WriteOutcome.OK) {
      throw new IllegalStateException(outcome + " of a record of bytes=" + bytes);
    }
    return false;
  }

  @Override
  public void close() {
    memory.close();
    OffHeap.UNSAFE.freeMemory(keyAddress);
    OffHeap.UNSAFE.freeMemory(valueAddress);
  }
}
