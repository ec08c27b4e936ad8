// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.id.NodeId;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.peer.RequestOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which requests to a partition each replica is known to remember, while the partition is taken
 * over. Not thread-safe.
 */
final class ToldRequests {
  private final Map<NodeId, Set<RequestId>> known = new TreeMap<>();

  /** A replica remembers these. */
  void told(NodeId node, Collection<RequestOutcome> outcomes) {
    Set<RequestId> ids = known.computeIfAbsent(node, n -> new HashSet<>());
    outcomes.forEach(outcome -> ids.add(outcome.getId()));
  }

  /** A replica is asked once more, and may be another run of its node. */
  void forget(NodeId node) {
    known.remove(node);
  }

  /** Those that a replica does not remember as far as is known. */
  List<RequestOutcome> missing(NodeId node, List<RequestOutcome> all) {
    Set<RequestId> ids = known.getOrDefault(node, Set.of());
    var missing = new ArrayList<RequestOutcome>();
    for (RequestOutcome outcome : all) {
      if (!ids.contains(outcome.getId())) {
        missing.add(outcome);
      }
    }
    return missing;
  }
}
