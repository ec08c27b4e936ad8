// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.Test;

public class HistoryRecorderTest {
  private final AtomicLong now = new AtomicLong(1_000);
  private final HistoryRecorder recorder = new HistoryRecorder(now::get);

  @Test
  public void shouldTellWhenWhatWasAskedAndAnswered() {
    now.addAndGet(5);
    var invocation = recorder.invoke(7, "k", new Call.Put("a"));
    now.addAndGet(10);
    invocation.answered(new Answer.Written(3));

    assertThat(recorder.history())
        .containsExactly(new Operation(0, 7, "k", new Call.Put("a"), 5, 15, new Answer.Written(3)));
  }

  @Test
  public void shouldNotKnowTheAnswerOfWhatIsLostOrUnderWay() {
    recorder.invoke(1, "k", new Call.Put("a")).lost();
    recorder.invoke(2, "k", new Call.Put("b"));

    assertThat(recorder.history()).hasSize(2).allMatch(Operation::isUnknown);
  }

  @Test
  public void shouldForgetWhatWasRefused() {
    recorder.invoke(1, "k", new Call.Put("a")).refused();

    assertThat(recorder.history()).isEmpty();
  }

  @Test
  public void shouldKeepTheFirstAnswer() {
    var invocation = recorder.invoke(1, "k", new Call.Get());
    invocation.lost();
    invocation.answered(new Answer.Missing());

    assertThat(recorder.history()).allMatch(Operation::isUnknown);
  }

  @Test
  public void shouldTakeCallsOfManyThreads() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int client = i;
      var thread =
          new Thread(
              () -> {
                for (int n = 0; n < 1_000; n++) {
                  recorder.invoke(client, "k", new Call.Get()).answered(new Answer.Missing());
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(recorder.history()).extracting(Operation::id).doesNotHaveDuplicates().hasSize(4_000);
  }
}
