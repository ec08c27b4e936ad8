// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import org.apache.hadoop.conf.Configuration;

/** Settings that win over those that a mini cluster makes for itself. */
final class Overrides {
  private Overrides() {}

  /** Copies what somebody set; a default that merely came along with it must not undo anything. */
  static void apply(Configuration overrides, Configuration target) {
    overrides.forEach(
        entry -> {
          var sources = overrides.getPropertySources(entry.getKey());
          if (sources == null || !sources[sources.length - 1].endsWith("-default.xml")) {
            target.set(entry.getKey(), overrides.getRaw(entry.getKey()));
          }
        });
  }
}
