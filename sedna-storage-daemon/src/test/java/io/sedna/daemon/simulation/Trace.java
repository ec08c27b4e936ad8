// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import java.util.Locale;
import java.util.function.Consumer;

/**
 * What happened in a simulation, line by line: as a digest, which two runs of a seed have in
 * common, and where asked for as text.
 */
final class Trace {
  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
  private static final int SHIFT = 29;

  private final SimulatedTime time;
  private final Consumer<String> lines;
  private long digest;

  /**
   * @param lines null: only the digest is wanted
   */
  Trace(SimulatedTime time, Consumer<String> lines) {
    this.time = time;
    this.lines = lines;
  }

  /** Something happened to somebody; values are texts or numbers. */
  void event(String who, String what, Object... values) {
    mix(time.nanos());
    mix(who.hashCode());
    mix(what.hashCode());
    for (Object value : values) {
      mix(String.valueOf(value).hashCode());
    }
    if (lines != null) {
      var line = new StringBuilder(String.format(Locale.ROOT, "%12.3f ", time.nanos() / 1e6));
      line.append(String.format(Locale.ROOT, "%-10s ", who)).append(what);
      for (Object value : values) {
        line.append(' ').append(value);
      }
      lines.accept(line.toString());
    }
  }

  long digest() {
    return digest;
  }

  private void mix(long value) {
    digest = (digest ^ value) * MULTIPLIER;
    digest ^= digest >>> SHIFT;
  }
}
