// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** What figures were measured on and with. */
final class Environment {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Environment() {}

  static List<String> describe(Workspace workspace, CompareOptions options)
      throws InterruptedException {
    var facts = new ArrayList<String>();
    facts.add(
        Line.text(
            "%s, %d processors (%s), %s %s, loader and servers on the same machine",
            LocalDate.now(),
            Runtime.getRuntime().availableProcessors(),
            processor(),
            System.getProperty("os.name"),
            System.getProperty("os.version")));
    facts.add(
        "Java "
            + System.getProperty("java.version")
            + "; the daemon's options: "
            + options.sednaJavaOptions()
            + (options.settings().isEmpty() ? "" : " " + options.settings()));
    facts.add(
        "beside it: "
            + String.join(
                ", ",
                version(workspace, "memcached", "--version"),
                version(workspace, "redis-server", "--version"),
                "Hazelcast "
                    + com.hazelcast.instance.BuildInfoProvider.getBuildInfo().getVersion()));
    facts.add(
        Line.text(
            "medians of %d alternating rounds of %d s after %d s of warm-up, %,d keys of %d bytes with"
                + " values of %d",
            options.rounds(),
            options.seconds(),
            options.warmupSeconds(),
            options.keys(),
            CompareOptions.KEY_BYTES,
            CompareOptions.VALUE_BYTES));
    return facts;
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  private static String version(Workspace workspace, String tool, String option)
      throws InterruptedException {
    try {
      String output = Tool.run(workspace, List.of(Servers.tool(tool), option), PATIENCE);
      return output.lines().findFirst().orElse(tool).replaceAll(" sha=.*", "");
    } catch (IOException | RuntimeException e) {
      return tool + " not installed";
    }
  }
}
