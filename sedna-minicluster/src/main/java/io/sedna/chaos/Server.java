// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.chaos.Children.Child;
import java.io.IOException;
import java.nio.file.Path;
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
  private static final long STOP_PATIENCE_S = 30;

  private final Children children;
  private final String name;
  private final List<String> command = new ArrayList<>();
  private Child run;
  private int runs;
  private boolean paused;

  /**
   * @param at what comes before a command to run it at the node
   */
  Server(Children children, String name, List<String> at, Class<?> main, List<String> arguments) {
    this.children = children;
    this.name = name;
    command.addAll(at);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA_OPTIONS);
    command.addAll(logging());
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(arguments);
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
    runs++;
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
