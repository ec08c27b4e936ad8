// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.Test;

/**
 * Whole clusters under random faults, in simulated time. {@code -Dsedna.simulation.seed=S} runs one
 * seed alone and leaves its trace in target/simulation; {@code -Dsedna.simulation.seeds=N} sets how
 * many run, {@code -Dsedna.simulation.minutes=M} runs seeds that nobody has seen for so long.
 */
public class SimulationTest {
  @Test
  public void shouldKeepItsPromisesUnderFaults() throws Exception {
    SimulationRuns runs = SimulationRuns.fromProperties();

    SimulationRuns.Summary summary = runs.run();

    System.out.println(summary);
    assertThat(summary.failures()).isEmpty();
  }

  @Test
  public void shouldDoTheSameForTheSameSeed() {
    var first = new AtomicLong();

    for (long seed = 1; seed <= 5; seed++) {
      Simulation.Result once = Simulation.run(seed, null);
      Simulation.Result again = Simulation.run(seed, null);

      assertThat(again).isEqualTo(once);
      assertThat(once.digest()).isNotEqualTo(first.getAndSet(once.digest()));
    }
  }
}
