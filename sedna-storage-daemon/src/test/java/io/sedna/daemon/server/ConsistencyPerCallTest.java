// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.ReplicationTest.assertFails;
import static io.sedna.daemon.server.TestCluster.await;
import static io.sedna.daemon.server.TestCluster.buffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.ConsistencyLevel;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.ReadOptions;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.After;
import org.junit.Test;

/** How many replicas a single call is about, whatever the table's R and W. */
public class ConsistencyPerCallTest {
  private final TestCluster cluster = new TestCluster(3);

  @After
  public void close() {
    cluster.close();
  }

  private static WriteOptions write(ConsistencyLevel level) {
    return new WriteOptions().setConsistency(level.getValue());
  }

  private static ReadOptions read(ConsistencyLevel level) {
    return new ReadOptions().setConsistency(level.getValue());
  }

  private void put(String table, WriteOptions options) {
    cluster.put(0, 0, table, buffer("k"), buffer("v"), options);
  }

  private void readAll(String table, ReadOptions options) {
    await(
        cluster
            .call(
                0,
                "readAllWith",
                new Sedna.readAllWith_args(0, table, buffer("k"), options),
                Sedna.readAllWith_result::new)
            .thenApply(Sedna.readAllWith_result::getSuccess));
  }

  private void multiGet(String table, ReadOptions options) {
    List<ReadResult> results =
        await(
            cluster
                .call(
                    0,
                    "multiGetWith",
                    new Sedna.multiGetWith_args(0, table, List.of(buffer("k")), options),
                    Sedna.multiGetWith_result::new)
                .thenApply(Sedna.multiGetWith_result::getSuccess));
    if (results.get(0).isSetError()) {
      throw Errors.fromThrift(results.get(0).getError());
    }
  }

  private void scan(String table, ReadOptions options) {
    cluster.scan(0, table, new ScanRequest().setOptions(options));
  }

  private void multiPut(String table, WriteOptions options) {
    firstError(
        await(
            cluster
                .call(
                    0,
                    "multiPut",
                    new Sedna.multiPut_args(
                        0, table, List.of(new PutEntry(buffer("k"), buffer("v"))), options),
                    Sedna.multiPut_result::new)
                .thenApply(Sedna.multiPut_result::getSuccess)));
  }

  private void multiDelete(String table, WriteOptions options) {
    firstError(
        await(
            cluster
                .call(
                    0,
                    "multiDelete",
                    new Sedna.multiDelete_args(0, table, List.of(buffer("k")), options),
                    Sedna.multiDelete_result::new)
                .thenApply(Sedna.multiDelete_result::getSuccess)));
  }

  private void remove(String table, WriteOptions options) {
    await(
        cluster
            .call(
                0,
                "remove",
                new Sedna.remove_args(0, table, buffer("k"), options),
                Sedna.remove_result::new)
            .thenApply(Sedna.remove_result::getSuccess));
  }

  private static void firstError(List<WriteResult> results) {
    if (results.get(0).isSetError()) {
      throw Errors.fromThrift(results.get(0).getError());
    }
  }

  private List<Consumer<WriteOptions>> writes(String table) {
    return List.of(
        options -> put(table, options),
        options -> cluster.putAll(0, table, "k", "v", options),
        options -> multiPut(table, options),
        options -> multiDelete(table, options),
        options -> remove(table, options));
  }

  private List<Consumer<ReadOptions>> reads(String table) {
    return List.of(
        options -> readAll(table, options),
        options -> multiGet(table, options),
        options -> scan(table, options));
  }

