// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.log4j.LogManager;
import org.apache.log4j.PropertyConfigurator;

/**
 * Keeps the screen readable: all that Hadoop, ZooKeeper and Sedna say in this JVM goes to a file.
 */
final class QuickstartLogs {
  private QuickstartLogs() {}

  /** From now on, standard output and error too; whoever wants the screen has to have kept it. */
  static Path redirect(Path dir) throws IOException {
    Files.createDirectories(dir);
    var file = dir.resolve("quickstart.log");
    var settings = new Properties();
    settings.setProperty("log4j.rootLogger", "INFO, file");
    settings.setProperty("log4j.appender.file", "org.apache.log4j.FileAppender");
    settings.setProperty("log4j.appender.file.file", file.toString());
    settings.setProperty("log4j.appender.file.layout", "org.apache.log4j.PatternLayout");
    settings.setProperty(
        "log4j.appender.file.layout.ConversionPattern", "%d{ISO8601} %-5p [%t] %c{1}: %m%n");
    LogManager.resetConfiguration();
    PropertyConfigurator.configure(settings);
    java.util.logging.LogManager.getLogManager().reset();
    var stream =
        new PrintStream(
            Files.newOutputStream(dir.resolve("quickstart.out")), true, StandardCharsets.UTF_8);
    System.setOut(stream);
    System.setErr(stream);
    return dir;
  }
}
