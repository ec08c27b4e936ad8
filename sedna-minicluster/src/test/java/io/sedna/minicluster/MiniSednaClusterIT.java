// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.client.PutEntry;
import io.sedna.client.ScanSpec;
import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import io.sedna.client.WriteOptions;
import io.sedna.client.WriteStatus;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.RestoreRequest;
import io.sedna.thrift.generated.SnapshotRequest;
import io.sedna.thrift.generated.TableSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.rules.Timeout;

public class MiniSednaClusterIT {
  private static final Duration SETTLED = Duration.ofSeconds(60);
  private static final int RECORDS = 2_000;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  @Rule public final Timeout timeout = Timeout.seconds(180);

  @Test
  public void shouldReadWriteScanAndDelete() throws Exception {
    try (var sedna = MiniSednaCluster.builder().start()) {
      sedna.client().admin().createTable("shop.prices");
      var table = sedna.client().table("shop.prices");

      assertThat(table.put(bytes("apple"), bytes("3")).status()).isEqualTo(WriteStatus.OK);
      assertThat(table.put(bytes("pear"), bytes("")).status()).isEqualTo(WriteStatus.OK);

      assertThat(value(table, "apple")).isEqualTo("3");
      assertThat(value(table, "pear")).isEmpty();
      assertThat(table.get(bytes("plum"))).isEmpty();
      assertThat(keys(table)).containsExactlyInAnyOrder("apple", "pear");
      table.delete(bytes("apple"));
      assertThat(table.get(bytes("apple"))).isEmpty();
      assertThat(keys(table)).containsExactly("pear");
    }
  }

  @Test
  public void shouldKeepEveryRecordWhenADaemonIsKilledAndStartedAgain() throws Exception {
    try (var sedna = MiniSednaCluster.builder().daemons(3).racks("/a", "/a", "/b").start()) {
      var table = filled(sedna.client(), "shop.prices");

      sedna.killDaemon(1);

      assertEveryRecord(table);
      assertThat(table.put(bytes("new"), bytes("1")).status()).isEqualTo(WriteStatus.OK);
      sedna.startDaemon(1);
      sedna.awaitComplete(SETTLED);
      // Whatever the new daemon was given is all that is left now, wherever it is a replica.
      sedna.killDaemon(0);
      sedna.awaitComplete(SETTLED);
      assertEveryRecord(table);
      assertThat(value(table, "new")).isEqualTo("1");
    }
  }

  @Test
  public void shouldMovePartitionsToAnotherDaemonAndAwayFromAStoppedOne() throws Exception {
    try (var sedna = MiniSednaCluster.builder().daemons(2).replication(2).start()) {
      var table = filled(sedna.client(), "shop.prices");

      sedna.startDaemon(2);
      sedna.awaitComplete(SETTLED);
      sedna.stopDaemon(0);
      sedna.awaitComplete(SETTLED);

      assertEveryRecord(table);
    }
  }

  @Test
  public void shouldRestoreWithOtherNumbersOfDaemonsAndPartitions() throws Exception {
    Path snapshots = folder.newFolder().toPath();
    String path;
    try (var sedna =
        MiniSednaCluster.builder()
            .daemons(3)
            .partitions(16)
            .snapshotDirectory(snapshots.toUri())
            .start()) {
      filled(sedna.client(), "shop.prices");
      var admin = sedna.client().admin();
      var operation = admin.snapshot(new SnapshotRequest().setName("s1"));
      admin.awaitOperation(operation.getId(), SETTLED);
      assertThat(admin.listSnapshots()).hasSize(1);
      assertThat(admin.listSnapshots().get(0).getRecords()).isEqualTo(RECORDS);
      path = admin.listSnapshots().get(0).getPath();
    }
    try (var sedna = MiniSednaCluster.builder().partitions(4).start()) {
      restore(sedna.client(), new RestoreRequest(path));

      assertEveryRecord(sedna.client().table("shop.prices"));
    }
    try (var sedna = MiniSednaCluster.builder().daemons(4).partitions(64).start()) {
      restore(sedna.client(), new RestoreRequest(path));

      assertEveryRecord(sedna.client().table("shop.prices"));
    }
  }

  @Test
  public void shouldStayAsItWasWhenASnapshotIsCorruptOrMissing() throws Exception {
    Path snapshots = folder.newFolder().toPath();
    try (var sedna = MiniSednaCluster.builder().snapshotDirectory(snapshots.toUri()).start()) {
      var table = filled(sedna.client(), "shop.prices");
      var admin = sedna.client().admin();
      admin.awaitOperation(admin.snapshot(new SnapshotRequest().setName("s1")).getId(), SETTLED);
      table.put(bytes("later"), bytes("1"));
      corruptOneFile(snapshots);

      var corrupt =
          SednaExceptions.of(
              () -> restore(sedna.client(), new RestoreRequest("s1").setOverwrite(true)));
      var missing =
          SednaExceptions.of(() -> restore(sedna.client(), new RestoreRequest("no-such")));

      assertThat(corrupt.code()).isEqualTo(ErrorCode.SNAPSHOT_CORRUPT);
      assertThat(missing.code()).isEqualTo(ErrorCode.SNAPSHOT_NOT_FOUND);
      assertThat(missing).hasMessageContaining("no-such");
      assertEveryRecord(table);
      assertThat(value(table, "later")).isEqualTo("1");
    }
  }