  @Test
  public void shouldGoByTheCallWhereItSaysHowMany() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());
    cluster.daemon(2).close();

    for (Consumer<WriteOptions> write : writes("d.t")) {
      write.accept(write(ConsistencyLevel.ONE));
      write.accept(write(ConsistencyLevel.QUORUM));
      write.accept(new WriteOptions().setCopies(2));
      assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> write.accept(write(ConsistencyLevel.ALL)));
      assertFails(
          ErrorCode.NOT_ENOUGH_REPLICAS, () -> write.accept(new WriteOptions().setCopies(3)));
    }
    for (Consumer<ReadOptions> read : reads("d.t")) {
      read.accept(read(ConsistencyLevel.ONE));
      read.accept(read(ConsistencyLevel.QUORUM));
      read.accept(new ReadOptions().setCopies(2));
      assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> read.accept(read(ConsistencyLevel.ALL)));
      assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> read.accept(new ReadOptions().setCopies(3)));
    }
    cluster.daemon(1).close();
    for (Consumer<WriteOptions> write : writes("d.t")) {
      write.accept(write(ConsistencyLevel.ONE));
      assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> write.accept(new WriteOptions()));
    }
    for (Consumer<ReadOptions> read : reads("d.t")) {
      read.accept(new ReadOptions().setCopies(1));
      assertFails(ErrorCode.NOT_ENOUGH_REPLICAS, () -> read.accept(new ReadOptions()));
    }
  }

  @Test
  public void shouldSayHowManyCopiesWereNeededWhereFewerServe() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.map((p, daemon) -> daemon == 0 ? ReplicaState.SERVING : null));

    assertNeeds(2, () -> cluster.put(0, "d.t", "k", "v"));
    assertNeeds(2, () -> cluster.get(0, "d.t", "k"));
    for (Consumer<WriteOptions> write : writes("d.t")) {
      assertNeeds(2, () -> write.accept(new WriteOptions()));
      assertNeeds(3, () -> write.accept(write(ConsistencyLevel.ALL)));
    }
    for (Consumer<ReadOptions> read : reads("d.t")) {
      assertNeeds(2, () -> read.accept(new ReadOptions()));
      assertNeeds(3, () -> read.accept(new ReadOptions().setCopies(3)));
    }
  }

  private static void assertNeeds(int copies, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SednaException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS))
        .hasMessageContaining("partition=")
        .hasMessageContaining("needed=" + copies)
        .hasMessageContaining("live=1")
        .hasMessageContaining("epoch=");
  }

  @Test
  public void shouldRefuseWhatNoTableHas() {
    cluster.table("d.t", 3, 2, 2);
    cluster.publish(cluster.allServe());

    for (Consumer<WriteOptions> write : writes("d.t")) {
      assertThatThrownBy(() -> write.accept(new WriteOptions().setConsistency(9)))
          .isInstanceOfSatisfying(
              SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageContaining("consistency=9")
          .hasMessageContaining("ONE=1, QUORUM=2, ALL=3");
      assertFails(ErrorCode.INVALID_QUORUM, () -> write.accept(new WriteOptions().setCopies(0)));
      assertThatThrownBy(() -> write.accept(new WriteOptions().setCopies(4)))
          .hasMessageContaining("copies=4 is not 1 to N=3");
      assertFails(
          ErrorCode.INVALID_ARGUMENT, () -> write.accept(write(ConsistencyLevel.ONE).setCopies(1)));
    }
    for (Consumer<ReadOptions> read : reads("d.t")) {
      assertFails(
          ErrorCode.INVALID_ARGUMENT, () -> read.accept(new ReadOptions().setConsistency(0)));
      assertFails(ErrorCode.INVALID_QUORUM, () -> read.accept(new ReadOptions().setCopies(4)));
      assertFails(
          ErrorCode.INVALID_ARGUMENT, () -> read.accept(read(ConsistencyLevel.ALL).setCopies(3)));
    }
    assertThat(cluster.get(0, "d.t", "k")).isNull();
  }

  @Test
  public void shouldSayThatStrongTablesLeaveNoChoice() {
    var strong =
        new Table(
            1,
            new TableSchema(
                TableName.parse("d.strong"),
                3,
                2,
                2,
                ConsistencyMode.STRONG,
                MemoryMode.STORE,
                0,
                PersistenceMode.NONE,
                0,
                0),
            false,
            0);

    assertFails(
        ErrorCode.INVALID_ARGUMENT,
        () -> RequestChecks.copies(strong, write(ConsistencyLevel.ALL)));
    assertFails(
        ErrorCode.INVALID_ARGUMENT,
        () -> RequestChecks.copies(strong, new ReadOptions().setCopies(1)));
    assertThat(RequestChecks.copies(strong, new WriteOptions())).isEqualTo(2);
  }

  /** The hot path knows no such options: a frame that has them takes the generated way. */
  @Test
  public void shouldHeedOptionsWhereTheOnlyReplicaIsHere() {
    cluster.table("d.one", 1, 1, 1);
    cluster.publish(cluster.map((p, d) -> d == 0 ? ReplicaState.SERVING : null));

    put("d.one", new WriteOptions());
    put("d.one", write(ConsistencyLevel.ALL));

    assertFails(ErrorCode.INVALID_QUORUM, () -> put("d.one", new WriteOptions().setCopies(2)));
    assertFails(
        ErrorCode.INVALID_ARGUMENT, () -> multiPut("d.one", new WriteOptions().setConsistency(4)));
    assertThat(cluster.get(0, "d.one", "k")).isEqualTo("v");
  }
}
