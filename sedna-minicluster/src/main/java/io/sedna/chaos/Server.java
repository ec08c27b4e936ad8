// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.chaos.Children.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Java program at a node, which can be started again after its end. Not thread-safe. */
final class Server {
  private static final List<String> JAVA_OPTIONS =
      List.of(
          "-Xmx192m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+ExitOnOutOfMemoryError",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");

  /** The launcher gives the others itself. */
  private static final List<String> LAUNCHED_OPTIONS =
      JAVA_OPTIONS.stream().filter(option -> option.startsWith("-X")).toList();

  private static final long STOP_PATIENCE_S = 30;

  private final Children children;
  private final String name;
  private final List<String> at;
  private final List<String> arguments;
  private List<String> program;
  private Child run;
  private int runs;
  private boolean paused;

  /**
   * @param at what comes before a command to run it at the node
   */
  Server(Children children, String name, List<String> at, Class<?> main, List<String> arguments) {
    this.children = children;
    this.name = name;
    this.at = List.copyOf(at);
    this.arguments = List.copyOf(arguments);
    this.program = ofThisInstallation(main);
  }

  private static List<String> ofThisInstallation(Class<?> main) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA_OPTIONS);
    command.addAll(logging());
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    return command;
  }

  /**
   * From its next start on, runs as a subcommand of another installation's {@code bin/sedna}, with
   * the class path and the settings of that.
   */
  void moveTo(Path installation, String subcommand) {
    program =
        List.of(
            "env",
            "JAVA_HOME=" + System.getProperty("java.home"),
            "SEDNA_OPTS=" + String.join(" ", LAUNCHED_OPTIONS),
            installation.resolve("bin/sedna").toString(),
            subcommand);
  }

  /** The settings of bin/sedna, and INFO from the server. */
  private static List<String> logging() {
    String settings = System.getProperty("log4j.configuration");
    return settings == null
        ? List.of()
        : List.of("-Dlog4j.configuration=" + settings, "-Dsedna.root.logger=INFO,console");
  }

  String name() {
    return name;
  }

  boolean isRunning() {
    return run != null && run.isAlive();
  }

  /** Where the present or last run says what it does. */
  Path log() {
    return run.log();
  }

  void start() throws IOException {
    start(List.of());
  }

  /**
   * @param more arguments of this run alone
   */
  void start(List<String> more) throws IOException {
    runs++;
    var command = new ArrayList<>(at);
    command.addAll(program);
    command.addAll(arguments);
    command.addAll(more);
    run = children.start(name + "." + runs + ".log", command);
    paused = false;
  }

  /** SIGKILL. */
  void kill() {
    children.kill(run.process());
  }

  /**
   * SIGTERM.
   *
   * @throws IOException if it does not end
   */
  void stop() throws IOException {
    if (children.stop(run.process(), STOP_PATIENCE_S)) {
      throw new IOException(name + " did not stop in " + STOP_PATIENCE_S + " s, log=" + log());
    }
  }

  /**
   * Waits until it has ended by itself.
   *
   * @return its exit code
   * @throws IOException if it goes on running
   */
  int awaitEnd(Duration patience) throws IOException {
    var ended = children.awaitEnd(run.process(), patience.toSeconds());
    if (ended.isEmpty()) {
      throw new IOException(
          name + " has not ended after " + patience.toSeconds() + " s, log=" + log());
    }
    return ended.getAsInt();
  }

  void pause() throws IOException {
    Children.signal(run.process(), "STOP");
    paused = true;
  }

  void resume() throws IOException {
    Children.signal(run.process(), "CONT");
    paused = false;
  }

  boolean isPaused() {
    return paused;
  }
}
