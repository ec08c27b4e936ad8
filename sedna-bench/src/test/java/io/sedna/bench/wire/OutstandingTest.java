// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.bench.workload.OperationKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

public class OutstandingTest {
  private static final int SLOTS = 5;

  private final Outstanding requests = new Outstanding(SLOTS, 2);

  private int begin(OperationKind kind, long... keys) {
    return requests.begin(WireCodecTest.source(kind, keys), 7);
  }

  @Test
  public void shouldKeepWhatWasAskedFor() {
    int slot = begin(OperationKind.UPDATE, 11, 12);

    assertThat(requests.kind(slot)).isEqualTo(OperationKind.UPDATE);
    assertThat(requests.isWriting(slot)).isTrue();
    assertThat(requests.count(slot)).isEqualTo(2);
    assertThat(requests.key(slot, 1)).isEqualTo(12);
    assertThat(requests.startNanos(slot)).isEqualTo(7);
    assertThat(requests.slotOf(requests.sequenceId(slot))).isEqualTo(slot);
    assertThat(requests.slotOf(0)).isNegative();
  }

  @Test
  public void shouldFollowTheReadOfAReadModifyWriteInTheSameSlot() {
    int slot = begin(OperationKind.READ_MODIFY_WRITE, 1);
    int other = begin(OperationKind.READ, 2);
    int readId = requests.sequenceId(slot);

    requests.answered(slot);
    requests.beginWrite(slot);

    assertThat(requests.isWriting(slot)).isTrue();
    assertThat(requests.oldest()).isEqualTo(other);
    assertThat(requests.slotOf(readId)).isNegative();
    assertThat(requests.underWay()).isEqualTo(2);
  }

  @Test
  public void shouldKeepTheOrderWhateverIsAnsweredFirst() {
    var random = new Random(1);
    var expected = new ArrayDeque<Integer>();
    List<Integer> ids = new ArrayList<>();

    for (int i = 0; i < 10_000; i++) {
      if (!requests.isFull() && (requests.isIdle() || random.nextBoolean())) {
        int slot = begin(OperationKind.READ, i);
        expected.addLast(slot);
        ids.add(requests.sequenceId(slot));
      } else {
        var waiting = new ArrayList<>(expected);
        int slot = waiting.get(random.nextInt(waiting.size()));
        requests.answered(slot);
        requests.release(slot);
        expected.remove(slot);
      }
      assertThat(requests.oldest()).isEqualTo(expected.isEmpty() ? -1 : expected.peekFirst());
      assertThat(requests.underWay()).isEqualTo(expected.size());
    }

    assertThat(ids).doesNotHaveDuplicates();
  }
}
