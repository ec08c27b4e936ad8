// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.placement;

import io.sedna.common.id.NodeId;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What is doubtful about daemons that are there.
 *
 * @param lingering replicas whose daemon may not have heard yet that it is their primary no more:
 *     they go on serving, because what is decided without them it would not know
 * @param unreachable replicas that do not answer their primary: one that serves is out of sync, one
 *     that is being filled with all tables is dropped
 * @param cutOff partitions whose primary reaches no other replica: another one follows it
 * @param avoided nodes that are given nothing new for a while
 */
@InterfaceAudience.Private
public record Doubts(
    Map<NodeId, BitSet> lingering,
    Map<NodeId, BitSet> unreachable,
    BitSet cutOff,
    Set<NodeId> avoided) {

  public static final Doubts NONE = new Doubts(Map.of(), Map.of(), new BitSet(), Set.of());

  public Doubts lingering(Map<NodeId, BitSet> replicas) {
    return new Doubts(replicas, unreachable, cutOff, avoided);
  }
}
