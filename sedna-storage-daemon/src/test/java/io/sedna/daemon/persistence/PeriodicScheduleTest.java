// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.snapshot.SnapshotManifest;
import java.util.List;
import org.junit.Test;

public class PeriodicScheduleTest {
  private static final long INTERVAL_MS = 1000;

  private final PeriodicSchedule schedule = new PeriodicSchedule(INTERVAL_MS);

  private static Table table(int id, long createdAtMs, long ownIntervalMs, PersistenceMode mode) {
    TableSchema schema = TableSchema.of(new TableName("a", "t" + id), 1);
    var own =
        new TableSchema(
            schema.name(),
            1,
            1,
            1,
            schema.consistency(),
            schema.memory(),
            0,
            mode,
            ownIntervalMs,
            0);
    return new Table(id, own, false, createdAtMs);
  }

  private static SnapshotManifest manifest(long createdAtMs, Table... tables) {
    return new SnapshotManifest(1, "i", "s", createdAtMs, true, 1, List.of(tables), List.of());
  }

  @Test
  public void shouldBeDueAnIntervalAfterCreationAndAfterEachSnapshot() {
    Table table = table(1, 5000, 0, PersistenceMode.SNAPSHOT);

    assertThat(schedule.due(List.of(table), 5999)).isFalse();
    assertThat(schedule.due(List.of(table), 6000)).isTrue();
    schedule.committed(manifest(6100, table));
    assertThat(schedule.due(List.of(table), 7099)).isFalse();
    assertThat(schedule.due(List.of(table), 7100)).isTrue();
  }

  @Test
  public void shouldPreferTheTablesOwnInterval() {
    Table often = table(1, 5000, 10, PersistenceMode.LOG);
    Table seldom = table(2, 5000, 100_000, PersistenceMode.SNAPSHOT);

    assertThat(schedule.due(List.of(seldom), 50_000)).isFalse();
    assertThat(schedule.due(List.of(seldom, often), 5010)).isTrue();
  }

  @Test
  public void shouldNeverBeDueForTablesThatDoNotPersistOrWithoutAnInterval() {
    Table cache = table(1, 0, 10, PersistenceMode.NONE);
    Table plain = table(2, 0, 0, PersistenceMode.SNAPSHOT);

    assertThat(schedule.due(List.of(cache), Long.MAX_VALUE)).isFalse();
    assertThat(new PeriodicSchedule(0).due(List.of(plain), Long.MAX_VALUE)).isFalse();
  }

  @Test
  public void shouldIgnoreSnapshotsOfAnEarlierTableOfTheSameId() {
    Table table = table(1, 5000, 0, PersistenceMode.SNAPSHOT);
    schedule.committed(manifest(100, table));

    assertThat(schedule.due(List.of(table), 5500)).isFalse();
  }

  @Test
  public void shouldBeDueAtOnceAfterARestoreAndPauseAfterAFailure() {
    Table table = table(1, 5000, 0, PersistenceMode.SNAPSHOT);
    schedule.restored(List.of(table));

    assertThat(schedule.due(List.of(table), 5001)).isTrue();
    schedule.failed(5001);
    assertThat(schedule.due(List.of(table), 5002)).isFalse();
    assertThat(schedule.due(List.of(table), 35_001)).isTrue();
    schedule.committed(manifest(35_001, table));
    assertThat(schedule.due(List.of(table), 35_002)).isFalse();
  }
}
