// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * Makes Hadoop configurations that also hold {@code sedna-default.xml} and {@code sedna-site.xml}.
 */
@InterfaceAudience.Public
@InterfaceStability.Stable
public final class SednaConfiguration {
  private SednaConfiguration() {}

  /**
   * Hadoop's own settings, then Sedna's defaults, then the administrator's {@code sedna-site.xml}.
   */
  public static Configuration create() {
    return addResources(new Configuration());
  }

  /** A copy of {@code base} with Sedna's settings beneath what was set on it by program. */
  public static Configuration create(Configuration base) {
    return addResources(new Configuration(base));
  }

  private static Configuration addResources(Configuration conf) {
    conf.addResource("sedna-default.xml");
    conf.addResource("sedna-site.xml");
    return conf;
  }
}
