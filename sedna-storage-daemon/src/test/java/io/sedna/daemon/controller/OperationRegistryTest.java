// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.time.ManualWallClock;
import io.sedna.thrift.generated.OperationState;
import org.junit.Test;

public class OperationRegistryTest {
  private final OperationRegistry operations = new OperationRegistry(new ManualWallClock(7));

  @Test
  public void shouldFollowAnOperationToItsEnd() {
    Operation operation = operations.start("snapshot", "s", 3);

    operation.advance(2);

    assertThat(operation.info().getDone()).isEqualTo(2);
    assertThat(operation.info().getState()).isEqualTo(OperationState.RUNNING);

    operation.succeed();
    operation.fail(new SednaException(ErrorCode.INTERNAL, "too late"));

    assertThat(operations.get(operation.id()).info().getState())
        .isEqualTo(OperationState.SUCCEEDED);
    assertThat(operation.info().getDone()).isEqualTo(3);
    assertThat(operation.info().getFinishedAtMs()).isEqualTo(7);
  }

  @Test
  public void shouldSayWhyAnOperationFailed() {
    Operation operation = operations.start("restore", "s", 3);

    operations.failRunning(new SednaException(ErrorCode.NO_CONTROLLER, "deposed"));

    assertThat(operation.info().getState()).isEqualTo(OperationState.FAILED);
    assertThat(operation.info().getError().getName()).isEqualTo("NO_CONTROLLER");
  }

  @Test
  public void shouldForgetTheOldestFinishedOnes() {
    Operation running = operations.start("drain", "n", 1);
    Operation oldest = operations.start("snapshot", "s", 1);
    oldest.succeed();
    for (int i = 0; i < 1000; i++) {
      operations.start("snapshot", "s" + i, 1).succeed();
    }

    assertThat(operations.get(running.id())).isSameAs(running);
    assertThatThrownBy(() -> operations.get(oldest.id()))
        .isInstanceOfSatisfying(
            SednaException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_NOT_FOUND));
  }
}
