// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
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

  /** What the other installation says before it runs a daemon. */
  private static final String MARK = "of the other installation";

  private static final Duration DURATION = Duration.ofMinutes(3);

  @Rule public final TemporaryFolder folder = new TemporaryFolder(new java.io.File("target"));

  @Test
  public void shouldKeepItsPromisesWhateverBreaks() throws Exception {
    ChaosOptions options = options(Optional.empty());

    boolean good = run(options);

    assertThat(good).as("seed %d; what was found is in the log", options.seed()).isTrue();
  }

  @Test
  public void shouldFailNoCallWhileDaemonsAreUpgradedOneAfterTheOther() throws Exception {
    var upgrade =
        new Upgrade(Optional.of(installation()), List.of("sedna.request.max.per.partition=5000"));

    boolean good = run(options(Optional.of(upgrade)));

    assertThat(good).as("what was found is in the log").isTrue();
    for (int node = 1; node <= DAEMONS; node++) {
      Path second = folder.getRoot().toPath().resolve("logs/node-" + node + ".2.log");
      assertThat(second).content().contains(MARK, "started node=node-" + node);
    }
  }

  /** The packaged jar and launcher, as an administrator would unpack them. */
  private Path installation() throws IOException {
    Path jar = Path.of(System.getProperty("sedna.application.jar")).toRealPath();
    Path dir = folder.newFolder("installation").toPath().toAbsolutePath();
    for (String part : List.of("bin", "conf", "lib")) {
      Files.createDirectories(dir.resolve(part));
    }
    Path launcher = dir.resolve("bin/sedna");
    Files.copy(Path.of("../bin/sedna"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(Path.of("../conf/log4j.properties"), dir.resolve("conf/log4j.properties"));
    Files.copy(jar, dir.resolve("lib").resolve(jar.getFileName()));
    // Stands for Hadoop: the launcher takes it for that where there is none else.
    Files.writeString(
        dir.resolve("conf/sedna-env.sh"),
        "export SEDNA_HADOOP_CLASSPATH='" + withoutSedna() + "'\necho '" + MARK + "'\n");
    return dir;
  }

  private static String withoutSedna() {
    return Arrays.stream(
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .split(":"))
        .filter(part -> !part.matches(".*/sedna-[a-z-]+(/target/.*|-[^/]*\\.jar)"))
        .collect(Collectors.joining(":"));
  }

  private ChaosOptions options(Optional<Upgrade> upgrade) {
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
        upgrade.isPresent(),
        upgrade);
  }

  private static boolean run(ChaosOptions options) throws Exception {
    boolean good = false;
    try {
      good = runAndReport(options);
      return good;
    } finally {
      if (!good) {
        keep(options);
      }
    }
  }

  private static boolean runAndReport(ChaosOptions options) throws Exception {
    try (var children = new Children(options.directory().resolve("logs"));
        var run = new ChaosRun(options, children, LOG::info)) {
      boolean good = run.run();
      ReportText.table(run.reports()).forEach(LOG::info);
      return good;
    }
  }

  /** The daemons' logs and the histories of what was found, for whoever looks for the reason. */
  private static void keep(ChaosOptions options) throws IOException {
    Path kept = Files.createTempDirectory(Path.of("target"), "chaos-" + options.seed() + "-");
    Files.move(options.directory().resolve("logs"), kept.resolve("logs"));
    try (DirectoryStream<Path> histories =
        Files.newDirectoryStream(options.directory(), "round-*.txt")) {
      for (Path history : histories) {
        Files.move(history, kept.resolve(history.getFileName()));
      }
    }
    LOG.info("failed: logs and histories are in {}", kept.toAbsolutePath());
  }
}
