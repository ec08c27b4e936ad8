// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.cli.SednaCli;
import io.sedna.common.cli.ToolProvider;
import io.sedna.common.conf.SednaConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** {@code bin/sedna} of the source tree. */
public class LauncherIT {
  private static final long TIMEOUT_S = 60;

  /** A line of the command line's own usage that begins with a command. */
  private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z]+) ");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  /** What a command said, both streams, and its exit code. */
  private record Result(int code, String text) {}

  @Test
  public void shouldWorkFromAnywhereAndThroughLinks() throws Exception {
    var link = folder.getRoot().toPath().resolve("link");
    var linkToLink = folder.getRoot().toPath().resolve("link-to-link");
    Files.createSymbolicLink(link, launcher());
    Files.createSymbolicLink(linkToLink, Path.of("link"));

    var result = run(linkToLink, Map.of(), "mapredcp");

    assertThat(result.text()).contains("sedna-yarn-").endsWith(".jar");
    assertThat(result.code()).isZero();
  }

  @Test
  public void shouldListEverySubcommandInItsUsage() throws Exception {
    var usage = run(launcher(), Map.of(), "--help").text();
    var commandLineUsage = new ByteArrayOutputStream();
    var out = new PrintStream(commandLineUsage, true, StandardCharsets.UTF_8);
    SednaCli.run(SednaConfiguration.create(), out, out, "--help");

    var names = new ArrayList<String>();
    ToolProvider.all().forEach(tool -> names.add(tool.name()));
    COMMAND
        .matcher(commandLineUsage.toString(StandardCharsets.UTF_8))
        .results()
        .forEach(match -> names.add(match.group(1)));

    assertThat(names).contains("shell", "create", "pomcount");
    for (var name : names) {
      assertThat(usage).containsPattern("(?m)^  " + name + " ");
    }
  }

  @Test
  public void shouldTellHowItIsUsedWithoutSubcommand() throws Exception {
    var result = run(launcher(), Map.of());

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.text()).contains("Usage: sedna", "Client subcommands", "Admin subcommands");
  }

  @Test
  public void shouldNameAJavaThatIsMissingOrTooOld() throws Exception {
    var missing = run(launcher(), Map.of("JAVA_HOME", "/nonexistent"), "version");
    var old = run(launcher(), Map.of("JAVA_HOME", fakeJava("1.8.0_392").toString()), "version");

    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.text()).contains("JAVA_HOME=/nonexistent").contains("17");
    assertThat(old.code()).isEqualTo(1);
    assertThat(old.text()).contains("openjdk-17");
  }

  @Test
  public void shouldTakeHadoopFromWhereItIsToldTo() throws Exception {
    var home = folder.newFolder().toPath();
    script(home.resolve("bin/hadoop"), "echo /the/hadoop/class/path");

    var result = run(launcher(), Map.of("HADOOP_HOME", home.toString()), "classpath");

    assertThat(result.text()).endsWith(":/the/hadoop/class/path").contains("sedna-yarn-");
  }

  @Test
  public void shouldReadSettingsFromItsConfigurationDirectory() throws Exception {
    var conf = folder.newFolder().toPath();
    Files.writeString(
        conf.resolve("sedna-site.xml"),
        "<configuration><property><name>sedna.instance</name><value>fromsite</value></property>"
            + "</configuration>");

    var result =
        run(launcher(), Map.of(), "--config", conf.toString(), "getconf", "sedna.instance");

    assertThat(result.text()).isEqualTo("fromsite");
  }

  private static Path launcher() throws IOException {
    return Path.of("../bin/sedna").toRealPath();
  }

  private Path fakeJava(String version) throws IOException {
    var home = folder.newFolder().toPath();
    script(home.resolve("bin/java"), "echo 'openjdk version \"" + version + "\"' >&2");
    return home;
  }

  private static void script(Path file, String command) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + command + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make executable: " + file);
    }
  }

  private Result run(Path program, Map<String, String> environment, String... arguments)
      throws Exception {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    var output = folder.newFile();
    var builder =
        new ProcessBuilder(command)
            .directory(folder.getRoot())
            .redirectErrorStream(true)
            .redirectOutput(output);
    List.of("HADOOP_HOME", "HADOOP_CONF_DIR", "SEDNA_CONF_DIR", "SEDNA_HADOOP_CLASSPATH")
        .forEach(builder.environment()::remove);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    var process = builder.start();
    if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("did not end: " + command);
    }
    return new Result(
        process.exitValue(), Files.readString(output.toPath(), StandardCharsets.UTF_8).strip());
  }
}
