// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.verify.Finding.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/**
 * Histories of a register that is right, made from seeds, and what is found after breaking one
 * answer.
 */
public class RandomHistoriesTest {
  private static final int SEEDS = 200;

  @Test
  public void shouldAcceptWhateverARegisterAnswers() {
    for (int seed = 0; seed < SEEDS; seed++) {
      List<Operation> history = new RegisterRun(new Random(seed), 8, 0.05).of("k", 300);

      assertThat(new LinearizabilityChecker().check(history)).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  public void shouldFindAnAnswerFromThePast() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var history = new ArrayList<>(new RegisterRun(new Random(seed), 4, 0.02).of("k", 200));
      Operation last = history.get(history.size() - 1);
      history.add(
          new Operation(
              last.id() + 1,
              99,
              "k",
              new Call.Put("new"),
              Long.MAX_VALUE - 9,
              Long.MAX_VALUE - 8,
              new Answer.Written(Long.MAX_VALUE)));
      history.add(
          new Operation(
              last.id() + 2,
              99,
              "k",
              new Call.Get(),
              Long.MAX_VALUE - 7,
              Long.MAX_VALUE - 6,
              new Answer.Found("never written", 5)));

      assertThat(new LinearizabilityChecker().check(history))
          .as("seed %d", seed)
          .extracting(Finding::rule)
          .containsExactly(Rule.LINEARIZABLE);
    }
  }

  @Test
  public void shouldBeFastForThousandsOfOperationsPerKey() {
    var history = new ArrayList<Operation>();
    for (int key = 0; key < 10; key++) {
      history.addAll(new RegisterRun(new Random(key), 10, 0.005).of("key-" + key, 5_000));
    }
    long started = System.nanoTime();

    List<Finding> findings = new LinearizabilityChecker().check(history);

    assertThat(findings).isEmpty();
    assertThat(System.nanoTime() - started).isLessThan(20_000_000_000L);
  }
}
