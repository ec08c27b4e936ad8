// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Writes what a program outside of this JVM needs to find the embedded cluster. */
final class ClusterSettings {
  private static final List<String> FILES =
      List.of("core-site.xml", "hdfs-site.xml", "yarn-site.xml", "mapred-site.xml");

  private ClusterSettings() {}

  /**
   * Hadoop's files with everything that was set by program, {@code sedna-site.xml} with Sedna's
   * part.
   */
  static void write(Configuration cluster, Configuration sedna, Path dir) throws IOException {
    Files.createDirectories(dir);
    var core = new Configuration(false);
    cluster.forEach(
        entry -> {
          var sources = cluster.getPropertySources(entry.getKey());
          if (sources != null && sources[sources.length - 1].startsWith("programmatically")) {
            core.set(entry.getKey(), cluster.getRaw(entry.getKey()));
          }
        });
    // All of it in each: Hadoop reads its defaults for YARN after core-site.xml, over what that
    // says of YARN.
    for (var file : FILES) {
      write(core, dir.resolve(file));
    }
    write(sedna, dir.resolve("sedna-site.xml"));
  }

  private static void write(Configuration conf, Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      conf.writeXml(out);
    }
  }
}
