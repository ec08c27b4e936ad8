// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.Test;

public class LimitsTest {
  @Test
  public void shouldTakeKeysOfOneByteToTheLimit() {
    Limits.checkKeyLength(1);
    Limits.checkKeyLength(32_768);

    fails(ErrorCode.KEY_EMPTY, () -> Limits.checkKeyLength(0), "at least 1 byte");
    fails(ErrorCode.KEY_TOO_LONG, () -> Limits.checkKeyLength(32_769), "bytes=32769, limit=32768");
  }

  @Test
  public void shouldTakeValuesOfNoBytesToTheLimit() {
    Limits.checkValueLength(0);
    Limits.checkValueLength(8_388_608);

    fails(
        ErrorCode.VALUE_TOO_LARGE,
        () -> Limits.checkValueLength(8_388_609),
        "bytes=8388609, limit=8388608");
  }

  @Test
  public void shouldTakeBatchesToTheLimit() {
    Limits.checkBatch(0);
    Limits.checkBatch(10_000);

    fails(ErrorCode.BATCH_TOO_LARGE, () -> Limits.checkBatch(10_001), "entries=10001, limit=10000");
  }

  private static void fails(ErrorCode code, ThrowingCallable call, String message) {
    SednaException e = catchThrowableOfType(SednaException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.code()).isEqualTo(code);
    assertThat(e).hasMessageContaining(message);
  }
}
