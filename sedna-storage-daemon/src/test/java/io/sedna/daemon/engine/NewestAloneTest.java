// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class NewestAloneTest {
  private static final byte[] KEY = {1};

  private static StoredRecord record(Random random) {
    var versions = new ArrayList<StoredVersion>();
    for (int i = random.nextInt(4); i > 0; i--) {
      versions.add(
          random.nextInt(4) == 0
              ? StoredVersion.tombstone(random.nextInt(6), random.nextInt(2), 0)
              : StoredVersion.value(random.nextInt(6), random.nextInt(2), 0, new byte[] {5}));
    }
    return StoredRecord.of(KEY, 7, versions);
  }

  @Test
  public void shouldComeToTheSameWhateverIsDroppedBeforeAMerge() {
    var random = new Random(5);
    for (int i = 0; i < 100_000; i++) {
      StoredRecord a = record(random);
      StoredRecord b = record(random);

      assertThat(a.newestAlone().merge(b.newestAlone()).newestAlone())
          .isEqualTo(a.merge(b).newestAlone());
      assertThat(a.newestAlone().newestAlone()).isEqualTo(a.newestAlone());
      assertThat(a.newestAlone().newestHeld()).isEqualTo(a.newestHeld());
    }
  }

  @Test
  public void shouldKeepTheNewestAndTheTombstone() {
    var newest = StoredVersion.value(9, 1, 0, new byte[] {1});
    var tombstone = StoredVersion.tombstone(3, 1, 0);
    var record =
        StoredRecord.of(
            KEY, 7, List.of(newest, StoredVersion.value(8, 2, 0, new byte[] {2}), tombstone));

    assertThat(record.newestAlone().versions()).containsExactly(newest, tombstone);
  }
}
