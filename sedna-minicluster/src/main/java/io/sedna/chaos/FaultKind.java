// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What is done to a cluster. */
enum FaultKind {
  /** SIGKILL of a daemon, which comes back empty. */
  KILL,
  /** A daemon is stopped as an administrator would, and started again. */
  RESTART,
  /** SIGSTOP of a daemon, and SIGCONT. */
  PAUSE,
  /** SIGKILL of ZooKeeper, whose data is kept. */
  ZOOKEEPER_KILL,
  /** SIGSTOP of ZooKeeper, and SIGCONT. */
  ZOOKEEPER_PAUSE,
  /** A daemon reaches neither the others nor ZooKeeper, but clients. */
  ISOLATE,
  /** A daemon and the other daemons do not reach each other. */
  PARTITION,
  /** A daemon does not reach the other daemons, which reach it. */
  ONE_WAY,
  /** A daemon and ZooKeeper do not reach each other. */
  PARTITION_ZOOKEEPER,
  /** All partitions are moved away from a daemon, which is then restarted and taken back. */
  DRAIN,
  /** Another daemon joins; next time it is drained and leaves. */
  JOIN,
  /**
   * A daemon is restarted with a clock that is further off than the limit, which it must refuse;
   * then with one that is off by nearly as much, with which it serves for a while.
   */
  CLOCK;

  private static final Set<FaultKind> PARTITIONS =
      EnumSet.of(ISOLATE, PARTITION, ONE_WAY, PARTITION_ZOOKEEPER);

  /** Whether one daemon less than run must still be as many as copies. */
  boolean needsMoreDaemonsThanCopies() {
    return this == DRAIN;
  }

  boolean needsPartitions() {
    return PARTITIONS.contains(this);
  }

  /** As people write it. */
  String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String options() {
    return Arrays.stream(values()).map(FaultKind::option).collect(Collectors.joining(", "));
  }

  /**
   * @throws IllegalArgumentException naming what there is
   */
  static FaultKind of(String option) {
    return Arrays.stream(values())
        .filter(kind -> kind.option().equals(option))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no fault " + option + ": there are " + options()));
  }
}
