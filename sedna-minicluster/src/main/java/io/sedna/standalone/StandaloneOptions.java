// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.standalone;

import java.nio.file.Path;
import java.util.Map;

/**
 * What the user asked for.
 *
 * @param port Thrift port of the first daemon, 0: any free ones; the others' are 2, 4, … above
 * @param httpPort as port, for HTTP
 * @param memcachedPort of the first daemon, 0: any free one; {@link #NO_PORT}
 * @param properties settings that win over all others
 */
record StandaloneOptions(
    Path dir,
    int daemons,
    int port,
    int httpPort,
    int memcachedPort,
    Map<String, String> properties) {
  /** As a port: there is none. */
  static final int NO_PORT = -1;

  /**
   * Thrift and HTTP ports alternate, so that the usual pair of neighbours stays free of collisions.
   */
  private static final int PORT_STEP = 2;

  int thriftPort(int daemon) {
    return port == 0 ? 0 : port + PORT_STEP * daemon;
  }

  int httpPort(int daemon) {
    return httpPort == 0 ? 0 : httpPort + PORT_STEP * daemon;
  }
}
