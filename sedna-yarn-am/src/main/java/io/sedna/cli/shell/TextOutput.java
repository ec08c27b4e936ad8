// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.common.error.SednaException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tables for people: columns as wide as what is in their first rows, numbers to the right. */
final class TextOutput implements ShellOutput {
  /** Rows seen before the widths are fixed, so that long scans are shown while they run. */
  private static final int ROWS_MEASURED = 200;

  /** Wider cells stick out of their column instead of widening it. */
  private static final int WIDEST_COLUMN = 60;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean progressShown;

  /**
   * @param progressShown standard error is a terminal, on which a line can be written over
   */
  TextOutput(PrintStream out, PrintStream err, boolean progressShown) {
    this.out = out;
    this.err = err;
    this.progressShown = progressShown;
  }

  @Override
  public Rows rows(List<String> columns) {
    return new TextRows(columns);
  }

  @Override
  public void message(String text) {
    out.println(text);
  }

  @Override
  public void warning(String text) {
    out.flush();
    err.println("WARNING " + text);
  }

  @Override
  public void progress(String what, long done, long total) {
    if (progressShown) {
      err.print("\r" + what + " " + done + "/" + total + (done >= total ? "\n" : ""));
      err.flush();
    }
  }

  @Override
  public void error(SednaException failure) {
    out.flush();
    err.println("ERROR " + failure);
  }

  private final class TextRows implements Rows {
    private final List<String> columns;
    private final List<Object[]> waiting = new ArrayList<>();
    private int[] widths;
    private boolean[] right;
    private long count;

    TextRows(List<String> columns) {
      this.columns = columns;
    }

    @Override
    public void add(Object... cells) {
      count++;
      if (widths != null) {
        print(cells);
        return;
      }
      waiting.add(cells);
      if (waiting.size() == ROWS_MEASURED) {
        printWaiting();
      }
    }

    @Override
    public void close() {
      if (widths == null && count > 0) {
        printWaiting();
      }
      out.println(count == 1 ? "1 row" : count + " rows");
    }

    private void printWaiting() {
      widths = new int[columns.size()];
      right = new boolean[columns.size()];
      for (int i = 0; i < widths.length; i++) {
        right[i] = waiting.get(0)[i] instanceof Number;
        widths[i] = width(columns.get(i));
        for (var row : waiting) {
          widths[i] = Math.max(widths[i], Math.min(WIDEST_COLUMN, width(text(row[i]))));
        }
      }
      print(columns.toArray());
      var rule = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        rule.append(i == 0 ? "" : "  ").append("-".repeat(widths[i]));
      }
      out.println(rule);
      waiting.forEach(this::print);
      waiting.clear();
    }

    private void print(Object[] cells) {
      var result = new StringBuilder();
      for (int i = 0; i < cells.length; i++) {
        var text = text(cells[i]);
        var padding = " ".repeat(Math.max(0, widths[i] - width(text)));
        result.append(i == 0 ? "" : "  ");
        result.append(right[i] ? padding + text : text + padding);
      }
      out.println(result.toString().stripTrailing());
    }

    private static int width(String text) {
      return text.codePointCount(0, text.length());
    }

    private static String text(Object cell) {
      if (cell == null) {
        return "";
      }
      if (cell instanceof byte[] bytes) {
        return Escaping.escape(bytes);
      }
      return cell instanceof Double number
          ? String.format(Locale.ROOT, "%.1f", number)
          : cell.toString();
    }
  }
}
