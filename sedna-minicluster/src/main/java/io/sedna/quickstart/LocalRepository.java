// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the local Maven repository that this program's own libraries were taken from. */
final class LocalRepository {
  /** A library of the class path, by the end of its path in any repository. */
  private static final String MARK = "/org/apache/hadoop/hadoop-common/";

  private LocalRepository() {}

  /**
   * @throws IOException if there is none
   */
  static Path find() throws IOException {
    for (var element : System.getProperty("java.class.path").split(File.pathSeparator)) {
      int at = element.indexOf(MARK);
      if (at > 0) {
        return Path.of(element.substring(0, at));
      }
    }
    var usual = Path.of(System.getProperty("user.home"), ".m2", "repository");
    if (Files.isDirectory(usual)) {
      return usual;
    }
    throw new IOException(
        "there is no local Maven repository at " + usual + ": give other text with --input PATH");
  }
}
