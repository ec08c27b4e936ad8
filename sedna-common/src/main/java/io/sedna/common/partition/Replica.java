// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.partition;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** One daemon's copy of a partition. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record Replica(MapNode node, ReplicaState state) {}
