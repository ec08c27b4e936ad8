// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A stock Hadoop cluster of separate processes, started by {@code
 * src/test/stock-hadoop/cluster.sh}, and the packaged jar used on it as an administrator would: by
 * {@code yarn jar}.
 */
final class StockHadoop implements AutoCloseable {
  private static final Path SCRIPT = Path.of("src/test/stock-hadoop/cluster.sh").toAbsolutePath();
  private static final String EXPORT = "export ";
  private static final long START_SECONDS = 400;
  private static final long COMMAND_SECONDS = 240;

  private final Path dir;
  private final Path jar;
  private final Map<String, String> environment;

  private StockHadoop(Path dir, Path jar, Map<String, String> environment) {
    this.dir = dir;
    this.jar = jar;
    this.environment = environment;
  }

  /** What a command did. */
  record Ran(int exit, String out) {}

  static StockHadoop start(Path dir, int nodes) throws Exception {
    var jar = Path.of(System.getProperty("sedna.application.jar")).normalize();
    Ran started =
        run(
            Map.of(),
            dir,
            START_SECONDS,
            "bash",
            SCRIPT.toString(),
            "start",
            dir.toString(),
            Integer.toString(nodes));
    if (started.exit != 0) {
      stop(dir); // What came up before the failure.
      throw new IOException("the cluster did not start: " + started.out);
    }
    var environment =
        Arrays.stream(exported(started.out).split(" "))
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    var cluster = new StockHadoop(dir, jar, environment);
    Files.writeString(
        Path.of(environment.get("HADOOP_CONF_DIR"), "sedna-site.xml"),
        """
        <configuration>
          <property><name>sedna.zookeeper.quorum</name><value>%s</value></property>
          <property><name>sedna.zookeeper.session.timeout.ms</name><value>6000</value></property>
        </configuration>
        """
            .formatted(cluster.zooKeeper()));
    return cluster;
  }

  String zooKeeper() {
    return environment.get("STOCK_ZOOKEEPER");
  }

  /** Runs {@code yarn jar sedna-yarn.jar ARGUMENTS}; its output is standard output and error. */
  Ran sedna(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(dir + "/bin/yarn", "jar", jar.toString()));
    command.addAll(List.of(arguments));
    return run(environment, dir, COMMAND_SECONDS, command.toArray(String[]::new));
  }

  /** The same, which must succeed. */
  String ok(String... arguments) throws Exception {
    Ran ran = sedna(arguments);
    if (ran.exit != 0) {
      throw new AssertionError(
          String.join(" ", arguments) + " exited " + ran.exit + ":\n" + ran.out);
    }
    return ran.out;
  }

  String hadoop(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(dir + "/bin/hadoop"));
    command.addAll(List.of(arguments));
    Ran ran = run(environment, dir, COMMAND_SECONDS, command.toArray(String[]::new));
    if (ran.exit != 0) {
      throw new AssertionError(command + " exited " + ran.exit + ":\n" + ran.out);
    }
    return ran.out;
  }

  /** Java processes of this cluster's containers that run a main class. */
  List<ProcessHandle> containers(String mainClass) {
    return ProcessHandle.allProcesses()
        .filter(
            process -> {
              String line = commandLine(process);
              return line.contains(dir.toString())
                  && line.contains(mainClass)
                  && line.split(" ", 2)[0].endsWith("/java");
            })
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return ""; // It has ended.
    }
  }

  private static Ran run(Map<String, String> environment, Path dir, long seconds, String... command)
      throws Exception {
    File out = Files.createTempFile(dir, "out", ".txt").toFile();
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out);
    builder.environment().putAll(environment);
    builder.environment().remove("MAVEN_OPTS");
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(
          String.join(" ", command)
              + " did not end within "
              + seconds
              + " s:\n"
              + Files.readString(out.toPath()));
    }
    return new Ran(process.exitValue(), Files.readString(out.toPath()));
  }

  private static String exported(String out) {
    return out.substring(out.lastIndexOf(EXPORT) + EXPORT.length()).strip();
  }

  private static void stop(Path dir) throws Exception {
    run(Map.of(), dir, 60, "bash", SCRIPT.toString(), "stop", dir.toString());
  }

  @Override
  public void close() throws Exception {
    stop(dir);
  }
}
