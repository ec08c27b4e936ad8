// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.RequestOutcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

public class RecentRequestsTest {
  private static final long WINDOW_MS = 1_000_000;
  private static final int FEW = 100;
  private static final int MANY = 10_000;

  private final RequestMemory memory = new RequestMemory((long) FEW * RequestMemory.REQUEST_BYTES);

  @Test
  public void shouldStayWithinItsMemoryWhateverComes() {
    List<RecentRequests> partitions = partitions(10);

    for (int i = 0; i < MANY; i++) {
      RecentRequests one = partitions.get(i % partitions.size());
      one.add(List.of(outcome(i)), i);
      // Besides the last of each partition.
      assertThat(memory.requests()).isLessThanOrEqualTo(FEW + (long) partitions.size());
    }

    assertThat(memory.bytes())
        .isEqualTo(memory.requests() * RequestMemory.REQUEST_BYTES)
        .isGreaterThan(0);
    partitions.forEach(RecentRequests::close);
    assertThat(memory.requests()).isZero();
  }

  @Test
  public void shouldRefuseWhatItForgotForLackOfMemory() {
    RecentRequests one = partitions(1).get(0);
    for (int i = 0; i <= FEW; i++) {
      one.add(List.of(outcome(i)), FEW);
    }

    SednaException forgotten =
        catchThrowableOfType(SednaException.class, () -> one.find(id(0), FEW));

    assertThat(forgotten.code()).isEqualTo(ErrorCode.REQUEST_EXPIRED);
    assertThat(one.find(id(1), FEW)).isNotNull();
    assertThat(one.find(id(FEW + 1), FEW)).isNull();
  }

  @Test
  public void shouldRememberTheLastOneWhateverOtherPartitionsTake() {
    List<RecentRequests> partitions = partitions(2);
    for (int i = 0; i <= FEW; i++) {
      partitions.get(0).add(List.of(outcome(i)), FEW);
    }

    partitions.get(1).add(List.of(outcome(MANY)), FEW);

    assertThat(partitions.get(1).find(id(MANY), FEW)).isNotNull();
  }

  @Test
  public void shouldForgetWhatIsTooOldThoughNothingComes() {
    RecentRequests one = partitions(1).get(0);
    one.add(List.of(outcome(1)), 1);
    one.add(List.of(outcome(2)), 1);
    assertThat(memory.requests()).isEqualTo(2);

    one.forget(WINDOW_MS + 3);

    assertThat(memory.requests()).isZero();
  }

  @Test
  public void shouldKeepOfWhatItLearntWhatCounts() {
    RecentRequests one = partitions(1).get(0);
    one.add(List.of(outcome(1)), 1);
    one.learn(List.of(outcome(1), outcome(2), outcome(3), outcome(4)), 1);
    // Its record has come, with what the request came to.
    one.add(List.of(outcome(4)), 1);

    one.settle(learnt -> learnt.getId().getSequence() == 3);

    assertThat(one.find(id(1), 1)).isNotNull();
    assertThat(one.find(id(2), 1)).as("did not count").isNull();
    assertThat(one.find(id(3), 1)).isNotNull();
    assertThat(one.find(id(4), 1)).isNotNull();
    assertThat(memory.requests()).isEqualTo(3);

    one.settle(learnt -> false);

    assertThat(one.find(id(3), 1)).as("is settled already").isNotNull();
  }

  private List<RecentRequests> partitions(int number) {
    var partitions = new ArrayList<RecentRequests>();
    for (int i = 0; i < number; i++) {
      partitions.add(new RecentRequests(WINDOW_MS, MANY, memory));
    }
    return partitions;
  }

  /** Issued at the millisecond of its number. */
  private static RequestId id(long number) {
    return new RequestId(7, number, number);
  }

  private static RequestOutcome outcome(long number) {
    return new RequestOutcome(id(number), WriteStatus.OK.getValue(), number, 0, 1, 0);
  }
}
