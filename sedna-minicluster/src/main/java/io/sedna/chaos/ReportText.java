// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reports for people. */
final class ReportText {
  private ReportText() {}

  /** One round in a line. */
  static String line(RoundReport report) {
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "round %d, %s: complete after %d ms, checked in %d ms",
            report.round(),
            report.fault(),
            report.completeMs(),
            report.alikeMs()));
    report
        .tables()
        .forEach(
            (table, its) ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "; %s: %d answered, %d failed, longest gap %d ms",
                        table,
                        its.answered(),
                        its.failed(),
                        its.longestGapMs())));
    return text.append(report.findings() == 0 ? "; good" : "; BROKEN").toString();
  }

  /** All rounds, a line for each table of each. */
  static List<String> table(List<RoundReport> reports) {
    var lines = new ArrayList<String>();
    lines.add(
        row(
            "round",
            "fault",
            "table",
            "answered",
            "failed",
            "gap ms",
            "slowest",
            "complete ms",
            "found"));
    for (RoundReport report : reports) {
      report
          .tables()
          .forEach(
              (table, its) ->
                  lines.add(
                      row(
                          report.round(),
                          report.fault(),
                          table,
                          its.answered(),
                          its.failed(),
                          its.longestGapMs(),
                          its.slowestMs(),
                          report.completeMs(),
                          report.findings())));
    }
    return lines;
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-5s  %-19s  %-14s  %8s  %6s  %6s  %7s  %11s  %5s", cells);
  }
}
