// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.BeforeClass;
import org.junit.Test;

/** A simulation that finds nothing proves something only if it would have found something. */
public class PlantedFaultTest {
  private static final int SEEDS = 200;

  @BeforeClass
  public static void beQuiet() {
    SimulationRuns.quieten();
  }

  @Test
  public void shouldFindAReplicaThatAcknowledgesWithoutStoring() {
    assertThat(finding(PlantedFault.ACKNOWLEDGES_WITHOUT_STORING))
        .containsAnyOf("NO_LOST_WRITE", "READ_SEES_ACKNOWLEDGED", "DELETED_STAYS_DELETED");
  }

  @Test
  public void shouldFindAReplicaThatReplicatesWithoutStoring() {
    assertThat(finding(PlantedFault.REPLICATES_WITHOUT_STORING)).contains("LINEARIZABLE");
  }

  @Test
  public void shouldFindAReplicaThatDoesNotAnswer() {
    assertThat(finding(PlantedFault.DOES_NOT_ANSWER)).contains("did not answer readRecords");
  }

  /** What the first seed finds that finds something. */
  private static String finding(PlantedFault fault) {
    return LongStream.rangeClosed(1, SEEDS)
        .mapToObj(seed -> Simulation.run(seed, fault, null))
        .filter(result -> !result.isGood())
        .findFirst()
        .map(result -> result.findings().toString())
        .orElse("nothing in " + SEEDS + " seeds");
  }
}
