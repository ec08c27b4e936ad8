// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.partition.MapNode;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A daemon that is in ZooKeeper.
 *
 * @param startedAtMs milliseconds since 1970
 */
@InterfaceAudience.Private
public record Member(MapNode node, long startedAtMs) {}
