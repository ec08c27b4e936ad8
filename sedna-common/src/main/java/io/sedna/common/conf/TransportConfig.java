// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * How processes read and write their sockets: io_uring, epoll, nio, or auto for the fastest that
 * the machine has. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record TransportConfig(String server, String client) {
  /** Of a daemon: its ports and its connections to other daemons. */
  public static final String SERVER_TRANSPORT = "sedna.server.transport";

  public static final String SERVER_TRANSPORT_DEFAULT = "auto";

  /** Of a client's connections. */
  public static final String CLIENT_TRANSPORT = "sedna.client.transport";

  public static final String CLIENT_TRANSPORT_DEFAULT = "auto";

  public static TransportConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new TransportConfig(
        reader.string(SERVER_TRANSPORT, SERVER_TRANSPORT_DEFAULT),
        reader.string(CLIENT_TRANSPORT, CLIENT_TRANSPORT_DEFAULT));
  }
}
