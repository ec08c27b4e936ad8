// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.daemon.engine.StoredVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class ReadDigestTest {
  private static final long NOW_MS = 1000;

  private static StoredVersion value(
      long timestamp, int source, long end, int flags, int... value) {
    byte[] bytes = new byte[value.length];
    for (int i = 0; i < value.length; i++) {
      bytes[i] = (byte) value[i];
    }
    return StoredVersion.value(timestamp, source, end, flags, bytes);
  }

  @Test
  public void shouldDifferInWhateverAReaderSees() {
    var base = value(10, 1, 2000, 5, 1, 2);
    List<List<StoredVersion>> different =
        List.of(
            List.of(),
            List.of(base),
            List.of(value(11, 1, 2000, 5, 1, 2)),
            List.of(value(10, 2, 2000, 5, 1, 2)),
            List.of(value(10, 1, 2001, 5, 1, 2)),
            List.of(value(10, 1, 0, 5, 1, 2)),
            List.of(value(10, 1, 2000, 6, 1, 2)),
            List.of(value(10, 1, 2000, 5, 1, 3)),
            List.of(value(10, 1, 2000, 5, 1)),
            List.of(value(10, 1, 2000, 5)),
            List.of(StoredVersion.tombstone(10, 1, 2000)),
            List.of(value(10, 1, 500, 5, 1, 2)),
            List.of(StoredVersion.tombstone(10, 1, 500)),
            List.of(base, value(9, 2, 0, 0, 1)),
            List.of(value(9, 2, 0, 0, 1), base));

    var digests = new HashSet<Long>();
    different.forEach(versions -> digests.add(ReadDigest.of(versions, NOW_MS)));

    assertThat(digests).hasSameSizeAs(different);
  }

  @Test
  public void shouldNotDependOnWhatASweepTakes() {
    assertThat(ReadDigest.of(List.of(value(10, 1, 500, 7, 1, 2, 3)), NOW_MS))
        .isEqualTo(ReadDigest.of(List.of(value(10, 1, 500, 0)), NOW_MS));
  }

  @Test
  public void shouldBeEqualExactlyForEqualRecords() {
    var random = new Random(7);
    var digests = new HashSet<Long>();
    var records = new HashSet<String>();
    for (int i = 0; i < 100_000; i++) {
      var versions = new ArrayList<StoredVersion>();
      var text = new StringBuilder();
      for (int n = random.nextInt(3); n >= 0; n--) {
        var version =
            value(random.nextInt(5), random.nextInt(3), 0, 0, random.nextInt(4), random.nextInt(4));
        versions.add(version);
        text.append(version).append(version.value()[0]).append(version.value()[1]);
      }
      digests.add(ReadDigest.of(versions, NOW_MS));
      records.add(text.toString());
    }

    assertThat(digests).hasSameSizeAs(records);
  }
}
