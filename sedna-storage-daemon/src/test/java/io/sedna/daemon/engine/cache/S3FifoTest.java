// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.cache;

import static io.sedna.daemon.engine.cache.S3Fifo.DROP;
import static io.sedna.daemon.engine.cache.S3Fifo.Queue.MAIN;
import static io.sedna.daemon.engine.cache.S3Fifo.Queue.PROBATION;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.Test;

public class S3FifoTest {
  private final S3Fifo policy = new S3Fifo();

  @Test
  public void shouldKeepWhatWasReadAndTakeAReadOffForEachRound() {
    assertThat(policy.judge(1, 3)).isEqualTo(2);
    assertThat(policy.judge(2, 1)).isZero();
    assertThat(policy.judge(3, 0)).isEqualTo(DROP);
  }

  @Test
  public void shouldTakeWhatComesAgainSoonForOneThatPassedProbation() {
    policy.victim(1000, 9000, 100);
    policy.judge(7, 0);

    int frequency = policy.inserted(7);

    assertThat(policy.judge(7, frequency)).isZero();
    assertThat(policy.inserted(8)).isZero();
    assertThat(policy.regrets()).isEqualTo(1);
  }

  @Test
  public void shouldKeepProbationAtATenth() {
    assertThat(policy.victim(10, 90, 1)).isEqualTo(PROBATION);
    assertThat(policy.victim(9, 91, 1)).isEqualTo(MAIN);
    assertThat(policy.victim(1, 0, 1)).isEqualTo(PROBATION);
    assertThat(policy.victim(0, 1, 1)).isEqualTo(MAIN);
  }

  @Test
  public void shouldCountAWriteAsARead() {
    assertThat(S3Fifo.overwritten(0)).isEqualTo(1);
    assertThat(S3Fifo.overwritten(3)).isEqualTo(3);
  }
}
