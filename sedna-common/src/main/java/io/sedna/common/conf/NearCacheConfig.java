// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * What a client keeps of what it has read. Each component is the setting of the key beside it
 * below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record NearCacheConfig(long maxBytes, List<String> tables, long expiryMs, boolean absent) {
  /** Bytes that a client keeps of a table's records near itself, overhead included; 0: none. */
  public static final String MAX_BYTES = "sedna.client.near.cache.max.bytes";

  public static final long MAX_BYTES_DEFAULT = 0;

  /** Tables that are cached near the client, as dataset.table separated by commas. Empty: all. */
  public static final String TABLES = "sedna.client.near.cache.tables";

  public static final String TABLES_DEFAULT = "";

  /** How long a cached record may hide what others wrote meanwhile. */
  public static final String EXPIRY_MS = "sedna.client.near.cache.expiry.ms";

  public static final long EXPIRY_MS_DEFAULT = 1000;

  /** Whether it is cached too that there is no such key. */
  public static final String ABSENT = "sedna.client.near.cache.absent";

  public static final boolean ABSENT_DEFAULT = false;

  /** No cache. */
  public static NearCacheConfig none() {
    return new NearCacheConfig(MAX_BYTES_DEFAULT, List.of(), EXPIRY_MS_DEFAULT, ABSENT_DEFAULT);
  }

  /** A cache for every table. */
  public static NearCacheConfig of(long maxBytes, long expiryMs) {
    return new NearCacheConfig(maxBytes, List.of(), expiryMs, ABSENT_DEFAULT);
  }

  public NearCacheConfig {
    tables = List.copyOf(tables);
    if (maxBytes < 0) {
      throw ConfReader.refused(MAX_BYTES, maxBytes, "at least 0");
    }
    if (expiryMs < 1) {
      throw ConfReader.refused(EXPIRY_MS, expiryMs, "at least 1");
    }
  }

  public NearCacheConfig withTables(List<String> names) {
    return new NearCacheConfig(maxBytes, names, expiryMs, absent);
  }

  public NearCacheConfig withAbsent(boolean value) {
    return new NearCacheConfig(maxBytes, tables, expiryMs, value);
  }

  /** Whether a table is cached. */
  public boolean covers(String table) {
    return maxBytes > 0 && (tables.isEmpty() || tables.contains(table));
  }

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static NearCacheConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new NearCacheConfig(
        reader.number(MAX_BYTES, MAX_BYTES_DEFAULT, 0, Long.MAX_VALUE),
        Stream.of(reader.optional(TABLES, TABLES_DEFAULT).orElse("").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList(),
        reader.number(EXPIRY_MS, EXPIRY_MS_DEFAULT, 1, Long.MAX_VALUE / 1_000_000),
        reader.bool(ABSENT, ABSENT_DEFAULT));
  }
}
