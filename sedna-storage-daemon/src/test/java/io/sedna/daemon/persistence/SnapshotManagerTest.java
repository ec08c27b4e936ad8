// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.daemon.Await;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.SnapshotInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import io.sedna.thrift.peer.LoadOrder;
import io.sedna.thrift.peer.SnapshotOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class SnapshotManagerTest {
  private static final int RECORDS = 500;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final List<TestInstance> instances = new ArrayList<>();
  private Path snapshots;
  private TestInstance instance;
  private Table table;

  @Before
  public void fillTable() {
    snapshots = folder.getRoot().toPath().resolve("snapshots");
    instance = newInstance(3, 8, 2);
    table = instance.createTable("a.t");
    for (int i = 0; i < RECORDS; i++) {
      instance.put(table, "key-" + i, "value-" + i);
    }
  }

  @After
  public void closeInstances() {
    instances.forEach(TestInstance::close);
  }

  private TestInstance newInstance(int daemons, int partitions, int replication) {
    var made = new TestInstance(snapshots, daemons, partitions, replication);
    instances.add(made);
    return made;
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw Errors.of(e);
    }
  }

  private static void run(PreparedOperation operation) {
    var units = new AtomicLong();
    get(operation.run(units::addAndGet));
    assertThat(units.get()).isEqualTo(operation.total());
  }

  private static void snapshot(TestInstance of, String name) {
    run(get(of.manager.prepareSnapshot(new SnapshotRequest().setName(name))));
  }

  private static void restore(TestInstance into, RestoreRequest request) {
    run(get(into.manager.prepareRestore(request)));
  }

  private static void assertFails(ErrorCode code, String part, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  private List<String> listed() {
    return get(instance.manager.list()).stream().map(SnapshotInfo::getName).toList();
  }

  private List<Path> files(String suffix) throws IOException {
    try (var paths = Files.walk(snapshots)) {
      return paths.filter(path -> path.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static void flipByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    // The local file system's own checksums would notice first; what is tested is ours.
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, bytes);
  }

  @Test
  public void shouldListWhatASnapshotHolds() {
    instance.createVolatileTable("a.cache");

    snapshot(instance, "one");

    List<SnapshotInfo> infos = get(instance.manager.list());
    assertThat(infos).hasSize(1);
    SnapshotInfo info = infos.get(0);
    assertThat(info.getName()).isEqualTo("one");
    assertThat(info.getInstance()).isEqualTo("test");
    assertThat(info.getRecords()).isEqualTo(RECORDS);
    assertThat(info.getFiles()).isEqualTo(8);
    assertThat(info.getTables()).containsExactly("a.t");
    assertThat(info.isPeriodic()).isFalse();
    assertThat(info.getPath()).endsWith("/snapshots/one");
  }

  @Test
  public void shouldRestoreIntoAnotherNumberOfDaemonsAndPartitions() {
    snapshot(instance, "one");
    Map<String, String> before = instance.contents("a.t");
    assertThat(before).hasSize(RECORDS);

    for (TestInstance other :
        List.of(newInstance(1, 1, 1), newInstance(2, 32, 1), newInstance(5, 4, 3))) {
      restore(other, new RestoreRequest("one"));

      assertThat(other.contents("a.t")).isEqualTo(before);
      assertThat(other.catalogue().byName("a.t").orElseThrow().restoring()).isFalse();
    }
  }

  @Test
  public void shouldKeepVersionsSourcesAndTimesToLiveAndSkipWhatHasExpiredOrWasDeleted() {
    long nowMs = instance.clock.millis();
    long timestamp = nowMs << 16;
    instance.put(table, "two-sources", timestamp + 1, 7, 0, "seven");
    instance.put(table, "two-sources", timestamp + 2, 8, 0, "eight");
    instance.put(table, "long-lived", timestamp, 0, nowMs + 3_600_000, "x");
    instance.put(table, "short-lived", timestamp, 0, nowMs + 1_000, "x");
    instance.remove(table, "key-1", timestamp + 5);
    snapshot(instance, "one");
    TestInstance other = newInstance(2, 4, 2);
    other.clock.set(nowMs + 2_000);

    restore(other, new RestoreRequest("one"));

    assertThat(other.contents("a.t"))
        .hasSize(RECORDS - 1 + 2)
        .containsEntry(
            "two-sources", (timestamp + 2) + "/8/0=eight " + (timestamp + 1) + "/7/0=seven")
        .containsEntry("long-lived", timestamp + "/0/" + (nowMs + 3_600_000) + "=x")
        .doesNotContainKeys("short-lived", "key-1");
  }

  @Test
  public void shouldHoldEveryRecordThatWasThereAllTheTimeWhileWritesGoOn() throws Exception {
    var stop = new AtomicBoolean();
    var written = new AtomicLong();
    var writer =
        new Thread(
            () -> {
              while (!stop.get()) {
                instance.put(table, "more-" + written.getAndIncrement() % 5_000, "value");
              }
            });
    writer.start();
    try {
      Await.until("writes go on", () -> written.get() > 1_000);
      for (int i = 0; i < 3; i++) {
        snapshot(instance, "during-" + i);
      }
    } finally {
      stop.set(true);
      writer.join();
    }
    TestInstance other = newInstance(2, 16, 1);

    restore(other, new RestoreRequest("during-2"));

    Map<String, String> restored = other.contents("a.t");
    for (int i = 0; i < RECORDS; i++) {
      assertThat(restored).containsKey("key-" + i);
    }
    assertThat(get(instance.manager.list()).get(0).getRecords()).isGreaterThanOrEqualTo(RECORDS);
  }

  @Test
  public void shouldOrderAPartitionAgainWhenItsPrimaryDies() {
    var killed = new AtomicBoolean();
    instance.beforeOrder =
        (node, order) -> {
          if (order instanceof SnapshotOrder
              && node.value().equals("daemon-2")
              && killed.compareAndSet(false, true)) {
            instance.kill(2);
          }
        };

    snapshot(instance, "one");

    assertThat(killed).isTrue();
    TestInstance other = newInstance(1, 1, 1);
    restore(other, new RestoreRequest("one"));
    assertThat(other.contents("a.t")).hasSize(RECORDS);
  }

  @Test
  public void shouldNotCommitWithoutAPartitionThatIsLost() {
    instance.lose(3);

    assertFails(ErrorCode.LOADING, "no daemon could do it", () -> snapshot(instance, "one"));

    assertThat(listed()).isEmpty();
  }

  @Test
  public void shouldLeaveOutATableThatIsDroppedMeanwhile() {
    Table other = instance.createTable("a.other");
    instance.put(other, "key", "value");
    PreparedOperation prepared =
        get(instance.manager.prepareSnapshot(new SnapshotRequest().setName("one")));
    instance.dropTable("a.other");

    run(prepared);

    assertThat(get(instance.manager.list()).get(0).getTables()).containsExactly("a.t");
  }

  @Test
  public void shouldRefuseADamagedSnapshotAndLeaveTheInstanceAsItWas() throws Exception {
    snapshot(instance, "one");
    flipByte(files(".avro").get(3));
    TestInstance other = newInstance(2, 4, 2);
    Table kept = other.createTable("a.t");
    other.put(kept, "kept", "value");
    var before = other.catalogue();

    assertFails(
        ErrorCode.SNAPSHOT_CORRUPT,
        "a.t/00003.avro",
        () -> restore(other, new RestoreRequest("one").setOverwrite(true)));

    assertThat(other.catalogue().all()).isEqualTo(before.all());
    assertThat(other.contents("a.t")).containsOnlyKeys("kept");
  }

  @Test
  public void shouldRefuseASnapshotWithAMissingFile() throws Exception {
    snapshot(instance, "one");
    Files.delete(files(".avro").get(0));
    TestInstance other = newInstance(2, 4, 2);

    assertFails(
        ErrorCode.SNAPSHOT_CORRUPT, "00000.avro", () -> restore(other, new RestoreRequest("one")));

    assertThat(other.catalogue().all()).isEmpty();
  }

  @Test
  public void shouldRefuseATruncatedManifest() throws Exception {
    snapshot(instance, "one");
    Path manifest = files("MANIFEST.json").get(0);
    byte[] bytes = Files.readAllBytes(manifest);
    Files.deleteIfExists(manifest.resolveSibling(".MANIFEST.json.crc"));
    Files.write(manifest, java.util.Arrays.copyOf(bytes, bytes.length / 2));

    assertFails(
        ErrorCode.SNAPSHOT_CORRUPT,
        "MANIFEST.json",
        () -> restore(instance, new RestoreRequest("one").setOverwrite(true)));

    assertThat(instance.contents("a.t")).hasSize(RECORDS);
  }

  @Test
  public void shouldDropWhatWasLoadedWhenLoadingFails() {
    snapshot(instance, "one");
    TestInstance other = newInstance(2, 4, 2);
    var loads = new AtomicLong();
    other.beforeOrder =
        (node, order) -> {
          if (order instanceof LoadOrder load
              && load.getTargetTableId() != 0
              && loads.incrementAndGet() == 3) {
            throw new SednaException(ErrorCode.OUT_OF_MEMORY, "memory is full");
          }
        };

    assertFails(ErrorCode.OUT_OF_MEMORY, "full", () -> restore(other, new RestoreRequest("one")));

    assertThat(other.catalogue().all()).isEmpty();
    Await.until(
        "loaded records are gone", () -> other.daemon(0).engine.statistics().records() == 0);
  }

  @Test
  public void shouldReplaceATableOnlyWhenAskedTo() {
    snapshot(instance, "one");
    instance.put(table, "later", "value");

    assertFails(ErrorCode.TABLE_EXISTS, "a.t", () -> restore(instance, new RestoreRequest("one")));
    restore(instance, new RestoreRequest("one").setOverwrite(true));

    assertThat(instance.contents("a.t")).hasSize(RECORDS).doesNotContainKey("later");
    assertThat(instance.catalogue().all()).hasSize(1);
    assertThat(instance.catalogue().byName("a.t").orElseThrow().id()).isNotEqualTo(table.id());
  }

  @Test
  public void shouldRestoreChosenTablesFromADirectoryAnywhere() {
    instance.createTable("b.other");
    snapshot(instance, "one");
    TestInstance other = newInstance(1, 2, 1);
    String uri = snapshots.resolve("one").toUri().toString();

    assertFails(
        ErrorCode.TABLE_NOT_FOUND,
        "a.none",
        () -> restore(other, new RestoreRequest(uri).setTables(List.of("a.none"))));
    restore(other, new RestoreRequest(uri).setTables(List.of("a.t")));

    assertThat(other.contents("a.t")).hasSize(RECORDS);
    assertThat(other.catalogue().all()).hasSize(1);
  }

  @Test
  public void shouldNameWhatIsNotThereOrThereAlready() {
    snapshot(instance, "one");

    assertFails(ErrorCode.SNAPSHOT_EXISTS, "one", () -> snapshot(instance, "one"));
    assertFails(ErrorCode.INVALID_NAME, "a/b", () -> snapshot(instance, "a/b"));
    assertFails(
        ErrorCode.TABLE_NOT_FOUND,
        "a.none",
        () ->
            get(
                instance.manager.prepareSnapshot(
                    new SnapshotRequest().setTables(List.of("a.none")))));
    assertFails(
        ErrorCode.SNAPSHOT_NOT_FOUND, "two", () -> restore(instance, new RestoreRequest("two")));
    assertFails(ErrorCode.SNAPSHOT_NOT_FOUND, "two", () -> get(instance.manager.delete("two")));
    get(instance.manager.delete("one"));
    assertThat(listed()).isEmpty();
  }

  @Test
  public void shouldNameThePathThatCannotBeWritten() throws Exception {
    Files.write(snapshots, new byte[] {1});

    assertFails(
        ErrorCode.PATH_NOT_WRITABLE,
        snapshots.toString(),
        () -> get(instance.manager.prepareSnapshot(new SnapshotRequest())));
  }

  @Test
  public void shouldRefuseASecondOperationUntilTheFirstHasEnded() {
    PreparedOperation first =
        get(instance.manager.prepareSnapshot(new SnapshotRequest().setName("one")));

    assertFails(
        ErrorCode.OPERATION_IN_PROGRESS,
        "snapshot one",
        () -> get(instance.manager.prepareSnapshot(new SnapshotRequest().setName("two"))));
    assertFails(
        ErrorCode.OPERATION_IN_PROGRESS,
        "snapshot one",
        () -> get(instance.manager.prepareRestore(new RestoreRequest("one"))));
    run(first);
    snapshot(instance, "two");
    get(instance.manager.prepareSnapshot(new SnapshotRequest())).cancel();

    Await.until("the slot is free", () -> snapshotSucceeds("three"));
    assertThat(listed()).contains("one", "two", "three");
  }

  private boolean snapshotSucceeds(String name) {
    snapshot(instance, name);
    return true;
  }

  @Test
  public void shouldNeitherListNorKeepWhatWasNotCommitted() throws Exception {
    get(instance.manager.prepareSnapshot(new SnapshotRequest().setName("one")));
    assertThat(files("").stream().filter(path -> path.toString().contains(".tmp-one")))
        .isNotEmpty();

    TestInstance successor = newInstance(1, 1, 1);

    Await.until(
        "the unfinished one is removed",
        () -> files("").stream().noneMatch(path -> path.toString().contains(".tmp-")));
    assertThat(get(successor.manager.list())).isEmpty();
  }

  @Test
  public void shouldGiveUpWhenTheControllerIsActiveNoLonger() {
    PreparedOperation prepared =
        get(instance.manager.prepareSnapshot(new SnapshotRequest().setName("one")));
    instance.manager.deactivated();

    assertFails(ErrorCode.SHUTTING_DOWN, "given up", () -> run(prepared));
    assertFails(
        ErrorCode.NO_CONTROLLER,
        "not the active one",
        () -> get(instance.manager.prepareSnapshot(new SnapshotRequest())));
    assertThat(listed()).isEmpty();
  }

  @Test
  public void shouldMakePeriodicSnapshotsWhenTheyAreDueAndKeepTheNewest() {
    assertThat(get(instance.manager.preparePeriodicSnapshot())).isEmpty();
    snapshot(instance, "by-hand");

    for (int i = 0; i < 4; i++) {
      instance.clock.advance(Duration.ofMinutes(5));
      run(get(instance.manager.preparePeriodicSnapshot()).orElseThrow());
      assertThat(get(instance.manager.preparePeriodicSnapshot())).isEmpty();
    }

    List<SnapshotInfo> infos = get(instance.manager.list());
    assertThat(infos).hasSize(3);
    assertThat(infos.subList(0, 2)).allMatch(SnapshotInfo::isPeriodic);
    assertThat(infos.get(2).getName()).isEqualTo("by-hand");
  }

  @Test
  public void shouldGiveALostPartitionBackFromTheNewestSnapshotOfEveryTable() {
    Table other = instance.createTable("a.other");
    for (int i = 0; i < RECORDS; i++) {
      instance.put(other, "other-" + i, "value");
    }
    snapshot(instance, "old");
    instance.clock.advance(Duration.ofSeconds(1));
    snapshot(instance, "new");
    Map<String, String> before = instance.contents("a.t");
    instance.lose(3);
    assertThat(instance.contents("a.t").size()).isLessThan(RECORDS);

    Set<Integer> ready = get(instance.manager.loadLostPartitions(Set.of(3)));

    assertThat(ready).containsExactly(3);
    assertThat(instance.contents("a.t")).isEqualTo(before);
    assertThat(instance.contents("a.other")).hasSize(RECORDS);
  }

  @Test
  public void shouldKeepALostPartitionLoadingWhileATableIsInNoSnapshot() {
    instance.createVolatileTable("a.cache");
    instance.lose(3);

    assertThat(get(instance.manager.loadLostPartitions(Set.of(3)))).isEmpty();
    instance.dropTable("a.t");
    instance.clock.advance(Duration.ofSeconds(1));
    instance.createTable("a.t");

    assertThat(get(instance.manager.loadLostPartitions(Set.of(3)))).containsExactly(3);
  }

  @Test
  public void shouldStartFromTheLatestSnapshotUnlessThereAreTables() {
    TestInstance other = newInstance(2, 4, 1);
    assertThat(get(other.manager.prepareRestoreOnStart("latest"))).isEmpty();
    snapshot(instance, "one");

    run(get(other.manager.prepareRestoreOnStart("latest")).orElseThrow());

    assertThat(other.contents("a.t")).hasSize(RECORDS);
    assertThat(get(other.manager.prepareRestoreOnStart("latest"))).isEmpty();
  }
}
