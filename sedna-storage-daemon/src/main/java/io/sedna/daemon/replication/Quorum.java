// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;

/**
 * Which replicas of a partition count for a table.
 *
 * <p>Every replica in the map gets every write, whatever the table's N: the map alone says who
 * holds a partition, so a replica that is one of the table's N only after the next change of the
 * map must have the table's records by then. The first N that serve eventual tables are those whose
 * answers count, for W as for R, so that any W and any R of them meet where R + W is above N.
 *
 * <p><b>While a partition moves</b>, it has one replica too many, and the next map may have the new
 * one in the place of any of the others. A write that counted with W of those that serve might then
 * be with W - 1 of those that are read. So it needs one answer more, which the one too many may
 * give as well, whether it is being filled yet or serves already: W + 1 of N + 1, of which any N
 * have W.
 */
final class Quorum {
  private Quorum() {}

  /** Number of replicas that count: those that serve eventual tables, N at the most. */
  static int size(PartitionMap map, int partition, int n) {
    int serving = 0;
    for (int i = 0; i < map.replicaCount(partition); i++) {
      if (map.replicaState(partition, i).servesEventual()) {
        serving++;
      }
    }
    return Math.min(serving, n);
  }

  /**
   * How many answers more than W a write needs because replicas are to go.
   *
   * @param live how many count for reads
   */
  static int moving(PartitionMap map, int partition, int live, int filling) {
    int tooMany = Math.max(0, map.replicaCount(partition) - map.replication());
    return live < map.replication() ? Math.min(tooMany, filling) : tooMany;
  }

  /** Of how many replicas those answers may be. */
  static int counting(PartitionMap map, int partition, int live, int filling, int moving) {
    if (moving == 0) {
      return live;
    }
    return live < map.replication() ? live + filling : map.replicaCount(partition);
  }

  /** Replicas that are being filled. */
  static int filling(PartitionMap map, int partition) {
    int filling = 0;
    for (int i = 0; i < map.replicaCount(partition); i++) {
      filling += map.replicaState(partition, i) == ReplicaState.FILLING ? 1 : 0;
    }
    return filling;
  }

  /** Node indexes of the replicas that count, in order of preference, this daemon's own first. */
  static int[] members(PartitionMap map, int partition, int n, int self) {
    int[] members = new int[size(map, partition, n)];
    int count = 0;
    for (int i = 0; i < map.replicaCount(partition) && count < members.length; i++) {
      if (map.replicaState(partition, i).servesEventual()) {
        int node = map.replicaNodeIndex(partition, i);
        if (node == self) {
          System.arraycopy(members, 0, members, 1, count);
          members[0] = node;
        } else {
          members[count] = node;
        }
        count++;
      }
    }
    return members;
  }

  /** A replica refused because it goes by another map: a newer one may mend it. */
  static boolean meansOtherMap(ErrorCode code) {
    return code == ErrorCode.STALE_MAP
        || code == ErrorCode.NOT_REPLICA
        || code == ErrorCode.LOADING;
  }

  static SednaException loading(PartitionMap map, int partition) {
    return new SednaException(
        ErrorCode.LOADING,
        "partition="
            + partition
            + " has no serving replica: it is being given back from HDFS; epoch="
            + map.epoch());
  }

  static SednaException notEnough(
      String what, PartitionMap map, int partition, int needed, int live, int acknowledged) {
    return notEnough(what, map, partition, needed, live, acknowledged, null);
  }

  static SednaException notEnough(
      String what,
      PartitionMap map,
      int partition,
      int needed,
      int live,
      int acknowledged,
      Throwable cause) {
    return new SednaException(
        ErrorCode.NOT_ENOUGH_REPLICAS,
        what
            + " needs more replicas: partition="
            + partition
            + ", needed="
            + needed
            + ", live="
            + live
            + ", acknowledged="
            + acknowledged
            + ", epoch="
            + map.epoch()
            + (cause == null ? "" : "; last: " + cause),
        cause);
  }
}
