// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
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
    assertFound(PlantedFault.ACKNOWLEDGES_WITHOUT_STORING, "NO_LOST_WRITE");
    assertFound(PlantedFault.ACKNOWLEDGES_WITHOUT_STORING, "READ_SEES_ACKNOWLEDGED");
  }

  @Test
  public void shouldFindAReplicaThatReplicatesWithoutStoring() {
    assertFound(PlantedFault.REPLICATES_WITHOUT_STORING, "LINEARIZABLE");
  }

  @Test
  public void shouldFindAReplicaThatDoesNotAnswer() {
    assertFound(PlantedFault.DOES_NOT_ANSWER, "did not answer readRecords");
  }

  @Test
  public void shouldFindAPrimaryThatIgnoresItsLease() {
    assertFound(PlantedFault.IGNORES_LEASE, "LINEARIZABLE");
  }

  @Test
  public void shouldFindTombstonesThatAreDroppedTooEarly() {
    assertFound(PlantedFault.DROPS_TOMBSTONES, "DELETED_STAYS_DELETED");
  }

  private static void assertFound(PlantedFault fault, String what) {
    var others = new TreeSet<String>();
    boolean found =
        LongStream.rangeClosed(1, SEEDS)
            .mapToObj(seed -> Simulation.run(seed, fault, null).findings())
            .peek(findings -> findings.forEach(each -> others.add(each.split(" ")[0])))
            .anyMatch(findings -> findings.toString().contains(what));
    assertThat(found)
        .as("%s is found as %s in %s seeds; found was %s", fault, what, SEEDS, others)
        .isTrue();
  }
}
