// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCategory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.junit.Test;

public class PausesTest {
  private static final SednaException LOADING = new SednaException(ErrorCode.LOADING, "loading");

  @Test
  public void shouldDoubleWithJitterUpToTheLongest() {
    var pauses = new Pauses(10, 100, 1_000_000);

    for (long ceiling : new long[] {10, 20, 40, 80, 100, 100}) {
      assertThat(pauses.next(LOADING)).isBetween(ceiling / 2, ceiling);
    }
  }

  @Test
  public void shouldPauseAsLongAsTheDaemonAsks() {
    var busy = new SednaException(ErrorCode.LOADING, ErrorCategory.RETRY, "loading", 0, 700, null);

    assertThat(new Pauses(10, 100, 1_000_000).next(busy)).isEqualTo(700);
  }

  @Test
  public void shouldNotPauseBeyondTheDeadline() {
    assertThat(new Pauses(1000, 1000, 400).next(LOADING)).isEqualTo(-1);
  }

  @Test
  public void shouldKeepPausingForAsLongAsTheDeadlineAllows() {
    var pauses = new Pauses(10, 1000, Long.MAX_VALUE);

    for (int i = 0; i < 100; i++) {
      assertThat(pauses.next(LOADING)).isBetween(0L, 1000L);
    }
  }
}
