// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.hash.KeyHash;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.Test;

public class PackedDigestsTest {
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
  public void shouldFindTheHashesUnderWhichTheOtherHoldsSomethingElse() {
    for (int i = 0; i < 200; i++) {
      List<StoredRecord> theirs = records(60);
      List<StoredRecord> own = new ArrayList<>();
      Set<Long> expected = new HashSet<>();
      for (StoredRecord record : theirs) {
        int fate = random.nextInt(4);
        if (fate == 0) {
          expected.add(record.hash());
        } else if (fate == 1) {
          own.add(record.merge(StoredVersion.value(random.nextLong(), 77, 0, new byte[0])));
          expected.add(record.hash());
        } else {
          own.add(record);
        }
      }
      own.addAll(records(20)); // What only this one holds does not matter.
      own.sort(Comparator.comparing(StoredRecord::hash, Long::compareUnsigned));
      own.removeIf(r -> expected.contains(r.hash()) && theirs.contains(r));

      List<Long> differing =
          PackedDigests.differing(PackedDigests.pack(theirs), PackedDigests.pack(own));

      var unchanged = new HashSet<>(own);
      theirs.forEach(
          r -> {
            if (unchanged.contains(r)) {
              expected.remove(r.hash());
            }
          });
      assertThat(differing).containsExactlyInAnyOrderElementsOf(expected);
    }
  }
}
