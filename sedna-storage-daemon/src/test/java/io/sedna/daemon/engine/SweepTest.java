// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.hash.KeyHash;
import io.sedna.common.time.ManualWallClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.After;
import org.junit.Test;

public class SweepTest {
  private static final int TABLE = 3;
  private static final int PARTITION_BITS = 6;

  private final ManualWallClock clock = new ManualWallClock(1_700_000_000_000L);
  private final OffHeapMemory memory =
      new OffHeapMemory(
          new OffHeapMemory.Options(
              64 << 20,
              128 << 10,
              0.9,
              PARTITION_BITS,
              clock::millis,
              1000,
              OffHeapMemory.Options.routingHash()));
  private final Engine engine = new Engine(memory, memory);
  private final KeyHash hash = KeyHash.ofTable(TABLE);
  private long timestamp;

  @After
  public void close() {
    memory.close();
  }

  private void put(int key, long expiresAtMs) {
    byte[] bytes = ByteBuffer.allocate(4).putInt(key).array();
    long keyHash = hash.hash(bytes);
    engine
        .store(TABLE, (int) (keyHash >>> (Long.SIZE - PARTITION_BITS)), StoreOptions.STORE)
        .writeLatest(
            bytes, keyHash, StoredVersion.value(++timestamp, 0, expiresAtMs, new byte[50]));
  }

  private long expired() {
    return engine.memory(TABLE).orElseThrow().counters().expiredRecords();
  }

  @Test
  public void shouldDropEachRecordAtItsTimeWhileOthersComeAndGo() {
    for (int i = 0; i < 20_000; i++) {
      put(i, i % 4 == 0 ? clock.millis() + 1000L * (i % 400) : 0);
    }
    for (int second = 0; second <= 400; second += 20) {
      engine.sweep();
      long due = 0;
      for (int i = 0; i < 20_000; i += 4) {
        due += i % 400 <= second ? 1 : 0;
      }
      // Ends are known to about 8 seconds in the index, and exactly in the records.
      assertThat(expired()).as("second=" + second).isEqualTo(due);
      put(30_000 + second, clock.millis() + 3_600_000);
      clock.advance(Duration.ofSeconds(20));
    }

    assertThat(engine.statistics().records()).isEqualTo(15_000 + 21);
    clock.advance(Duration.ofHours(2));
    engine.sweep();
    assertThat(engine.statistics().records()).isEqualTo(15_000);
    assertThat(expired()).isEqualTo(5_000 + 21);
  }

  @Test
  public void shouldFindWhatWasGivenAnEarlierEnd() {
    for (int i = 0; i < 1000; i++) {
      put(i, clock.millis() + 3_600_000);
    }
    engine.sweep();
    put(7, clock.millis() + 10_000);
    clock.advance(Duration.ofSeconds(30));

    engine.sweep();

    assertThat(expired()).isEqualTo(1);
  }
}
