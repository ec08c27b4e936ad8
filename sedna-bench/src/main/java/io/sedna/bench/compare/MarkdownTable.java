// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import java.util.List;

/** The lines of a comparison as Markdown. */
final class MarkdownTable {
  private MarkdownTable() {}

  /**
   * @param environment what was measured on and with; a list
   * @param command that makes the table
   */
  static String render(List<String> environment, String command, List<Line> lines) {
    var text = new StringBuilder();
    text.append("```\n").append(command).append("\n```\n\n");
    environment.forEach(fact -> text.append("- ").append(fact).append('\n'));
    text.append("\n| what | Sedna | beside it | ratio (of single rounds) | asked | met |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (Line line : lines) {
      row(
          text,
          line.what(),
          line.sedna(),
          line.others(),
          line.ratio(),
          line.bar(),
          line.met() ? "yes" : "**no**");
    }
    if (lines.stream().anyMatch(line -> !line.rounds().isEmpty())) {
      text.append("\nEvery round, in order:\n\n| what | figures |\n|---|---|\n");
      for (Line line : lines) {
        for (String round : line.rounds()) {
          row(text, line.what(), round);
        }
      }
    }
    return text.toString();
  }

  private static void row(StringBuilder text, String... cells) {
    for (String cell : cells) {
      text.append("| ").append(cell.replace("|", "\\|").replace('\n', ' ')).append(' ');
    }
    text.append("|\n");
  }
}
