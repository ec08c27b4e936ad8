// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;
import org.junit.Test;

public class ErrorCodeTest {
  private static final Path PAGE = Path.of("../src/site/markdown/errors.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| (\\d+) \\| `(\\w+)` \\| (\\S.*\\S) \\|$", Pattern.MULTILINE);

  @Test
  public void shouldHaveDistinctNumbersWhoseThousandsAreTheCategory() {
    assertThat(ErrorCode.values()).extracting(ErrorCode::number).doesNotHaveDuplicates();
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(code.category().number()).as(code.name()).isEqualTo(code.number() / 1000);
      assertThat(ErrorCode.of(code.number())).isEqualTo(code);
    }
  }

  @Test
  public void shouldTakeUnknownNumbersForInternal() {
    assertThat(ErrorCode.of(0)).isEqualTo(ErrorCode.INTERNAL);
    assertThat(ErrorCode.of(1999)).isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  public void shouldStandOnTheErrorsPageInOrderOfNumbers() throws Exception {
    var documented =
        ROW.matcher(Files.readString(PAGE))
            .results()
            .map(row -> row.group(1) + " " + row.group(2))
            .toList();

    assertThat(documented)
        .isEqualTo(
            Arrays.stream(ErrorCode.values())
                .sorted(Comparator.comparingInt(ErrorCode::number))
                .map(code -> code.number() + " " + code)
                .toList());
  }

  @Test
  public void shouldShowNameAndNumberBeforeTheMessage() {
    var e = new SednaException(ErrorCode.TABLE_NOT_FOUND, "no such table: 'a.b'");

    assertThat(e).hasToString("TABLE_NOT_FOUND (1001): no such table: 'a.b'");
    assertThat(e.epoch()).isZero();
  }

  @Test
  public void shouldCarryTheEpochToFetch() {
    var cause = new IllegalStateException("cause");

    var e = new SednaException(ErrorCode.STALE_MAP, "epoch 3 is older than 5", 5, cause);

    assertThat(e.epoch()).isEqualTo(5);
    assertThat(e).hasCause(cause);
  }
}
