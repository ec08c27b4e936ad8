// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.yarn.client.Progress;
import java.io.PrintStream;

/**
 * Shows progress on standard error: as one line that changes where a terminal shows it, otherwise
 * as a line for each change. Not thread-safe.
 */
final class ProgressPrinter implements Progress, AutoCloseable {
  private static final int BAR_WIDTH = 24;

  private final PrintStream err;
  private final boolean terminal;
  private String step = "";
  private String shown = "";

  ProgressPrinter(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  @Override
  public void step(String what, long done, long total) {
    if (!what.equals(step)) {
      finishLine();
      step = what;
    }
    var text = line(what, done, total, terminal);
    if (text.equals(shown)) {
      return;
    }
    shown = text;
    if (terminal) {
      err.print("\r\033[K" + text);
      err.flush();
    } else {
      err.println(text);
    }
  }

  @Override
  public void warning(String message) {
    finishLine();
    err.println("sedna: warning: " + message);
  }

  static String line(String what, long done, long total, boolean bar) {
    if (total <= 0) {
      return what;
    }
    var count = what + " " + done + "/" + total;
    if (!bar) {
      return count;
    }
    var filled = (int) (BAR_WIDTH * Math.min(done, total) / total);
    return count + " [" + "#".repeat(filled) + " ".repeat(BAR_WIDTH - filled) + "]";
  }

  private void finishLine() {
    if (terminal && !shown.isEmpty()) {
      err.println();
    }
    shown = "";
  }

  @Override
  public void close() {
    finishLine();
  }
}
