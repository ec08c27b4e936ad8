// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.hash.KeyHash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class PackedRecordsTest {
  private static final KeyHash HASH = KeyHash.ofTable(3);

  private final Random random = new Random(11);

  private StoredRecord record() {
    byte[] key = new byte[8 + random.nextInt(40)];
    random.nextBytes(key);
    var versions = new ArrayList<StoredVersion>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      byte[] value = new byte[random.nextInt(200)];
      random.nextBytes(value);
      long end = random.nextBoolean() ? 0 : random.nextLong();
      int flags = random.nextBoolean() ? 0 : random.nextInt();
      versions.add(
          random.nextInt(5) == 0
              ? StoredVersion.tombstone(random.nextLong(), random.nextInt(), end)
              : StoredVersion.value(random.nextLong(), random.nextInt(), end, flags, value));
    }
    return StoredRecord.of(key, HASH.hash(key), versions);
  }

  private List<StoredRecord> records(int number) {
    var records = new ArrayList<StoredRecord>();
    for (int i = 0; i < number; i++) {
      records.add(record());
    }
    records.sort((a, b) -> Long.compareUnsigned(a.hash(), b.hash()));
    return records;
  }

  @Test
  public void shouldUnpackWhatWasPacked() {
    for (int i = 0; i < 200; i++) {
      List<StoredRecord> records = records(random.nextInt(50));

      assertThat(PackedRecords.of(PackedBuffer.pack(records)).unpack(HASH)).isEqualTo(records);
    }
    var longest = StoredRecord.of(new byte[32 << 10], HASH.hash(new byte[32 << 10]), List.of());
    assertThat(PackedRecords.of(PackedBuffer.pack(List.of(longest))).unpack(HASH))
        .containsExactly(longest);
  }

  @Test
  public void shouldRefuseWhatEndsInTheMiddle() {
    ByteBuffer packed = PackedBuffer.pack(List.of(record()));
    for (int length = 1; length < packed.limit(); length++) {
      ByteBuffer part = packed.duplicate().limit(length);

      assertThatThrownBy(() -> PackedRecords.of(part))
          .as("length %d", length)
          .hasMessageContaining("end in the middle");
    }
  }
}
