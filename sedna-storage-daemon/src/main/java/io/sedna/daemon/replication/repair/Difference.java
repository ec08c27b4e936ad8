// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.repair;

import io.sedna.daemon.engine.StoredRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What two replicas that differ have to send each other.
 *
 * @param push records of this replica that the other one lacks something of
 * @param wanted places of records of which this replica lacks something, ascending
 */
@InterfaceAudience.Private
public record Difference(List<StoredRecord> push, long[] wanted) {
  /**
   * Compares what neither found at the other.
   *
   * @param own records of this replica, in order of their hashes
   * @param theirs heads of the other one's
   */
  public static Difference of(List<StoredRecord> own, List<Head> theirs, int partitionBits) {
    Map<Long, List<Head>> others = new HashMap<>();
    theirs.forEach(head -> others.computeIfAbsent(head.place(), p -> new ArrayList<>(1)).add(head));
    Map<Long, List<Head>> mine = new HashMap<>();
    List<StoredRecord> push = new ArrayList<>();
    for (StoredRecord record : own) {
      Head head = Head.of(record, partitionBits);
      mine.computeIfAbsent(head.place(), p -> new ArrayList<>(1)).add(head);
      // Where several keys share a place, nobody knows whose is whose.
      List<Head> there = others.getOrDefault(head.place(), List.of());
      if (there.size() != 1 || head.adds(there.get(0))) {
        push.add(record);
      }
    }
    var wanted = new TreeSet<Long>();
    for (Head head : theirs) {
      List<Head> here = mine.getOrDefault(head.place(), List.of());
      if (here.size() != 1 || head.adds(here.get(0))) {
        wanted.add(head.place());
      }
    }
    return new Difference(push, wanted.stream().mapToLong(Long::longValue).toArray());
  }
}
