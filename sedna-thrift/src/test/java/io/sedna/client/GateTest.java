// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Test;

public class GateTest {
  private final Gate gate = new Gate(2);
  private final List<CompletableFuture<String>> started = new ArrayList<>();

  private CompletableFuture<String> pass() {
    return gate.pass(
        () -> {
          var request = new CompletableFuture<String>();
          started.add(request);
          return request;
        });
  }

  @Test
  public void shouldStartAsManyAsAllowedAndTheOthersInTurn() {
    var first = pass();
    var second = pass();
    var third = pass();
    assertThat(started).hasSize(2);

    started.get(0).complete("one");

    assertThat(started).hasSize(3);
    started.get(2).completeExceptionally(new IllegalStateException("three"));
    assertThat(first).isCompletedWithValue("one");
    assertThat(second).isNotDone();
    assertThat(third).isCompletedExceptionally();
  }

  @Test
  public void shouldNotNestThoseThatFailAtOnce() {
    var first = pass();
    var second = pass();
    var waiting = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < 100_000; i++) {
      waiting.add(gate.pass(() -> CompletableFuture.failedFuture(new RuntimeException("no"))));
    }

    started.get(0).complete("done");

    assertThat(first).isDone();
    assertThat(second).isNotDone();
    assertThat(waiting).allMatch(CompletableFuture::isCompletedExceptionally);
  }
}
