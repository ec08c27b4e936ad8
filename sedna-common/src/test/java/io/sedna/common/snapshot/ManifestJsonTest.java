// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Test;

public class ManifestJsonTest {

  @Test
  public void shouldReadManifestsThatWereWrittenBeforeThereWereQuotas() {
    var table = new Table(8, TableSchema.of(TableName.parse("a.b"), 3), false, 11);
    var manifest =
        new SnapshotManifest(
            SnapshotManifest.FORMAT_VERSION, "i", "n", 5, true, 2, List.of(table), List.of());
    String json = new String(ManifestJson.write(manifest), StandardCharsets.UTF_8);

    String old = json.replaceAll(",\\s*\"maxBytes\" : 0", "");

    assertThat(old).doesNotContain("maxBytes");
    assertThat(ManifestJson.read(old.getBytes(StandardCharsets.UTF_8), "m")).isEqualTo(manifest);
  }
}
