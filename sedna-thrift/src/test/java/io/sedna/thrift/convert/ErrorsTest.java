// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.thrift.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCategory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.SednaError;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.Test;

public class ErrorsTest {
  @Test
  public void shouldCarryEveryCodeThereAndBack() {
    for (ErrorCode code : ErrorCode.values()) {
      SednaError error = Errors.toThrift(new SednaException(code, "because x=1"));
      SednaException back = Errors.fromThrift(error);

      assertThat(error.getName()).isEqualTo(code.name());
      assertThat(error.isSetEpoch()).isFalse();
      assertThat(back.code()).isEqualTo(code);
      assertThat(back.category()).isEqualTo(code.category());
      assertThat(back.getMessage()).isEqualTo("because x=1");
    }
  }

  @Test
  public void shouldCarryEpochAndPause() {
    var e = new SednaException(ErrorCode.STALE_MAP, ErrorCategory.RETRY, "stale", 12, 340, null);

    SednaException back = Errors.fromThrift(Errors.toThrift(e));

    assertThat(back.epoch()).isEqualTo(12);
    assertThat(back.retryAfterMs()).isEqualTo(340);
  }

  @Test
  public void shouldKeepTheCategoryAndNameOfAnErrorFromANewerDaemon() {
    var error =
        new SednaError(
            2999, "TOO_WINDY", io.sedna.thrift.generated.ErrorCategory.RETRY, "wait a little");

    SednaException e = Errors.fromThrift(error);

    assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(e.category()).isEqualTo(ErrorCategory.RETRY);
    assertThat(e.getMessage()).isEqualTo("TOO_WINDY (2999): wait a little");
  }

  @Test
  public void shouldFindTheErrorInsideTheWrappingsOfFutures() {
    var e = new SednaException(ErrorCode.LOADING, "loading");

    assertThat(Errors.of(new CompletionException(new ExecutionException(e)))).isSameAs(e);
    assertThat(Errors.of(Errors.toThrift(e)).code()).isEqualTo(ErrorCode.LOADING);
    assertThat(Errors.of(new IllegalStateException("odd")).code()).isEqualTo(ErrorCode.INTERNAL);
  }
}
