// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.partition;

import io.sedna.common.id.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Which daemons hold which partition, as of one epoch. Immutable and thread-safe.
 *
 * <p>The 64-bit hash space is cut into P equal ranges, P a power of two; a hash belongs to the
 * partition that its top log2(P) bits name. The first serving replica of a partition is its
 * primary.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class PartitionMap {
  /** Greatest number of partitions. */
  public static final int MAX_PARTITIONS = 1 << 16;

  /** Greatest number of copies, one byte in the encoding. */
  public static final int MAX_REPLICATION = 255;

  private static final int STATE_BITS = 3;
  private static final int STATE_MASK = (1 << STATE_BITS) - 1;
  private static final ReplicaState[] STATES = ReplicaState.values();

  private final long epoch;
  private final int log2Partitions;
  private final int replication;
  private final List<MapNode> nodes;
  private final Map<NodeId, Integer> indexOf;

  /**
   * Replicas of partition p stand in packed[offsets[p]] to packed[offsets[p + 1] - 1], as node
   * index and state.
   */
  private final int[] offsets;

  private final int[] packed;

  private PartitionMap(
      long epoch,
      int log2Partitions,
      int replication,
      List<MapNode> nodes,
      int[] offsets,
      int[] packed) {
    this.epoch = epoch;
    this.log2Partitions = log2Partitions;
    this.replication = replication;
    this.nodes = List.copyOf(nodes);
    this.offsets = offsets;
    this.packed = packed;
    this.indexOf = new HashMap<>();
    for (int i = 0; i < this.nodes.size(); i++) {
      if (indexOf.put(this.nodes.get(i).id(), i) != null) {
        throw new IllegalArgumentException("node twice in the map: " + this.nodes.get(i).id());
      }
    }
  }

  /** Version of the map; greater is newer; the first is 1. */
  public long epoch() {
    return epoch;
  }

  /** Number of partitions, P. */
  public int partitions() {
    return 1 << log2Partitions;
  }

  public int log2Partitions() {
    return log2Partitions;
  }

  /** Copies that each partition should have. */
  public int replication() {
    return replication;
  }

  /** Every daemon that holds a replica, and possibly some that hold none yet. */
  public List<MapNode> nodes() {
    return nodes;
  }

  public Optional<MapNode> node(NodeId id) {
    Integer index = indexOf.get(id);
    return index == null ? Optional.empty() : Optional.of(nodes.get(index));
  }

  /** Place of a node in {@link #nodes()}; -1 if it is not in the map. */
  public int nodeIndex(NodeId id) {
    return indexOf.getOrDefault(id, -1);
  }

  public int partitionOf(long hash) {
    return log2Partitions == 0 ? 0 : (int) (hash >>> (64 - log2Partitions));
  }

  /** Least hash of a partition. */
  public long firstHash(int partition) {
    return log2Partitions == 0 ? 0 : ((long) partition) << (64 - log2Partitions);
  }

  /** Greatest hash of a partition (unsigned), inclusive. */
  public long lastHash(int partition) {
    return log2Partitions == 0 ? -1L : firstHash(partition) | (-1L >>> log2Partitions);
  }

  /** Replicas in whatever state. */
  public int replicaCount(int partition) {
    return offsets[partition + 1] - offsets[partition];
  }

  /** Index in {@link #nodes()} of the i-th replica; allocates nothing. */
  public int replicaNodeIndex(int partition, int i) {
    return packed[offsets[partition] + i] >>> STATE_BITS;
  }

  /** State of the i-th replica; allocates nothing. */
  public ReplicaState replicaState(int partition, int i) {
    return STATES[packed[offsets[partition] + i] & STATE_MASK];
  }

  /**
   * Replicas in order of preference; empty: all copies are lost and no daemon has taken the
   * partition yet.
   */
  public List<Replica> replicas(int partition) {
    var replicas = new ArrayList<Replica>(replicaCount(partition));
    for (int i = 0; i < replicaCount(partition); i++) {
      replicas.add(
          new Replica(nodes.get(replicaNodeIndex(partition, i)), replicaState(partition, i)));
    }
    return replicas;
  }

  /** The first serving replica; empty: the partition answers LOADING. */
  public Optional<MapNode> primary(int partition) {
    for (int i = 0; i < replicaCount(partition); i++) {
      if (replicaState(partition, i) == ReplicaState.SERVING) {
        return Optional.of(nodes.get(replicaNodeIndex(partition, i)));
      }
    }
    return Optional.empty();
  }

  /** State of a node's replica of a partition; empty: it has none. */
  public Optional<ReplicaState> replicaOn(int partition, NodeId id) {
    int index = nodeIndex(id);
    for (int i = 0; i < replicaCount(partition); i++) {
      if (replicaNodeIndex(partition, i) == index) {
        return Optional.of(replicaState(partition, i));
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PartitionMap that
        && epoch == that.epoch
        && log2Partitions == that.log2Partitions
        && replication == that.replication
        && nodes.equals(that.nodes)
        && Arrays.equals(offsets, that.offsets)
        && Arrays.equals(packed, that.packed);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(epoch) * 31 + Arrays.hashCode(packed);
  }

  @Override
  public String toString() {
    return "PartitionMap{epoch="
        + epoch
        + ", partitions="
        + partitions()
        + ", nodes="
        + nodes.size()
        + "}";
  }

  /** A builder of the given shape, without replicas. */
  public static Builder builder(long epoch, int partitions, int replication, List<MapNode> nodes) {
    return new Builder(epoch, partitions, replication, nodes);
  }

  /** Collects the replicas of each partition, in order of preference. Not thread-safe. */
  public static final class Builder {
    private final long epoch;
    private final int partitions;
    private final int replication;
    private final List<MapNode> nodes;
    private final int[][] replicas;

    private Builder(long epoch, int partitions, int replication, List<MapNode> nodes) {
      if (partitions < 1 || partitions > MAX_PARTITIONS || Integer.bitCount(partitions) != 1) {
        throw new IllegalArgumentException(
            "partitions must be a power of two from 1 to " + MAX_PARTITIONS + ": " + partitions);
      }
      if (epoch < 1) {
        throw new IllegalArgumentException("epoch must be at least 1: " + epoch);
      }
      if (replication < 1 || replication > MAX_REPLICATION) {
        throw new IllegalArgumentException(
            "replication must be 1 to " + MAX_REPLICATION + ": " + replication);
      }
      this.epoch = epoch;
      this.partitions = partitions;
      this.replication = replication;
      this.nodes = nodes;
      this.replicas = new int[partitions][];
      Arrays.fill(replicas, new int[0]);
    }

    /** Adds a replica after those that the partition has. */
    public Builder add(int partition, int nodeIndex, ReplicaState state) {
      if (nodeIndex < 0 || nodeIndex >= nodes.size()) {
        throw new IllegalArgumentException(
            "no such node: index=" + nodeIndex + ", nodes=" + nodes.size());
      }
      int[] old = replicas[partition];
      int[] grown = Arrays.copyOf(old, old.length + 1);
      grown[old.length] = nodeIndex << STATE_BITS | state.ordinal();
      replicas[partition] = grown;
      return this;
    }

    /**
     * @throws IllegalArgumentException if a partition has two replicas on one node, or a node is
     *     named twice
     */
    public PartitionMap build() {
      int[] offsets = new int[partitions + 1];
      for (int p = 0; p < partitions; p++) {
        offsets[p + 1] = offsets[p] + replicas[p].length;
      }
      int[] packed = new int[offsets[partitions]];
      for (int p = 0; p < partitions; p++) {
        checkDistinct(p);
        System.arraycopy(replicas[p], 0, packed, offsets[p], replicas[p].length);
      }
      return new PartitionMap(
          epoch, Integer.numberOfTrailingZeros(partitions), replication, nodes, offsets, packed);
    }

    private void checkDistinct(int partition) {
      int[] packed = replicas[partition];
      for (int i = 1; i < packed.length; i++) {
        for (int j = 0; j < i; j++) {
          if (packed[i] >>> STATE_BITS == packed[j] >>> STATE_BITS) {
            throw new IllegalArgumentException(
                "two replicas on one node: partition="
                    + partition
                    + ", node="
                    + nodes.get(packed[i] >>> STATE_BITS).id());
          }
        }
      }
    }
  }
}
