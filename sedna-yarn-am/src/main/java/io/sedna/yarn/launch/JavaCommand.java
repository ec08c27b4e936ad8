// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.yarn.api.ApplicationConstants;
import org.apache.hadoop.yarn.api.ApplicationConstants.Environment;

/**
 * The command line of a Java process in a container. It logs to {@code sedna.log} in the
 * container's log directory, in files of bounded size; what it prints goes to {@code stdout} and
 * {@code stderr}.
 */
@InterfaceAudience.Private
public final class JavaCommand {
  /** What Hadoop and off-heap code need of Java 17; the build's tests run with the same. */
  private static final List<String> OPENS =
      List.of("java.lang", "java.util", "java.nio", "sun.nio.ch");

  private final String mainClass;
  private final Optional<String> javaHome;
  private final List<String> options = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();

  public JavaCommand(String mainClass, Optional<String> javaHome) {
    this.mainClass = mainClass;
    this.javaHome = javaHome;
  }

  /** Options for the JVM, as one would type them. */
  public JavaCommand options(String text) {
    options.add(text);
    return this;
  }

  /** A setting, given to the program as {@code -D key=value}. */
  public JavaCommand setting(String key, String value) {
    arguments.add("-D");
    arguments.add(quote(key + "=" + value));
    return this;
  }

  /** For {@code ContainerLaunchContext.setCommands}. */
  public String build() {
    var words = new ArrayList<String>();
    words.add(javaHome.orElse(Environment.JAVA_HOME.$$()) + "/bin/java");
    words.addAll(options);
    for (var opened : OPENS) {
      words.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    words.add("-XX:+ExitOnOutOfMemoryError");
    words.add("-Dlog4j.configuration=sedna-container-log4j.properties");
    words.add("-Dsedna.log.dir=" + ApplicationConstants.LOG_DIR_EXPANSION_VAR);
    words.add(mainClass);
    words.addAll(arguments);
    words.add("1>>" + ApplicationConstants.LOG_DIR_EXPANSION_VAR + "/stdout");
    words.add("2>>" + ApplicationConstants.LOG_DIR_EXPANSION_VAR + "/stderr");
    return String.join(" ", words);
  }

  /** The node manager hands the command, between double quotes, to a shell. */
  static String quote(String word) {
    var quoted = "'" + word.replace("'", "'\\''") + "'";
    return quoted.replaceAll("([\\\\\"$`])", "\\\\$1");
  }
}
