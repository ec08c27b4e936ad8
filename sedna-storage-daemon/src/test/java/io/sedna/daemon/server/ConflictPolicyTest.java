// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.ReplicationTest.assertFails;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.conflict.SourceValue;
import io.sedna.common.conflict.SumOfCounters;
import io.sedna.common.conflict.ValueMerger;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.Table;
import io.sedna.daemon.Await;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.replication.TableSettings;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.WriteOptions;
import java.util.List;
import org.junit.After;
import org.junit.Test;

/** What becomes of the values of several sources, by the table's policy. */
public class ConflictPolicyTest {
  private final TestCluster cluster = new TestCluster(3);

  @After
  public void close() {
    cluster.close();
  }

  /** Fails as its key says. */
  public static final class Failing implements ValueMerger {
    @Override
    public byte[] merge(byte[] key, List<SourceValue> values) {
      return switch (new String(key, UTF_8)) {
        case "null" -> null;
        case "large" -> new byte[(8 << 20) + 1];
        case "fine" -> new byte[] {'f'};
        default -> throw new IllegalStateException("cannot merge this");
      };
    }
  }

  private void writeAll(int daemon, String key, int source, long timestamp, String value) {
    cluster.putAll(
        daemon, "d.t", key, value, new WriteOptions().setSource(source).setTimestamp(timestamp));
  }

  @Test
  public void shouldAnswerWhatTheMergeClassMakesOfAllSources() {
    cluster.table("d.t", 3, 2, 2, ConflictPolicy.MERGE, SumOfCounters.class.getName());
    cluster.publish(cluster.allServe());
    writeAll(0, "k", 1, 10, "5");
    writeAll(1, "k", 2, 20, "7");
    writeAll(2, "k", 3, 15, "100");
    writeAll(0, "alone", 1, 10, "3");

    for (int daemon = 0; daemon < 3; daemon++) {
      assertThat(cluster.get(daemon, "d.t", "k")).isEqualTo("112");
      var read =
          cluster.multiGet(
              daemon,
              "d.t",
              List.of(
                  TestCluster.buffer("k"),
                  TestCluster.buffer("alone"),
                  TestCluster.buffer("none")));
      assertThat(read).extracting(TestCluster::text).containsExactly("112", "3", null);
      assertThat(read.get(0).getValue().getTimestamp()).isEqualTo(20);
      assertThat(cluster.getAll(daemon, "d.t", "k")).containsExactly("7", "100", "5");
      assertThat(cluster.scan(daemon, "d.t", new ScanRequest()).getRecords())
          .extracting(record -> new String(record.getValue(), UTF_8))
          .containsExactlyInAnyOrder("112", "3");
      assertThat(cluster.scan(daemon, "d.t", new ScanRequest().setAllSources(true)).getRecords())
          .hasSize(4);
    }
  }

  @Test
  public void shouldMergeWhereTheOnlyReplicaIsHereToo() {
    cluster.table("d.t", 1, 1, 1, ConflictPolicy.MERGE, SumOfCounters.class.getName());
    cluster.publish(cluster.map((p, d) -> d == 0 ? ReplicaState.SERVING : null));
    writeAll(0, "k", 1, 10, "5");
    writeAll(0, "k", 2, 20, "7");

    assertThat(cluster.get(0, "d.t", "k")).isEqualTo("12");
    assertThat(cluster.get(1, "d.t", "k")).isEqualTo("12");
    cluster.touch(0, "d.t", "k", 1000);
    assertThat(cluster.getAll(0, "d.t", "k")).as("touch leaves values").containsExactly("7", "5");
    cluster.delete(0, "d.t", "k");
    assertThat(cluster.get(0, "d.t", "k")).isNull();
  }

  @Test
  public void shouldTellOfAMergeThatFails() {
    cluster.table("d.t", 3, 2, 2, ConflictPolicy.MERGE, Failing.class.getName());
    cluster.publish(cluster.allServe());
    for (String key : List.of("thrown", "null", "large", "fine")) {
      writeAll(0, key, 1, 10, "a");
      writeAll(0, key, 2, 20, "b");
    }

    for (String key : List.of("thrown", "null", "large")) {
      assertFails(ErrorCode.MERGE_FAILED, () -> cluster.get(0, "d.t", key));
      assertThat(cluster.getAll(0, "d.t", key)).containsExactly("b", "a");
    }
    assertThat(cluster.get(0, "d.t", "fine")).isEqualTo("f");
    var read =
        cluster.multiGet(
            0, "d.t", List.of(TestCluster.buffer("fine"), TestCluster.buffer("thrown")));
    assertThat(TestCluster.text(read.get(0))).isEqualTo("f");
    assertThat(read.get(1).getError().getName()).isEqualTo("MERGE_FAILED");
    assertThat(read.get(1).getError().getMessage()).contains("Failing", "cannot merge this");
    assertFails(
        ErrorCode.MERGE_FAILED,
        () -> {
          var next = new ScanRequest();
          while (true) {
            var result = cluster.scan(0, "d.t", next);
            next.setStartHash(result.getNextHash());
          }
        });
  }

  @Test
  public void shouldTellOfAMergeClassThatIsNotThere() {
    cluster.table("d.t", 3, 2, 2, ConflictPolicy.MERGE, "no.such.Merger");
    cluster.publish(cluster.allServe());
    writeAll(0, "k", 1, 10, "a");
    writeAll(0, "k", 2, 20, "b");

    assertFails(ErrorCode.MERGE_FAILED, () -> cluster.get(0, "d.t", "k"));
  }

  @Test
  public void shouldKeepTheNewestAloneWherePolicySaysSo() {
    Table table = cluster.table("d.t", 3, 3, 2, ConflictPolicy.LATEST, null);
    cluster.publish(cluster.allServe());
    long hash = KeyHash.ofTable(table.id()).hash("k".getBytes(UTF_8));
    for (int daemon = 0; daemon < 3; daemon++) {
      store(daemon, table, hash)
          .merge(
              StoredRecord.of(
                  "k".getBytes(UTF_8),
                  hash,
                  List.of(
                      StoredVersion.value(
                          10 + daemon, daemon, 0, new byte[] {(byte) ('a' + daemon)}))));
    }

    assertFails(ErrorCode.NOT_SUPPORTED, () -> writeAll(0, "k", 1, 10, "5"));
    assertThat(cluster.getAll(0, "d.t", "k")).containsExactly("c");
    assertThat(cluster.get(1, "d.t", "k")).isEqualTo("c");
    assertThat(cluster.scan(2, "d.t", new ScanRequest().setAllSources(true)).getRecords())
        .hasSize(1);
    for (int daemon = 0; daemon < 3; daemon++) {
      PartitionStore store = store(daemon, table, hash);
      Await.until(
          "the newest alone",
          () -> {
            List<StoredVersion> versions = store.read("k".getBytes(UTF_8), hash).versions();
            return versions.size() == 1 && versions.get(0).timestamp() == 12;
          });
    }
  }

  private PartitionStore store(int daemon, Table table, long hash) {
    int partition = cluster.daemon(daemon).view.map().orElseThrow().partitionOf(hash);
    return cluster.daemon(daemon).engine.store(table.id(), partition, TableSettings.options(table));
  }
}
