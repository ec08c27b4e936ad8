// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import java.util.List;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;

/**
 * Keeps ZooKeeper's and Curator's account of every connection off the terminal, where Hadoop's
 * client tools log at INFO: what fails for good is told by the command itself. Whoever wants to see
 * it sets the root logger to DEBUG.
 */
final class LibraryLogs {
  private static final List<String> CHATTY =
      List.of("org.apache.zookeeper", "org.apache.curator", "io.netty");

  private LibraryLogs() {}

  static void quieten() {
    try {
      if (!Logger.getRootLogger().isDebugEnabled()) {
        CHATTY.forEach(name -> Logger.getLogger(name).setLevel(Level.ERROR));
      }
    } catch (NoClassDefFoundError e) {
      // Another binding of SLF4J than Hadoop's: its configuration decides.
    }
  }
}
