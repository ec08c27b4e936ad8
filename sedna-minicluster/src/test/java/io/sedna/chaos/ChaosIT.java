// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real processes under faults and under a rolling restart. The seed is another one each time,
 * unless the system property {@code sedna.chaos.seed} gives one; it is in what a failure says.
 */
public class ChaosIT {
  private static final Logger LOG = LoggerFactory.getLogger(ChaosIT.class);
  private static final int DAEMONS = 4;
  private static final int SESSION_TIMEOUT_MS = 3_000;
  private static final long LONGEST_MS = 12_000;
  private static final Duration DURATION = Duration.ofMinutes(3);

  @Rule public final TemporaryFolder folder = new TemporaryFolder(new java.io.File("target"));

  @Test
  public void shouldKeepItsPromisesWhateverBreaks() throws Exception {
    ChaosOptions options = options(/* rolling= */ false);

    boolean good = run(options);

    assertThat(good).as("seed %d; what was found is in the log", options.seed()).isTrue();
  }

  @Test
  public void shouldFailNoCallWhileDaemonsAreRestartedOneAfterTheOther() throws Exception {
    boolean good = run(options(/* rolling= */ true));

    assertThat(good).as("what was found is in the log").isTrue();
  }

  private ChaosOptions options(boolean rolling) {
    Path directory = folder.getRoot().toPath().toAbsolutePath();
    List<FaultKind> faults = Arrays.asList(FaultKind.values());
    long seed = Long.getLong("sedna.chaos.seed", ThreadLocalRandom.current().nextLong(1_000_000));
    return new ChaosOptions(
        DURATION,
        seed,
        DAEMONS,
        faults,
        Tables.of(List.of()),
        directory,
        SESSION_TIMEOUT_MS,
        LONGEST_MS,
        rolling);
  }

  private static boolean run(ChaosOptions options) throws Exception {
    try (var children = new Children(options.directory().resolve("logs"));
        var run = new ChaosRun(options, children, LOG::info)) {
      boolean good = run.run();
      ReportText.table(run.reports()).forEach(LOG::info);
      return good;
    }
  }
}
