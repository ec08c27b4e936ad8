// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that this program was built as. */
final class SednaVersion {
  private SednaVersion() {}

  static String get() {
    var properties = new Properties();
    try (var in = SednaVersion.class.getResourceAsStream("/sedna-version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
