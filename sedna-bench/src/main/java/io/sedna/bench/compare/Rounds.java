// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.bench.compare.Contender.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What contenders measured in turns, round after round, each round in the opposite order of the one
 * before it: what else the machine does, and how warm it is, meets all alike.
 */
final class Rounds {
  private final List<String> names;

  /** Of each contender, a sample of each round. */
  private final List<List<Sample>> samples = new ArrayList<>();

  Rounds(List<String> names) {
    this.names = List.copyOf(names);
    names.forEach(name -> samples.add(new ArrayList<>()));
  }

  static Rounds measure(List<Contender> contenders, CompareOptions options, Progress progress)
      throws Exception {
    var rounds = new Rounds(contenders.stream().map(Contender::name).toList());
    for (Contender contender : contenders) {
      if (options.warmupSeconds() > 0) {
        progress.say("warm-up of %s", contender.name());
        contender.turn().measure(options.warmupSeconds());
      }
    }
    for (int round = 0; round < options.rounds(); round++) {
      for (int turn = 0; turn < contenders.size(); turn++) {
        int index = round % 2 == 0 ? turn : contenders.size() - 1 - turn;
        Sample sample = contenders.get(index).turn().measure(options.seconds());
        rounds.add(index, sample);
        progress.say(
            "round %d of %d: %s %,.0f/s",
            round + 1, options.rounds(), contenders.get(index).name(), sample.perSecond());
      }
    }
    return rounds;
  }

  void add(int contender, Sample sample) {
    samples.get(contender).add(sample);
  }

  int contenders() {
    return names.size();
  }

  String name(int contender) {
    return names.get(contender);
  }

  List<Sample> samples(int contender) {
    return samples.get(contender);
  }

  double median(int contender, ToDoubleFunction<Sample> value) {
    return median(samples.get(contender).stream().mapToDouble(value).toArray());
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The contender, other than the first, with the greatest median throughput. */
  int bestOther() {
    int best = 1;
    for (int i = 2; i < names.size(); i++) {
      if (median(i, Sample::perSecond) > median(best, Sample::perSecond)) {
        best = i;
      }
    }
    return best;
  }

  /** The first contender's values in relation to another's, round by round. */
  double[] ratios(int other, ToDoubleFunction<Sample> value) {
    double[] ratios = new double[samples.get(0).size()];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] =
          value.applyAsDouble(samples.get(0).get(round))
              / value.applyAsDouble(samples.get(other).get(round));
    }
    return ratios;
  }
}
