// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.Test;

public class OperationsTest {
  private static final int DRAWS = 200_000;

  private static Map<OperationKind, Double> shares(char workload) {
    var source = new MixedOperations(OperationMix.ycsb(workload), new Inserted(1000), 1);
    var shares = new EnumMap<OperationKind, Double>(OperationKind.class);
    long[] keys = new long[1];
    for (int i = 0; i < DRAWS; i++) {
      shares.merge(source.next(keys, 0, 1), 1.0 / DRAWS, Double::sum);
    }
    return shares;
  }

  @Test
  public void shouldMixAsYcsbDoes() {
    assertThat(shares('a').get(OperationKind.READ)).isCloseTo(0.5, within(0.01));
    assertThat(shares('a').get(OperationKind.UPDATE)).isCloseTo(0.5, within(0.01));
    assertThat(shares('b').get(OperationKind.UPDATE)).isCloseTo(0.05, within(0.005));
    assertThat(shares('c')).containsOnlyKeys(OperationKind.READ);
    assertThat(shares('d').get(OperationKind.INSERT)).isCloseTo(0.05, within(0.005));
    assertThat(shares('d')).doesNotContainKey(OperationKind.UPDATE);
    assertThat(shares('F').get(OperationKind.READ_MODIFY_WRITE)).isCloseTo(0.5, within(0.01));
    assertThat(OperationMix.ycsb('d').distribution()).isEqualTo(KeyDistribution.LATEST);
  }

  @Test
  public void shouldRefuseWorkloadsThatThereAreNot() {
    assertThatThrownBy(() -> OperationMix.ycsb('e')).hasMessageContaining("workload e");
    assertThatThrownBy(() -> OperationMix.readRatio(1.5, KeyDistribution.UNIFORM))
        .hasMessageContaining("reads=1.5");
    assertThatThrownBy(() -> OperationMix.readRatio(Double.NaN, KeyDistribution.UNIFORM))
        .hasMessageContaining("NaN");
  }

  @Test
  public void shouldWriteEveryKeyOnceWhenFilling() {
    var next = new AtomicLong();
    var sources = List.of(new FillOperations(next, 1001), new FillOperations(next, 1001));
    var written = new ArrayList<Long>();
    long[] keys = new long[66];

    boolean left = true;
    while (left) {
      left = false;
      for (FillOperations source : sources) {
        if (source.next(keys, 2, 64) != null) {
          left = true;
          for (int i = 0; i < source.count(); i++) {
            written.add(keys[2 + i]);
          }
        }
      }
    }

    assertThat(written).hasSize(1001).doesNotHaveDuplicates();
    assertThat(written.stream().mapToLong(Long::longValue).max()).hasValue(1000);
  }

  @Test
  public void shouldLetKeysBeReadWhenAllBeforeThemWereInserted() {
    var inserted = new Inserted(10);
    long first = inserted.begin();
    long second = inserted.begin();

    inserted.answered(second);
    long beforeFirst = inserted.acknowledged();
    inserted.answered(first);

    assertThat(beforeFirst).isEqualTo(10);
    assertThat(inserted.acknowledged()).isEqualTo(12);
  }
}
