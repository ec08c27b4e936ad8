// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Option;

/** Hadoop's generic options, which may also follow the name of the command. */
final class GenericOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "Set a configuration property; may be repeated.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "Read more settings from an XML file; may be repeated.")
  private List<File> files = List.of();

  /** Puts the options on {@code conf}; properties win over files. */
  void applyTo(Configuration conf) {
    for (var file : files) {
      conf.addResource(new Path(file.toURI()));
    }
    properties.forEach(conf::set);
  }

  Map<String, String> properties() {
    return properties;
  }
}
