// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.bench.compare.Contender.Sample;
import java.util.List;
import org.junit.Test;

public class LineTest {
  private static Rounds rounds() {
    var rounds = new Rounds(List.of("Sedna", "a", "b"));
    double[][] perSecond = {{1000, 3000, 2000}, {500, 700, 600}, {1000, 900, 1600}};
    double[][] cpu = {{5, 6, 7}, {1, 1, 1}, {6, 5, 4}};
    for (int i = 0; i < 3; i++) {
      for (int round = 0; round < 3; round++) {
        rounds.add(i, new Sample(perSecond[i][round], cpu[i][round], Double.NaN));
      }
    }
    return rounds;
  }

  @Test
  public void shouldCompareMediansWithTheBestOfTheOthers() {
    Line line = Line.throughput("gets", rounds(), 2);

    assertThat(line.sedna()).isEqualTo("2,000/s");
    assertThat(line.others()).isEqualTo("a: 600/s; b: 1,000/s");
    assertThat(line.ratio()).isEqualTo("2.00 (1.00 to 3.33)");
    assertThat(line.met()).isTrue();
    assertThat(Line.throughput("gets", rounds(), 2.01).met()).isFalse();
  }

  @Test
  public void shouldCompareCostsWithTheSameOne() {
    Line line = Line.cost("processor", rounds(), Sample::cpuMicros, "%.1f µs", 1.2);

    assertThat(line.sedna()).isEqualTo("6.0 µs");
    assertThat(line.ratio()).startsWith("1.20 ");
    assertThat(line.met()).isTrue();
  }

  @Test
  public void shouldTakeTheMiddleOfSortedFigures() {
    assertThat(Rounds.median(3, 1, 2)).isEqualTo(2);
    assertThat(Rounds.median(4, 1, 3, 2)).isEqualTo(2.5);
  }

  @Test
  public void shouldMeasureInOppositeOrderEverySecondRound() throws Exception {
    var order = new java.util.ArrayList<String>();
    var contenders =
        List.of(
            new Contender("a", seconds -> turn(order, "a", seconds)),
            new Contender("b", seconds -> turn(order, "b", seconds)));
    var options = new CompareOptions(2, 7, 3, 1, 1, 1, 16, 1, 1, "", "", java.util.Map.of());

    Rounds.measure(
        contenders, options, new Progress(new java.io.PrintWriter(java.io.Writer.nullWriter())));

    assertThat(order).containsExactly("a3", "b3", "a7", "b7", "b7", "a7");
  }

  private static Sample turn(List<String> order, String name, int seconds) {
    order.add(name + seconds);
    return new Sample(1);
  }

  @Test
  public void shouldRenderMarkdown() {
    var plain = new Line("memory | all", "39.0 bytes", "", "", "≤ 40 bytes", true, List.of());

    String table =
        MarkdownTable.render(
            List.of("two processors"),
            "bin/sedna bench compare --rows memory",
            List.of(Line.throughput("gets", rounds(), 5), plain));

    assertThat(table)
        .isEqualTo(
            """
            ```
            bin/sedna bench compare --rows memory
            ```

            - two processors

            | what | Sedna | beside it | ratio (of single rounds) | asked | met |
            |---|---|---|---|---|---|
            | gets | 2,000/s | a: 600/s; b: 1,000/s | 2.00 (1.00 to 3.33) | ≥ 5.0 | **no** |
            | memory \\| all | 39.0 bytes |  |  | ≤ 40 bytes | yes |

            Every round, in order:

            | what | figures |
            |---|---|
            | gets | Sedna: 1,000/s, 3,000/s, 2,000/s |
            | gets | a: 500/s, 700/s, 600/s |
            | gets | b: 1,000/s, 900/s, 1,600/s |
            """);
  }
}
