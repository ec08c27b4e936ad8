// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import java.util.List;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;

/**
 * Keeps ZooKeeper's and Curator's account of every connection off the terminal, where Hadoop's
 * client tools log at INFO. What somebody configured for these loggers stays.
 */
final class LibraryLogs {
  private static final List<String> CHATTY =
      List.of("org.apache.zookeeper", "org.apache.curator", "io.netty");

  private LibraryLogs() {}

  static void quieten() {
    try {
      for (String name : CHATTY) {
        Logger logger = Logger.getLogger(name);
        if (logger.getLevel() == null) {
          logger.setLevel(Level.WARN);
        }
      }
    } catch (NoClassDefFoundError e) {
      // Another binding of SLF4J than Hadoop's: its configuration decides.
    }
  }
}
