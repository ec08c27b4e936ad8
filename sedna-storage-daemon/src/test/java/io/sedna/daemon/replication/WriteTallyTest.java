// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.thrift.generated.WriteStatus;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
    tally = new WriteTally(MAP, 0, needed, live, 2, true);
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
    assertThat(after(3, 3, OUTDATED, OUTDATED, OK).status()).isEqualTo(WriteStatus.OUTDATED);
  }

  @Test
  public void shouldBeOkWhereAReadMayMissTheReplicasThatHoldNewer() {
    assertThat(after(2, 3, OK, DOWN, OUTDATED).status()).isEqualTo(WriteStatus.OK);
    assertThat(after(3, 3, OUTDATED, OK, OK).status()).isEqualTo(WriteStatus.OK);
  }

  @Test
  public void shouldTellWhatLaterReadsSeeWhateverReplicasAnswerInWhateverOrder() {
    for (int live : new int[] {3, 5}) {
      for (int w = 1; w <= live; w++) {
        for (int r = 1; r <= live; r++) {
          for (int n = 0; n < Math.pow(3, live); n++) {
            shouldTellTheTruth(live, w, r, answers(n, live));
          }
        }
      }
    }
  }

  @Test
  public void shouldNotSayOkOfADeletionThatFewerThanWStored() {
    for (int w = 1; w <= 3; w++) {
      for (int n = 0; n < 27; n++) {
        int[] codes = answers(n, 3);
        var counted = new WriteTally(MAP, 0, w, 3, 2, false);
        WriteReply told = null;
        for (int code : codes) {
          WriteReply reply = counted.answer(code, null);
          told = reply == null ? told : reply;
        }
        int ok = (int) IntStream.of(codes).filter(c -> c == OK).count();
        int outdated = (int) IntStream.of(codes).filter(c -> c == OUTDATED).count();
        String what = "W=" + w + ", answers=" + Arrays.toString(codes) + ": " + told;

        assertThat(told).as(what).isNotNull();
        assertThat(told.error() == null).as(what).isEqualTo(ok + outdated >= w);
        if (told.status() == WriteStatus.OK) {
          assertThat(ok).as(what).isGreaterThanOrEqualTo(w);
        } else if (told.error() == null) {
          assertThat(outdated).as(what).isPositive();
        }
      }
    }
  }

  private static int[] answers(int number, int live) {
    int[] codes = new int[live];
    for (int i = 0, rest = number; i < live; i++, rest /= 3) {
      codes[i] = new int[] {OK, OUTDATED, DOWN}[rest % 3];
    }
    return codes;
  }

  private static void shouldTellTheTruth(int live, int w, int r, int[] codes) {
    var counted = new WriteTally(MAP, 0, w, live, r, true);
    WriteReply told = null;
    for (int code : codes) {
      WriteReply reply = counted.answer(code, null);
      assertThat(told == null || reply == null).as("told once").isTrue();
      told = reply == null ? told : reply;
    }
    int ok = (int) IntStream.of(codes).filter(c -> c == OK).count();
    int outdated = (int) IntStream.of(codes).filter(c -> c == OUTDATED).count();
    String what = "W=" + w + ", R=" + r + ", answers=" + Arrays.toString(codes) + ": " + told;
    boolean everyReadMeetsNewer = outdated + r > live;

    assertThat(told).as(what).isNotNull();
    assertThat(told.error() == null).as(what).isEqualTo(ok + outdated >= w);
    if (told.error() == null && told.status() == WriteStatus.OK) {
      assertThat(ok).as(what).isPositive();
      assertThat(ok >= w || !everyReadMeetsNewer).as(what).isTrue();
    } else if (told.error() == null) {
      assertThat(everyReadMeetsNewer || ok == 0).as(what).isTrue();
    }
    if (r <= w && told.error() == null) {
      WriteStatus whateverTheOrder =
          ok >= w || (ok > 0 && !everyReadMeetsNewer) ? WriteStatus.OK : WriteStatus.OUTDATED;
      assertThat(told.status()).as(what).isEqualTo(whateverTheOrder);
    }
    if (r + w > live && told.error() == null) {
      assertThat(ok + outdated + r)
          .as("every read meets the write or newer: " + what)
          .isGreaterThan(live);
    }
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
