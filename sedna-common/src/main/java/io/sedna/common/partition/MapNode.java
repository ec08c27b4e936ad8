// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.partition;

import io.sedna.common.id.NodeId;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * A daemon in the partition map.
 *
 * @param incarnation tells one run of the daemon from the next under the same node id: a later run
 *     begins empty
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record MapNode(
    NodeId id, String host, int thriftPort, int httpPort, String rack, long incarnation) {
  public static final String DEFAULT_RACK = "/default-rack";
}
