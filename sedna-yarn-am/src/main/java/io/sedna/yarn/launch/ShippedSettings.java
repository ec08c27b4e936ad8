// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;

/**
 * The settings that travel with an instance: whatever the submitter has that is not a default of
 * Hadoop or Sedna, as a MapReduce job carries it. So daemons find the same file system and
 * ZooKeeper as the submitter, also where a node's own configuration says nothing of them.
 */
@InterfaceAudience.Private
public final class ShippedSettings {
  /** Nodes know these better, and secrets have no business in a file. */
  private static final Pattern KEPT_BACK =
      Pattern.compile(
          "yarn\\.nodemanager\\..*|yarn\\.timeline-service\\..*|mapreduce\\..*|mapred\\..*"
              + "|hadoop\\.tmp\\.dir|.*(password|secret|keystore).*");

  private static final String DEFAULTS = "-default.xml";

  private ShippedSettings() {}

  /** Picks them. */
  public static Map<String, String> of(Configuration conf) {
    var settings = new TreeMap<String, String>();
    for (var entry : conf) {
      var key = entry.getKey();
      if (!KEPT_BACK.matcher(key).matches() && !isDefault(conf, key)) {
        settings.put(key, conf.getRaw(key));
      }
    }
    return settings;
  }

  private static boolean isDefault(Configuration conf, String key) {
    var sources = conf.getPropertySources(key);
    return sources != null
        && sources.length > 0
        && Arrays.stream(sources).allMatch(source -> source.endsWith(DEFAULTS));
  }

  /** Writes them as {@code sedna-site.xml}. */
  public static void write(Map<String, String> settings, OutputStream out) throws IOException {
    var site = new Configuration(false);
    settings.forEach(site::set);
    site.writeXml(out);
  }
}
