// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.client.testing.Await;
import io.sedna.client.testing.FakeDaemon.Fault;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.thrift.convert.Errors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.Test;

/** A primary that stands still, connections and all, and loses its partitions meanwhile. */
public class HungPrimaryTest extends ClientTestBase {
  private static final String STRONG = "shop.stock";
  private static final long SECONDS = 30;

  /** So long that a test which waited for it would fail. */
  @Override
  protected SednaClientBuilder builder() {
    return super.builder().requestTimeout(Duration.ofMinutes(10)).deadline(Duration.ofMinutes(20));
  }

  @Test
  public void shouldSendACallAgainToTheNewPrimaryWhenItsOwnIsSilent() throws Exception {
    instance.createStrongTable(STRONG);
    SednaTable strong = client.table(STRONG);
    byte[] key =
        IntStream.iterate(0, i -> i + 1)
            .mapToObj(i -> bytes("k" + i))
            .filter(candidate -> instance.primaryOf(STRONG, candidate) == 0)
            .findFirst()
            .orElseThrow();
    hang(0);

    CompletableFuture<Long> sum = strong.incrementAsync(key, 5, WriteOptions.DEFAULT);
    Await.until("the call is there", () -> instance.daemon(0).called("increment") == 1);
    instance.map(without(0));

    assertThat(sum.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(5);
    assertThat(instance.outcomes()).as("done once").isEqualTo(1);
    assertThat(instance.daemon(1).called("increment") + instance.daemon(2).called("increment"))
        .isEqualTo(1);
  }

  @Test
  public void shouldSendReadsAndWritesAgain() throws Exception {
    byte[] key = keyOf(0);
    table.put(key, bytes("value"));
    hang(0);

    CompletableFuture<?> put = table.putAsync(key, bytes("later"));
    Await.until("the call is there", () -> instance.daemon(0).called("writeLatest") > 0);
    instance.map(without(0));

    put.get(SECONDS, TimeUnit.SECONDS);
    assertThat(table.get(key).orElseThrow().value()).isEqualTo(bytes("later"));
  }

  @Test
  public void shouldNotSendAgainWhatWouldBeDoneTwice() throws Exception {
    byte[] key = keyOf(0);
    hang(0);

    CompletableFuture<Long> sum = table.incrementAsync(key, 5, WriteOptions.DEFAULT);
    Await.until("the call is there", () -> instance.daemon(0).called("increment") == 1);
    instance.map(without(0));

    SednaException e = null;
    try {
      sum.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      e = Errors.of(failed);
    }
    assertThat(e).isNotNull();
    assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(e).hasMessageContaining("the partition map of epoch 2 names others");
    assertThat(instance.daemon(1).called("increment") + instance.daemon(2).called("increment"))
        .isZero();
  }

  @Test
  public void shouldGoOnWaitingWhileTheMapNamesTheSame() throws Exception {
    byte[] key = keyOf(0);
    instance
        .daemon(0)
        .faults(method -> method.equals("writeLatest") ? new Fault.Delay(1_500) : new Fault.None());

    CompletableFuture<?> put = table.putAsync(key, bytes("value"));

    put.get(SECONDS, TimeUnit.SECONDS);
    assertThat(instance.daemon(0).called("writeLatest")).isEqualTo(1);
    assertThat(instance.daemon(1).called("writeLatest")).isZero();
  }

  /** But for what the client has to know of a table before it can send the call. */
  private void hang(int daemon) {
    instance
        .daemon(daemon)
        .faults(method -> method.equals("describeTable") ? new Fault.None() : new Fault.Swallow());
  }

  /** The next map, of the other two daemons. */
  private PartitionMap without(int daemon) {
    PartitionMap before = instance.map();
    var builder =
        PartitionMap.builder(before.epoch() + 1, before.partitions(), 2, instance.nodes());
    for (int partition = 0; partition < before.partitions(); partition++) {
      builder.add(partition, (daemon + 1) % 3, ReplicaState.SERVING);
      builder.add(partition, (daemon + 2) % 3, ReplicaState.SERVING);
    }
    return builder.build();
  }
}
