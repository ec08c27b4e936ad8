// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code bin/sedna} as a user would, as a process of its own, against the embedded cluster.
 */
final class Launcher {
  private static final long TIMEOUT_S = 300;

  private final Path home;
  private final Path conf;
  private final String hadoopClassPath;
  private final Path logs;
  private int count;

  /**
   * @param home directory that {@code bin} is in
   * @param conf of the cluster, for Hadoop and Sedna both
   * @param hadoopClassPath Hadoop jars, so that no other Hadoop of this machine is taken
   */
  Launcher(Path home, Path conf, String hadoopClassPath, Path logs) {
    this.home = home;
    this.conf = conf;
    this.hadoopClassPath = hadoopClassPath;
    this.logs = logs;
  }

  /** What a user has to type to do the same. */
  String command(String... arguments) {
    return "HADOOP_CONF_DIR=" + conf + " " + String.join(" ", command(List.of(arguments)));
  }

  /** A command under way. */
  final class Run {
    private final Process process;
    private final Path log;
    private final String name;

    private Run(Process process, Path log, String name) {
      this.process = process;
      this.log = log;
      this.name = name;
    }

    boolean isAlive() {
      return process.isAlive();
    }

    /**
     * Waits for its end.
     *
     * @throws IOException with the last line that it said if it failed
     */
    void await() throws IOException, InterruptedException {
      if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("sedna " + name + " did not end in " + TIMEOUT_S + " s, log=" + log);
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "sedna "
                + name
                + " failed: exitCode="
                + process.exitValue()
                + ", log="
                + log
                + ": "
                + lastLine());
      }
    }

    private String lastLine() throws IOException {
      var lines = Files.readString(log).strip().lines().toList();
      return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
  }

  /** Starts a command; what it says goes to a log file of its own. */
  Run start(String... arguments) throws IOException {
    var log = logs.resolve(String.format("%02d-sedna-%s.log", ++count, arguments[0]));
    var builder = new ProcessBuilder(command(List.of(arguments)));
    var environment = builder.environment();
    environment.remove("HADOOP_HOME");
    environment.remove("SEDNA_CONF_DIR");
    environment.put("HADOOP_CONF_DIR", conf.toString());
    environment.put("SEDNA_HADOOP_CLASSPATH", hadoopClassPath);
    environment.put("SEDNA_ROOT_LOGGER", "INFO,console");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return new Run(builder.start(), log, arguments[0]);
  }

  /** Runs a command to its end. */
  void run(String... arguments) throws IOException, InterruptedException {
    start(arguments).await();
  }

  private List<String> command(List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(home.resolve("bin/sedna").toString());
    command.add("--config");
    command.add(conf.toString());
    command.addAll(arguments);
    return command;
  }
}
