// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.Test;

public class KeyChooserTest {
  private static final int DRAWS = 1_000_000;
  private static final long KEYS = 10_000;

  private static Map<Long, Integer> draw(KeyChooser chooser) {
    var counts = new HashMap<Long, Integer>();
    for (int i = 0; i < DRAWS; i++) {
      counts.merge(chooser.next(), 1, Integer::sum);
    }
    return counts;
  }

  private static KeyChooser chooser(KeyDistribution distribution, long seed) {
    return distribution.chooser(new Inserted(KEYS), new FastRandom(seed));
  }

  @Test
  public void shouldDrawEveryKeyAboutAsOftenWhenUniform() {
    Map<Long, Integer> counts = draw(chooser(KeyDistribution.UNIFORM, 1));

    double expected = (double) DRAWS / KEYS;
    assertThat(counts).hasSize((int) KEYS);
    assertThat(counts.keySet()).allMatch(key -> key >= 0 && key < KEYS);
    // Six standard deviations of a Poisson distribution.
    assertThat(counts.values())
        .allMatch(count -> Math.abs(count - expected) < 6 * Math.sqrt(expected));
  }

  @Test
  public void shouldDrawRanksAsZipfsLawHasThem() {
    var ranks = new Zipfian(KEYS, new FastRandom(2));
    double zeta = Zipfian.zeta(0, KEYS, 0);

    Map<Long, Integer> counts = draw(ranks::next);

    // The method is exact for the first two ranks, and an approximation for the others.
    assertThat(counts.get(0L) / (double) DRAWS).isCloseTo(1 / zeta, within(0.001));
    assertThat(counts.get(1L) / (double) DRAWS)
        .isCloseTo(1 / (zeta * Math.pow(2, Zipfian.THETA)), within(0.001));
    double firstHundred = LongStream.range(0, 100).mapToDouble(counts::get).sum() / DRAWS;
    assertThat(firstHundred).isCloseTo(Zipfian.zeta(0, 100, 0) / zeta, within(0.03));
    double firstThousand = LongStream.range(0, 1000).mapToDouble(counts::get).sum() / DRAWS;
    assertThat(firstThousand).isCloseTo(Zipfian.zeta(0, 1000, 0) / zeta, within(0.03));
    assertThat(counts.keySet()).allMatch(rank -> rank >= 0 && rank < KEYS);
  }

  @Test
  public void shouldScatterTheFrequentKeysOfZipfian() {
    Map<Long, Integer> counts = draw(chooser(KeyDistribution.ZIPFIAN, 3));

    long hottest = ScrambledZipfian.keyOf(0, KEYS);
    // Others may share its key: ranks are many, keys few.
    assertThat(counts.get(hottest) / (double) DRAWS)
        .isBetween(1 / ScrambledZipfian.ZETA - 0.001, 1 / ScrambledZipfian.ZETA + 0.01);
    assertThat(hottest).isNotZero();
    assertThat(ScrambledZipfian.keyOf(1, KEYS)).isNotEqualTo(hottest + 1);
    assertThat(counts.keySet()).allMatch(key -> key >= 0 && key < KEYS);
  }

  @Test
  public void shouldHashRanksAsYcsbDoes() {
    // FNV-1a of eight zero bytes, little end first, modulo the keys: YCSB's Utils.fnvhash64.
    assertThat(ScrambledZipfian.keyOf(0, Long.MAX_VALUE))
        .isEqualTo(Math.abs(0xa8c7f832281a39c5L % Long.MAX_VALUE));
  }

  @Test
  public void shouldPreferKeysThatWereInsertedLast() {
    var inserted = new Inserted(KEYS);
    KeyChooser chooser = KeyDistribution.LATEST.chooser(inserted, new FastRandom(4));

    Map<Long, Integer> before = draw(chooser);
    long newest = inserted.begin();
    Map<Long, Integer> whileWaiting = draw(chooser);
    inserted.answered(newest);
    Map<Long, Integer> after = draw(chooser);

    assertThat(before.get(KEYS - 1)).isGreaterThan(before.get(KEYS - 2));
    assertThat(whileWaiting).doesNotContainKey(newest);
    assertThat(after.get(newest)).isGreaterThan(after.get(KEYS - 1));
    assertThat(after.keySet()).allMatch(key -> key >= 0 && key <= newest);
  }

  @Test
  public void shouldTakeAFifthOfTheKeysFromRunsWhenScanMixed() {
    KeyChooser chooser = chooser(KeyDistribution.SCAN_MIXED, 5);
    int neighbours = 0;
    long previous = -1;

    for (int i = 0; i < DRAWS; i++) {
      long key = chooser.next();
      neighbours += key == (previous + 1) % KEYS ? 1 : 0;
      previous = key;
    }

    assertThat(neighbours / (double) DRAWS).isCloseTo(0.2, within(0.04));
  }

  @Test
  public void shouldDrawTheSameForTheSameSeed() {
    for (KeyDistribution distribution : KeyDistribution.values()) {
      KeyChooser one = chooser(distribution, 7);
      KeyChooser same = chooser(distribution, 7);
      KeyChooser other = chooser(distribution, 8);

      long[] drawn = LongStream.generate(one::next).limit(1000).toArray();

      assertThat(LongStream.generate(same::next).limit(1000).toArray()).isEqualTo(drawn);
      assertThat(LongStream.generate(other::next).limit(1000).toArray()).isNotEqualTo(drawn);
    }
  }

  @Test
  public void shouldNameDistributionsAsTheCommandLineDoes() {
    assertThat(KeyDistribution.of("scan-mixed")).isEqualTo(KeyDistribution.SCAN_MIXED);
    assertThat(KeyDistribution.SCAN_MIXED).hasToString("scan-mixed");
  }
}
