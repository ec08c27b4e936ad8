// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Locale;
import org.apache.hadoop.classification.InterfaceAudience;

/** Which protocol a server is loaded through. */
@InterfaceAudience.Private
public enum WireProtocol {
  /** Sedna's own: framed, strict binary. */
  THRIFT,
  /** memcached's ASCII protocol: get and set. */
  MEMCACHED,
  /** memcached's meta commands: mg and ms. */
  MEMCACHED_META,
  /** RESP version 2: GET, SET, MGET and MSET. */
  REDIS;

  /** As the command line has it. */
  public static WireProtocol of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * A codec for one thread's connections.
   *
   * @param table dataset.table, for Thrift
   * @param mostKeys keys of one request at most
   */
  public WireCodec codec(String table, RecordFormat format, int mostKeys) {
    if (mostKeys < 1) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "keys of a request: " + mostKeys + " is not 1 or more");
    }
    return switch (this) {
      case THRIFT -> new ThriftCodec(table, format, mostKeys > 1);
      case MEMCACHED -> new MemcachedCodec(format);
      case MEMCACHED_META -> new MemcachedMetaCodec(format);
      case REDIS -> new RedisCodec(format, mostKeys > 1);
    };
  }
}