  @Test
  public void shouldRefuseBadInputWithTypedErrorsAndGoOn() throws Exception {
    try (var sedna = MiniSednaCluster.builder().daemons(3).start()) {
      var admin = sedna.client().admin();
      var table = filled(sedna.client(), "shop.prices");
      var other = sedna.client().table("shop.none");
      long future = (System.currentTimeMillis() + Duration.ofHours(1).toMillis()) << 16;
      var bad = new TableSchema("shop.bad").setReplicas(2).setWriteQuorum(3);

      assertCode(ErrorCode.TABLE_NOT_FOUND, () -> other.get(bytes("k")));
      assertCode(ErrorCode.TABLE_EXISTS, () -> admin.createTable("shop.prices"));
      assertCode(ErrorCode.INVALID_NAME, () -> admin.createTable("no-dataset"));
      assertCode(ErrorCode.INVALID_NAME, () -> admin.createTable("shop.a/b"));
      assertCode(ErrorCode.INVALID_QUORUM, () -> admin.createTable(bad));
      assertCode(ErrorCode.KEY_EMPTY, () -> table.put(new byte[0], bytes("v")));
      assertCode(ErrorCode.KEY_TOO_LONG, () -> table.put(new byte[(32 << 10) + 1], bytes("v")));
      assertCode(ErrorCode.VALUE_TOO_LARGE, () -> table.put(bytes("k"), new byte[(8 << 20) + 1]));
      assertCode(
          ErrorCode.TIMESTAMP_IN_FUTURE,
          () -> table.put(bytes("k"), bytes("v"), WriteOptions.DEFAULT.withTimestamp(future)));
      table.put(bytes("no number"), bytes("v"));
      assertCode(
          ErrorCode.NOT_A_NUMBER,
          () -> table.increment(bytes("no number"), 1, WriteOptions.DEFAULT));
      table.delete(bytes("no number"));

      assertEveryRecord(table);
      assertThat(table.put(new byte[32 << 10], new byte[8 << 20]).status())
          .isEqualTo(WriteStatus.OK);
    }
  }

  @Test
  public void shouldNameZooKeeperWhenItCannotBeReached() {
    var conf = SednaConfiguration.create();
    conf.set("sedna.zookeeper.quorum", "127.0.0.1:1");
    conf.setInt("sedna.zookeeper.connect.timeout.ms", 1_000);

    assertThatThrownBy(() -> SednaClient.builder().configuration(conf).build())
        .isInstanceOfSatisfying(
            SednaException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.ZOOKEEPER_UNREACHABLE))
        .hasMessageContaining("127.0.0.1:1");
  }

  private static void restore(SednaClient client, RestoreRequest request) {
    client.admin().awaitOperation(client.admin().restore(request).getId(), SETTLED);
  }

  private static void corruptOneFile(Path snapshots) throws Exception {
    try (var files = Files.walk(snapshots)) {
      var file = files.filter(path -> path.toString().endsWith(".avro")).findFirst().orElseThrow();
      var content = Files.readAllBytes(file);
      content[content.length / 2] ^= 1;
      Files.write(file, content);
    }
  }

  private static SednaTable filled(SednaClient client, String name) {
    client.admin().createTable(name);
    var table = client.table(name);
    var entries = new ArrayList<PutEntry>();
    for (int i = 0; i < RECORDS; i++) {
      entries.add(new PutEntry(bytes("key" + i), bytes("value" + i)));
    }
    assertThat(table.multiPut(entries)).allMatch(result -> result.status() == WriteStatus.OK);
    return table;
  }

  private static void assertEveryRecord(SednaTable table) {
    List<byte[]> keys = IntStream.range(0, RECORDS).mapToObj(i -> bytes("key" + i)).toList();
    var results = table.multiGet(keys);
    for (int i = 0; i < RECORDS; i++) {
      assertThat(results.get(i).error()).as("key" + i).isEmpty();
      assertThat(new String(results.get(i).value().orElseThrow().value(), UTF_8))
          .isEqualTo("value" + i);
    }
  }

  private static void assertCode(ErrorCode code, Runnable call) {
    var failure = SednaExceptions.of(call);
    assertThat(failure).as(code.name()).isNotNull();
    assertThat(failure.code()).as(failure.toString()).isEqualTo(code);
  }

  private static List<String> keys(SednaTable table) {
    var keys = new ArrayList<String>();
    table.scanAll(ScanSpec.all()).forEach(record -> keys.add(new String(record.key(), UTF_8)));
    return keys;
  }

  private static String value(SednaTable table, String key) {
    return new String(table.get(bytes(key)).orElseThrow().value(), UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
