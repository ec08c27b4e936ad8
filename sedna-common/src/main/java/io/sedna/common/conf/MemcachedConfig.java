// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import io.sedna.common.schema.Limits;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * How a daemon speaks memcached's protocol. Each component is the setting of the key beside it
 * below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record MemcachedConfig(
    int port, String table, int maxConnections, long idleTimeoutMs, int maxValueBytes) {
  /** Port for memcached clients; 0: any free one, -1: none. */
  public static final String PORT = "sedna.memcached.port";

  public static final int PORT_DEFAULT = -1;

  /** Table that memcached clients read and write, as dataset.table. */
  public static final String TABLE = "sedna.memcached.table";

  public static final String TABLE_DEFAULT = "default.memcached";

  /** Connections of memcached clients beyond this are refused. */
  public static final String MAX_CONNECTIONS = "sedna.memcached.max.connections";

  public static final int MAX_CONNECTIONS_DEFAULT = 10_000;

  /** A memcached connection that asks nothing for so long is closed; 0: never. */
  public static final String IDLE_TIMEOUT_MS = "sedna.memcached.idle.timeout.ms";

  public static final long IDLE_TIMEOUT_MS_DEFAULT = 0;

  /** Largest item, as memcached counts it (its -I): the value, the key and about 60 bytes. */
  public static final String MAX_VALUE_BYTES = "sedna.memcached.max.value.bytes";

  public static final int MAX_VALUE_BYTES_DEFAULT = 1_048_576;

  private static final int MAX_PORT = 65_535;

  public boolean enabled() {
    return port >= 0;
  }

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static MemcachedConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new MemcachedConfig(
        reader.integer(PORT, PORT_DEFAULT, -1, MAX_PORT),
        reader.string(TABLE, TABLE_DEFAULT),
        reader.integer(MAX_CONNECTIONS, MAX_CONNECTIONS_DEFAULT, 1, Integer.MAX_VALUE),
        reader.number(IDLE_TIMEOUT_MS, IDLE_TIMEOUT_MS_DEFAULT, 0, Long.MAX_VALUE),
        reader.integer(MAX_VALUE_BYTES, MAX_VALUE_BYTES_DEFAULT, 1024, Limits.MAX_VALUE_BYTES));
  }
}
