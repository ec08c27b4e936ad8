// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.Limits;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableSchema;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.thrift.generated.ConsistencyLevel;
import io.sedna.thrift.generated.ReadOptions;
import io.sedna.thrift.generated.ScanRequest;
import io.sedna.thrift.generated.WriteOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.hadoop.classification.InterfaceAudience;

/** What a data call must be before it is taken up. Every refusal names the value and the limit. */
@InterfaceAudience.Private
public final class RequestChecks {
  private static final byte[] NOTHING = {};

  private final ClusterView view;
  private final LongSupplier epoch;

  /**
   * @param epoch of the map that calls of this moment would go by; 0: there is none
   */
  public RequestChecks(ClusterView view, LongSupplier epoch) {
    this.view = view;
    this.epoch = epoch;
  }

  /**
   * @throws SednaException STALE_MAP, TABLE_NOT_FOUND, INVALID_NAME or LOADING
   */
  public Table readable(long callersEpoch, String name) {
    long own = epoch.getAsLong();
    if (callersEpoch != 0 && callersEpoch < own) {
      throw new SednaException(
          ErrorCode.STALE_MAP,
          "the map of epoch " + callersEpoch + " is old: the newest has epoch " + own,
          own,
          null);
    }
    if (name == null) {
      throw new SednaException(ErrorCode.INVALID_NAME, "a call names a table: dataset.table");
    }
    Table table = view.catalogue().require(name);
    if (table.restoring()) {
      throw new SednaException(
          ErrorCode.LOADING, "table " + name + " is being restored from a snapshot");
    }
    return table;
  }

  /**
   * @throws SednaException as {@link #readable}, or FROZEN
   */
  public Table writable(long callersEpoch, String name) {
    Table table = readable(callersEpoch, name);
    if (view.frozen()) {
      throw new SednaException(
          ErrorCode.FROZEN, "writes are refused while the instance is frozen: table=" + name);
    }
    return table;
  }

  /**
   * @throws SednaException NOT_SUPPORTED where a table keeps the newest of all sources alone
   */
  static void keepsAllSources(Table table) {
    if (table.schema().conflictPolicy() == ConflictPolicy.LATEST) {
      throw new SednaException(
          ErrorCode.NOT_SUPPORTED,
          "table "
              + table.name()
              + " keeps the newest value of all sources alone, so writeAll has no place in it:"
              + " conflictPolicy=LATEST");
    }
  }

  /**
   * How many copies a read of these options asks.
   *
   * @param options may be null
   * @throws SednaException INVALID_ARGUMENT or INVALID_QUORUM
   */
  static int copies(Table table, ReadOptions options) {
    int usual = table.schema().readQuorum();
    if (options == null) {
      return usual;
    }
    Integer level = options.isSetConsistency() ? (Integer) options.getConsistency() : null;
    return copies(table, usual, level, options.isSetCopies() ? options.getCopies() : null);
  }

  /**
   * How many copies a write of these options is answered with.
   *
   * @param options may be null
   * @throws SednaException INVALID_ARGUMENT or INVALID_QUORUM
   */
  static int copies(Table table, WriteOptions options) {
    int usual = table.schema().writeQuorum();
    if (options == null) {
      return usual;
    }
    Integer level = options.isSetConsistency() ? (Integer) options.getConsistency() : null;
    return copies(table, usual, level, options.isSetCopies() ? options.getCopies() : null);
  }

  private static int copies(Table table, int usual, Integer level, Integer copies) {
    if (level == null && copies == null) {
      return usual;
    }
    String given = "table=" + table.name() + ", consistency=" + level + ", copies=" + copies;
    if (table.isStrong()) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "a strong table is read at its primary and written to all copies in sync, so a call"
              + " cannot choose how many: "
              + given);
    }
    if (level != null && copies != null) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "a call gives a consistency level or a number of copies, not both: " + given);
    }
    int replicas = table.schema().replicas();
    if (copies != null) {
      if (copies < 1 || copies > replicas) {
        throw new SednaException(
            ErrorCode.INVALID_QUORUM,
            "impossible quorum: copies=" + copies + " is not 1 to N=" + replicas + ": " + given);
      }
      return copies;
    }
    ConsistencyLevel known = ConsistencyLevel.findByValue(level);
    if (known == null) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "unknown consistency level, it is none of "
              + Arrays.stream(ConsistencyLevel.values())
                  .map(each -> each + "=" + each.getValue())
                  .collect(Collectors.joining(", "))
              + ": "
              + given);
    }
    return switch (known) {
      case ONE -> 1;
      case QUORUM -> TableSchema.majority(replicas);
      case ALL -> replicas;
    };
  }

  static byte[] key(ByteBuffer key) {
    byte[] bytes = bytes("key", key);
    Limits.checkKeyLength(bytes.length);
    return bytes;
  }

  static byte[] value(ByteBuffer value) {
    byte[] bytes = bytes("value", value);
    Limits.checkValueLength(bytes.length);
    return bytes;
  }

  static long ttl(long ttlMs) {
    if (ttlMs < 0) {
      throw new SednaException(ErrorCode.INVALID_ARGUMENT, "negative time to live: ttlMs=" + ttlMs);
    }
    return ttlMs;
  }

  static void batch(List<?> entries) {
    if (entries == null) {
      throw missing("list of entries");
    }
    Limits.checkBatch(entries.size());
  }

  static ScanRange scan(ScanRequest request) {
    if (request == null) {
      throw missing("request");
    }
    between("maxRecords", request.getMaxRecords(), Limits.MAX_SCAN_RECORDS);
    between("maxBytes", request.getMaxBytes(), Limits.MAX_SCAN_BYTES);
    byte[] prefix = NOTHING;
    if (request.isSetKeyPrefix() && request.bufferForKeyPrefix().hasRemaining()) {
      prefix = key(request.bufferForKeyPrefix());
    }
    return new ScanRange(
        request.getStartHash(),
        request.getEndHash(),
        prefix,
        request.getMaxRecords(),
        request.getMaxBytes(),
        request.isAllSources() ? ScanRange.View.LIVE : ScanRange.View.NEWEST);
  }

  private static void between(String what, int value, int limit) {
    if (value < 1 || value > limit) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, what + " is not 1 to " + limit + ": " + what + "=" + value);
    }
  }

  private static SednaException missing(String what) {
    return new SednaException(ErrorCode.INVALID_ARGUMENT, "the call has no " + what);
  }

  /** The array itself where the buffer is all of it: arguments have arrays of their own. */
  private static byte[] bytes(String what, ByteBuffer buffer) {
    if (buffer == null) {
      throw missing(what);
    }
    if (buffer.hasArray()
        && buffer.arrayOffset() == 0
        && buffer.position() == 0
        && buffer.remaining() == buffer.array().length) {
      return buffer.array();
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
