// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.ReplicationTest.assertFails;
import static io.sedna.daemon.server.TestCluster.buffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Limits;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.time.HybridClock;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.WriteOptions;
import java.nio.ByteBuffer;
import java.util.Collections;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Bad input over the wire: a typed error with the value in it, and nothing done. */
public class RequestChecksTest {
  private final TestCluster cluster = new TestCluster(1);

  @Before
  public void publish() {
    cluster.table("d.t", 1, 1, 1);
    cluster.table("d.restoring", 1, 1, 1, MemoryMode.STORE, true);
    cluster.publish(cluster.allServe());
  }

  @After
  public void close() {
    cluster.close();
  }

  private void put(String key, ByteBuffer value, WriteOptions options) {
    cluster.put(0, 0, "d.t", buffer(key), value, options);
  }

  @Test
  public void shouldRefuseTables() {
    assertFails(ErrorCode.TABLE_NOT_FOUND, () -> cluster.get(0, "d.none", "k"));
    assertFails(ErrorCode.INVALID_NAME, () -> cluster.get(0, "no table", "k"));
    assertFails(ErrorCode.LOADING, () -> cluster.get(0, "d.restoring", "k"));
    assertFails(ErrorCode.LOADING, () -> cluster.put(0, "d.restoring", "k", "v"));
  }

  @Test
  public void shouldRefuseKeysAndValues() {
    assertFails(ErrorCode.KEY_EMPTY, () -> cluster.get(0, "d.t", ""));
    assertFails(ErrorCode.KEY_EMPTY, () -> cluster.put(0, "d.t", "", "v"));
    assertFails(
        ErrorCode.KEY_TOO_LONG,
        () -> cluster.put(0, "d.t", "k".repeat(Limits.MAX_KEY_BYTES + 1), "v"));
    cluster.put(0, "d.t", "k".repeat(Limits.MAX_KEY_BYTES), "");
    assertThat(cluster.get(0, "d.t", "k".repeat(Limits.MAX_KEY_BYTES))).isEmpty();
    assertFails(
        ErrorCode.INVALID_NAME,
        () ->
            TestCluster.outcome(
                cluster.call(
                    0, "readLatest", new Sedna.readLatest_args(), Sedna.readLatest_result::new)));
    assertThatThrownBy(() -> RequestChecks.value(ByteBuffer.allocate(Limits.MAX_VALUE_BYTES + 1)))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining(String.valueOf(Limits.MAX_VALUE_BYTES + 1));
  }

  @Test
  public void shouldRefuseTimestampsFromTheFuture() {
    long nowMs = cluster.wall.millis();
    var future =
        new WriteOptions().setTimestamp(HybridClock.ofMillis(nowMs + TestDaemon.MAX_SKEW_MS + 1));
    var near =
        new WriteOptions().setTimestamp(HybridClock.ofMillis(nowMs + TestDaemon.MAX_SKEW_MS));

    assertFails(ErrorCode.TIMESTAMP_IN_FUTURE, () -> put("k", buffer("v"), future));
    assertThat(cluster.get(0, "d.t", "k")).isNull();
    put("k", buffer("v"), near);
    assertThat(cluster.get(0, "d.t", "k")).isEqualTo("v");
    assertFails(
        ErrorCode.INVALID_ARGUMENT,
        () -> put("k", buffer("v"), new WriteOptions().setTimestamp(-1)));
  }

  @Test
  public void shouldRefuseNegativeTimesToLive() {
    assertFails(
        ErrorCode.INVALID_ARGUMENT, () -> put("k", buffer("v"), new WriteOptions().setTtlMs(-1)));
    assertFails(ErrorCode.INVALID_ARGUMENT, () -> cluster.touch(0, "d.t", "k", -1));
    put("k", buffer("v"), new WriteOptions().setTtlMs(Long.MAX_VALUE));
    assertThat(cluster.get(0, "d.t", "k")).isEqualTo("v");
  }

  @Test
  public void shouldRefuseBatchesThatAreTooLarge() {
    assertFails(
        ErrorCode.BATCH_TOO_LARGE,
        () ->
            cluster.multiPut(
                0,
                "d.t",
                Collections.nCopies(
                    Limits.MAX_BATCH_ENTRIES + 1, new PutEntry(buffer("k"), buffer("v")))));
    assertFails(
        ErrorCode.BATCH_TOO_LARGE,
        () ->
            cluster.multiGet(
                0, "d.t", Collections.nCopies(Limits.MAX_BATCH_ENTRIES + 1, buffer("k"))));
    assertThat(cluster.multiGet(0, "d.t", Collections.emptyList())).isEmpty();
    assertThat(cluster.multiPut(0, "d.t", Collections.emptyList())).isEmpty();
  }

  @Test
  public void shouldRefuseScanLimits() {
    for (ScanRequest bad :
        new ScanRequest[] {
          new ScanRequest().setMaxRecords(0),
          new ScanRequest().setMaxRecords(Limits.MAX_SCAN_RECORDS + 1),
          new ScanRequest().setMaxBytes(0),
          new ScanRequest().setMaxBytes(Limits.MAX_SCAN_BYTES + 1),
        }) {
      assertFails(ErrorCode.INVALID_ARGUMENT, () -> cluster.scan(0, "d.t", bad));
    }
    assertThat(cluster.scan(0, "d.t", new ScanRequest().setStartHash(5).setEndHash(4)).isDone())
        .isTrue();
  }

  @Test
  public void shouldRefuseWritesWhileFrozen() {
    cluster.daemon(0).view.setFrozen(true);

    assertFails(ErrorCode.FROZEN, () -> cluster.put(0, "d.t", "k", "v"));
    assertThat(cluster.get(0, "d.t", "k")).isNull();

    cluster.daemon(0).view.setFrozen(false);
    cluster.put(0, "d.t", "k", "v");
  }

  @Test
  public void shouldSendCallersWithAnOldMapForTheNewOne() {
    cluster.publish(cluster.allServe());

    assertThatThrownBy(() -> cluster.put(0, 1, "d.t", buffer("k"), buffer("v"), new WriteOptions()))
        .isInstanceOfSatisfying(
            SednaException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.STALE_MAP);
              assertThat(e.epoch()).isEqualTo(2);
            });
    cluster.put(0, 2, "d.t", buffer("k"), buffer("v"), new WriteOptions());
  }

  @Test
  public void shouldAnswerLoadingForPartitionsThatNobodyServes() {
    cluster.publish(cluster.map((p, d) -> ReplicaState.LOADING));

    assertFails(ErrorCode.LOADING, () -> cluster.get(0, "d.t", "k"));
    assertFails(ErrorCode.LOADING, () -> cluster.put(0, "d.t", "k", "v"));
    assertFails(ErrorCode.LOADING, () -> cluster.scan(0, "d.t", new ScanRequest()));
  }

  @Test
  public void shouldRefuseARequestThatNobodyRemembers() {
    assertFails(
        ErrorCode.REQUEST_EXPIRED,
        () -> {
          cluster.strong("d.s", 1);
          var id = new RequestId(1, 1, cluster.wall.millis() - 3_600_000);
          TestCluster.outcome(
              cluster.call(
                  0,
                  "increment",
                  new Sedna.increment_args(
                      0, "d.s", buffer("k"), 1, new WriteOptions().setRequestId(id)),
                  Sedna.increment_result::new));
        });
  }
}
