// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.standalone;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A server in a JVM of its own, with this one's class path. */
final class StandaloneProcess {
  private static final long EXIT_TIMEOUT_S = 60;

  private final Process process;
  private final BufferedReader out;
  private final File errors;
  private final List<String> lines = new ArrayList<>();

  StandaloneProcess(List<String> arguments, File errors) throws IOException {
    this.errors = errors;
    var command = new ArrayList<String>();
    command.add(System.getProperty("java.home") + "/bin/java");
    for (var opened : List.of("java.lang", "java.util", "java.nio", "sun.nio.ch")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    // As bin/sedna does; the tests' own settings, on the same class path, log to standard output.
    command.add("-Dlog4j.configuration=file:" + Path.of("../conf/log4j.properties").toRealPath());
    command.add("-Xmx256m");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(StandaloneMain.class.getName());
    command.addAll(arguments);
    process = new ProcessBuilder(command).redirectError(errors).start();
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Returns when the ready line is there; fails with what was said if the process ends without. */
  void awaitReady() throws IOException {
    var line = out.readLine();
    if (line == null) {
      throw new AssertionError("the server did not get ready: " + standardError());
    }
    lines.add(line);
  }

  String readyLine() {
    return lines.get(0);
  }

  /** Of thrift, http or zookeeper, from the ready line. */
  String address(String name) {
    var match = Pattern.compile(name + "=(\\S+)").matcher(readyLine());
    if (!match.find()) {
      throw new AssertionError("no " + name + " in: " + readyLine());
    }
    return match.group(1);
  }

  /** SIGTERM; answers the exit code. */
  int terminate() throws Exception {
    // Not Process.destroy, which closes the streams too.
    process.toHandle().destroy();
    return awaitExit();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(EXIT_TIMEOUT_S, TimeUnit.SECONDS)) {
        throw new AssertionError("process does not die: " + process.pid());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int awaitExit() throws Exception {
    if (!process.waitFor(EXIT_TIMEOUT_S, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the server did not end: " + standardError());
    }
    return process.exitValue();
  }

  /** All lines so far; everything once it has ended. */
  List<String> standardOutput() {
    if (!process.isAlive()) {
      out.lines().forEach(lines::add);
    }
    return lines;
  }

  String standardError() throws IOException {
    return Files.readString(errors.toPath());
  }
}
