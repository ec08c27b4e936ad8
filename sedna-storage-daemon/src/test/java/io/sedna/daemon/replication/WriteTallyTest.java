// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.thrift.generated.WriteStatus;
import java.util.List;
import org.junit.Test;

public class WriteTallyTest {
  private static final int OK = 0;
  private static final int OUTDATED = 1;
  private static final int DOWN = ErrorCode.UNAVAILABLE.number();
  private static final int STALE = ErrorCode.STALE_MAP.number();
  private static final int FULL = ErrorCode.OUT_OF_MEMORY.number();

  private static final PartitionMap MAP =
      PartitionMap.builder(
              9, 1, 3, List.of(new MapNode(new NodeId("a"), "h", 1, 1, MapNode.DEFAULT_RACK, 1)))
          .build();

  private WriteTally tally;

  /** The outcome, and that it comes with exactly the last of the codes. */
  private WriteReply after(int needed, int live, int... codes) {
    tally = new WriteTally(MAP, 0, needed, live);
    for (int i = 0; i < codes.length - 1; i++) {
      assertThat(tally.answer(codes[i], null)).as("answer %d", i).isNull();
    }
    WriteReply reply = tally.answer(codes[codes.length - 1], null);
    assertThat(reply).isNotNull();
    return reply;
  }

  private static void assertError(WriteReply reply, ErrorCode code) {
    assertThat(reply.error().code()).isEqualTo(code);
  }

  @Test
  public void shouldBeOkWithWCopies() {
    assertThat(after(2, 3, OK, OK).status()).isEqualTo(WriteStatus.OK);
    assertThat(after(1, 3, OK).status()).isEqualTo(WriteStatus.OK);
    assertThat(after(2, 3, DOWN, OK, OK).status()).isEqualTo(WriteStatus.OK);
    assertThat(after(2, 3, OUTDATED, OK, OK).status()).isEqualTo(WriteStatus.OK);
    assertThat(after(3, 3, OK, OK, OK).status()).isEqualTo(WriteStatus.OK);
  }

  @Test
  public void shouldBeOutdatedWhereWAnsweredAndTooManyHoldNewer() {
    assertThat(after(2, 3, OUTDATED, OUTDATED).status()).isEqualTo(WriteStatus.OUTDATED);
    assertThat(after(2, 3, OUTDATED, OK, OUTDATED).status()).isEqualTo(WriteStatus.OUTDATED);
    assertThat(after(2, 3, OK, DOWN, OUTDATED).status()).isEqualTo(WriteStatus.OUTDATED);
    assertThat(after(3, 3, OUTDATED, OK, OK).status()).isEqualTo(WriteStatus.OUTDATED);
  }

  @Test
  public void shouldFailWhereWCanNotAnswer() {
    assertError(after(2, 3, DOWN, DOWN), ErrorCode.NOT_ENOUGH_REPLICAS);
    assertError(after(2, 3, OK, DOWN, DOWN), ErrorCode.NOT_ENOUGH_REPLICAS);
    assertError(after(2, 3, OUTDATED, DOWN, DOWN), ErrorCode.NOT_ENOUGH_REPLICAS);
    assertError(after(3, 3, DOWN), ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(tally.wantsNewerMap()).isFalse();
  }

  @Test
  public void shouldSayWhatIsWrongWhereMemoryIs() {
    assertError(after(2, 3, FULL, DOWN), ErrorCode.OUT_OF_MEMORY);
    assertError(after(2, 3, DOWN, FULL), ErrorCode.OUT_OF_MEMORY);
  }

  @Test
  public void shouldWantANewerMapWhereMapsDiffer() {
    assertError(after(2, 3, STALE, STALE), ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(tally.wantsNewerMap()).isTrue();
  }

  @Test
  public void shouldDecideOnce() {
    after(1, 3, OK);

    assertThat(tally.answer(OK, null)).isNull();
    assertThat(tally.answer(DOWN, null)).isNull();
  }
}
