// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.compare.Contender.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One line of the table: what was measured, Sedna's figure, the others', how they compare, and what
 * is asked for.
 *
 * @param rounds every figure behind it, for the second table; empty: there are no rounds
 */
record Line(
    String what,
    String sedna,
    String others,
    String ratio,
    String bar,
    boolean met,
    List<String> rounds) {

  /** Throughputs; the ratio of medians to the best of the others must not be below the bar. */
  static Line throughput(String what, Rounds rounds, double bar) {
    int best = rounds.bestOther();
    double ratio = rounds.median(0, Sample::perSecond) / rounds.median(best, Sample::perSecond);
    return compared(
        what, rounds, Sample::perSecond, "%,.0f/s", best, ratio, "≥ " + bar, ratio >= bar);
  }

  /**
   * Costs; the ratio of medians to the one with the best throughput must not be above the bar.
   *
   * @param format of a figure
   */
  static Line cost(
      String what, Rounds rounds, ToDoubleFunction<Sample> value, String format, double bar) {
    int best = rounds.bestOther();
    double ratio = rounds.median(0, value) / rounds.median(best, value);
    return compared(what, rounds, value, format, best, ratio, "≤ " + bar, ratio <= bar);
  }

  private static Line compared(
      String what,
      Rounds rounds,
      ToDoubleFunction<Sample> value,
      String format,
      int other,
      double ratio,
      String bar,
      boolean met) {
    var others = new ArrayList<String>();
    for (int i = 1; i < rounds.contenders(); i++) {
      others.add(rounds.name(i) + ": " + text(format, rounds.median(i, value)));
    }
    double[] ratios = rounds.ratios(other, value);
    double least = Arrays.stream(ratios).min().orElse(Double.NaN);
    double most = Arrays.stream(ratios).max().orElse(Double.NaN);
    return new Line(
        what,
        text(format, rounds.median(0, value)),
        String.join("; ", others),
        text("%.2f (%.2f to %.2f)", ratio, least, most),
        bar,
        met,
        rounds(rounds, value, format));
  }

  private static List<String> rounds(Rounds rounds, ToDoubleFunction<Sample> value, String format) {
    var lines = new ArrayList<String>();
    for (int i = 0; i < rounds.contenders(); i++) {
      var figures =
          rounds.samples(i).stream().map(s -> text(format, value.applyAsDouble(s))).toList();
      lines.add(rounds.name(i) + ": " + String.join(", ", figures));
    }
    return lines;
  }

  /** The same, of which nothing is asked. */
  Line shown() {
    return new Line(what, sedna, others, ratio, "", true, rounds);
  }

  /** What could not be measured. */
  static Line failed(String what, Exception e) {
    return new Line(what, "failed: " + e, "", "", "", false, List.of());
  }

  static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
