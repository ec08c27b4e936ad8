// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.apache.hadoop.classification.InterfaceAudience;

/** Tells people who wait what goes on, on standard error. */
@InterfaceAudience.Private
public final class Progress {
  private final PrintWriter out;

  public Progress(PrintWriter out) {
    this.out = out;
  }

  public void say(String format, Object... values) {
    out.printf(
        "%s %s%n",
        LocalTime.now().truncatedTo(ChronoUnit.SECONDS),
        String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
