// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * What the user sees: a line for each step, with its time, and a bar while it runs, if there is a
 * terminal.
 */
final class Console {
  private static final int BAR_WIDTH = 96;
  private static final int BAR_INTERVAL_MS = 200;
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintStream out;
  private final boolean terminal;

  Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** What a step does. */
  interface Body {
    void run(Progress progress) throws Exception;
  }

  void line(String text) {
    out.println(text);
    out.flush();
  }

  /** Runs a step and shows how long it took. */
  void step(String title, Body body) throws Exception {
    long startNs = System.nanoTime();
    if (!terminal) {
      line("         " + title + " …");
    }
    boolean done = false;
    try {
      if (terminal) {
        withBar(title, body);
      } else {
        body.run(new Silent());
      }
      done = true;
    } finally {
      if (terminal) {
        out.print(CLEAR_LINE);
      }
      line(
          String.format(
              Locale.ROOT,
              "%s %6.1f s  %s",
              done ? "done" : "FAIL",
              Duration.ofNanos(System.nanoTime() - startNs).toMillis() / 1000.0,
              title));
    }
  }

  private void withBar(String title, Body body) throws Exception {
    var builder =
        new ProgressBarBuilder()
            .setTaskName(title)
            .setInitialMax(-1)
            .setUpdateIntervalMillis(BAR_INTERVAL_MS)
            .setStyle(ProgressBarStyle.ASCII)
            .hideEta()
            .clearDisplayOnFinish()
            .setConsumer(new ConsoleProgressBarConsumer(out, BAR_WIDTH));
    try (var bar = builder.build()) {
      body.run(new Bar(bar));
    }
  }

  private record Bar(ProgressBar bar) implements Progress {
    @Override
    public void at(long done, long total) {
      bar.maxHint(total).stepTo(done);
    }

    @Override
    public void note(String text) {
      bar.setExtraMessage(text);
    }
  }

  private static final class Silent implements Progress {
    @Override
    public void at(long done, long total) {}

    @Override
    public void note(String text) {}
  }
}
