// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import io.sedna.common.id.InstanceName;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.TableSchema;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * The instance, this daemon in it, and how partitions are placed. Each component is the setting of
 * the key beside it below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record ClusterConfig(
    InstanceName instance,
    Optional<String> instanceId,
    Optional<NodeId> nodeId,
    Optional<String> rack,
    int partitions,
    int replication,
    int initialDaemons,
    long initialWaitMs,
    long rebalanceDelayMs,
    long maxClockSkewMs) {
  /** Name of the instance. */
  public static final String INSTANCE = "sedna.instance";

  public static final String INSTANCE_DEFAULT = "default";

  /**
   * Tells the instance from any other that is given the same path in ZooKeeper; the same for all of
   * its daemons, at most 1024 characters. On YARN it is the application's id. Empty: the directory
   * of its snapshots.
   */
  public static final String INSTANCE_ID = "sedna.instance.id";

  public static final String INSTANCE_ID_DEFAULT = "";

  private static final int INSTANCE_ID_MOST = 1024;

  /**
   * Stable name of this daemon. Given by the application master; by the administrator where there
   * is none.
   */
  public static final String NODE_ID = "sedna.node.id";

  public static final String NODE_ID_DEFAULT = "";

  /** Rack of this daemon, as /rack. Empty: resolved as Hadoop resolves it. */
  public static final String NODE_RACK = "sedna.node.rack";

  public static final String NODE_RACK_DEFAULT = "";

  /** Number of partitions, a power of two up to 65536. Fixed when the instance is created. */
  public static final String PARTITIONS = "sedna.partitions";

  public static final int PARTITIONS_DEFAULT = 1024;

  /** Copies kept of each partition; the greatest N that a table may ask for, and its default. */
  public static final String REPLICATION = "sedna.replication";

  public static final int REPLICATION_DEFAULT = 3;

  /** How many daemons must be there before the first partition map is made. */
  public static final String CLUSTER_INITIAL_DAEMONS = "sedna.cluster.initial.daemons";

  public static final int CLUSTER_INITIAL_DAEMONS_DEFAULT = 1;

  /**
   * How long to wait for sedna.cluster.initial.daemons before the map is made for those that came.
   */
  public static final String CLUSTER_INITIAL_WAIT_MS = "sedna.cluster.initial.wait.ms";

  public static final long CLUSTER_INITIAL_WAIT_MS_DEFAULT = 60_000;

  /**
   * How long the controller gathers arrivals before it moves partitions to them. A loss is acted on
   * at once.
   */
  public static final String CONTROLLER_REBALANCE_DELAY_MS = "sedna.controller.rebalance.delay.ms";

  public static final long CONTROLLER_REBALANCE_DELAY_MS_DEFAULT = 2000;

  /** How far ahead of the daemon's clock a client's timestamp may be. */
  public static final String CLOCK_MAX_SKEW_MS = "sedna.clock.max.skew.ms";

  public static final long CLOCK_MAX_SKEW_MS_DEFAULT = 60_000;

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static ClusterConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new ClusterConfig(
        new InstanceName(reader.string(INSTANCE, INSTANCE_DEFAULT)),
        reader.optional(INSTANCE_ID, INSTANCE_ID_DEFAULT).map(ClusterConfig::checkInstanceId),
        reader.optional(NODE_ID, NODE_ID_DEFAULT).map(NodeId::new),
        reader.optional(NODE_RACK, NODE_RACK_DEFAULT).map(ClusterConfig::checkRack),
        checkPartitions(
            reader.integer(PARTITIONS, PARTITIONS_DEFAULT, 1, PartitionMap.MAX_PARTITIONS)),
        reader.integer(REPLICATION, REPLICATION_DEFAULT, 1, TableSchema.MAX_REPLICAS),
        reader.integer(
            CLUSTER_INITIAL_DAEMONS, CLUSTER_INITIAL_DAEMONS_DEFAULT, 1, Integer.MAX_VALUE),
        reader.number(CLUSTER_INITIAL_WAIT_MS, CLUSTER_INITIAL_WAIT_MS_DEFAULT, 0, Long.MAX_VALUE),
        reader.number(
            CONTROLLER_REBALANCE_DELAY_MS,
            CONTROLLER_REBALANCE_DELAY_MS_DEFAULT,
            0,
            Long.MAX_VALUE),
        reader.number(CLOCK_MAX_SKEW_MS, CLOCK_MAX_SKEW_MS_DEFAULT, 0, Long.MAX_VALUE));
  }

  private static String checkInstanceId(String id) {
    if (id.length() > INSTANCE_ID_MOST) {
      throw ConfReader.refused(INSTANCE_ID, id, "at most " + INSTANCE_ID_MOST + " characters");
    }
    return id;
  }

  private static int checkPartitions(int partitions) {
    if (Integer.bitCount(partitions) != 1) {
      throw ConfReader.refused(
          PARTITIONS, partitions, "a power of two from 1 to " + PartitionMap.MAX_PARTITIONS);
    }
    return partitions;
  }

  private static String checkRack(String rack) {
    if (!rack.startsWith("/") || rack.length() == 1 || rack.endsWith("/")) {
      throw ConfReader.refused(NODE_RACK, rack, "a rack such as /rack1");
    }
    return rack;
  }
}
