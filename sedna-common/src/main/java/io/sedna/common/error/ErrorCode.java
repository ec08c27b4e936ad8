// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.error;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Every failure that Sedna reports, by a stable number. The thousands digit is the category: 1 user
 * error, 2 retry, 3 resources, 4 internal. Numbers are never used again.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public enum ErrorCode {
  INVALID_ARGUMENT(1000),
  TABLE_NOT_FOUND(1001),
  TABLE_EXISTS(1002),
  INVALID_NAME(1003),
  INVALID_QUORUM(1004),
  KEY_EMPTY(1005),
  KEY_TOO_LONG(1006),
  VALUE_TOO_LARGE(1007),
  BATCH_TOO_LARGE(1008),
  TIMESTAMP_IN_FUTURE(1009),
  NOT_SUPPORTED(1010),
  SNAPSHOT_NOT_FOUND(1011),
  SNAPSHOT_EXISTS(1012),
  SNAPSHOT_CORRUPT(1013),
  OPERATION_NOT_FOUND(1014),
  NODE_NOT_FOUND(1015),
  PATH_NOT_WRITABLE(1016),
  INSTANCE_NOT_FOUND(1017),
  INSTANCE_EXISTS(1018),
  IMPOSSIBLE_RESOURCES(1019),
  FRAME_TOO_LARGE(1020),
  PATH_NOT_FOUND(1021),
  NODE_EXISTS(1022),
  /** The value to be added to is no decimal number, or the sum does not fit 64 bits. */
  NOT_A_NUMBER(1023),
  /** The request is older than daemons remember requests. */
  REQUEST_EXPIRED(1024),
  /** The daemon's clock differs too much from ZooKeeper's: it does not start. */
  CLOCK_OFF(1025),

  /** The caller's partition map is older than the daemon's. */
  STALE_MAP(2000),
  /** The partition or table is being given back from HDFS. */
  LOADING(2001),
  NOT_ENOUGH_REPLICAS(2002),
  /** Writes are refused while the instance is frozen. */
  FROZEN(2003),
  NO_CONTROLLER(2004),
  TIMEOUT(2005),
  /** The daemon cannot be reached, or closed the connection; whether it did the call is unknown. */
  UNAVAILABLE(2006),
  OPERATION_IN_PROGRESS(2007),
  /** A peer asked a daemon for a partition that it does not hold. */
  NOT_REPLICA(2008),
  ZOOKEEPER_UNREACHABLE(2009),
  SHUTTING_DOWN(2010),
  /** The daemon is not the partition's primary, or not yet, or cannot prove it at the moment. */
  NOT_PRIMARY(2011),

  OUT_OF_MEMORY(3000),
  OVERLOADED(3001),

  INTERNAL(4000),
  /** The file system under snapshots failed. */
  STORAGE_FAILED(4001),
  PROTOCOL_ERROR(4002),
  /** A table's merge class failed, or is not there. */
  MERGE_FAILED(4003);

  private static final Map<Integer, ErrorCode> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toMap(ErrorCode::number, Function.identity()));

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  /** Stable number of the error. */
  public int number() {
    return number;
  }

  /** What a caller should do about it. */
  public ErrorCategory category() {
    return ErrorCategory.values()[number / 1000 - 1];
  }

  /** The code of a number that came over the wire; {@link #INTERNAL} for one from a newer Sedna. */
  public static ErrorCode of(int number) {
    return BY_NUMBER.getOrDefault(number, INTERNAL);
  }
}
