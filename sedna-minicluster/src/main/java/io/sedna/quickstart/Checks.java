// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import java.util.ArrayList;
import java.util.List;

/** What was checked, and whether it held. */
final class Checks {
  private record Check(String name, boolean held, String detail) {}

  private final List<Check> checks = new ArrayList<>();

  /** Notes a check; one that did not hold ends nothing, so that the table shows what else does. */
  void that(String name, boolean held, String detail) {
    checks.add(new Check(name, held, detail));
  }

  /** Notes that two values should be equal. */
  void equal(String name, Object expected, Object actual) {
    that(
        name,
        expected.equals(actual),
        expected.equals(actual)
            ? String.valueOf(actual)
            : "expected " + expected + ", was " + actual);
  }

  boolean allHeld() {
    return !checks.isEmpty() && checks.stream().allMatch(Check::held);
  }

  /** The table for the end, as lines. */
  List<String> table() {
    int width = checks.stream().mapToInt(check -> check.name().length()).max().orElse(0);
    return checks.stream()
        .map(
            check ->
                String.format(
                    "  %-4s  %-" + width + "s  %s",
                    check.held() ? "ok" : "FAIL",
                    check.name(),
                    check.detail()))
        .toList();
  }
}
