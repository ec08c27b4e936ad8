// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** Writes what a program outside of this JVM needs to find the embedded cluster. */
final class ClusterSettings {
  private ClusterSettings() {}

  /**
   * {@code core-site.xml} with everything that was set by program, {@code sedna-site.xml} with
   * Sedna's part.
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
    write(core, dir.resolve("core-site.xml"));
    write(sedna, dir.resolve("sedna-site.xml"));
  }

  private static void write(Configuration conf, Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      conf.writeXml(out);
    }
  }
}
