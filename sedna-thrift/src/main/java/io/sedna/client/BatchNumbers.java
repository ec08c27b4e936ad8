// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.wire.RequestId;
import io.sedna.client.wire.RequestIds;
import io.sedna.common.partition.PartitionMap;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The request ids of a batch's entries. A message carries one id, and its entry i has the one that
 * comes i places after it. So what goes into a message for the first time is given numbers in a
 * row, and keeps them: what has to be sent again goes into messages of entries whose numbers are
 * still in a row.
 *
 * <p>Used by one thread at a time for each entry.
 */
final class BatchNumbers {
  private final RequestIds requests;
  private final RequestId[] ids;

  BatchNumbers(RequestIds requests, int size) {
    this.requests = requests;
    this.ids = new RequestId[size];
  }

  /** Entries in the order in which {@link #follows} keeps most of them together. */
  int[] sorted(int[] indices, BatchCall.Kind<?> kind, PartitionMap map) {
    Comparator<Integer> byNumber =
        Comparator.comparingLong(i -> ids[i] == null ? Long.MAX_VALUE : ids[i].sequence());
    return IntStream.of(indices)
        .boxed()
        .sorted(
            byNumber.thenComparingInt(i -> map.partitionOf(kind.hash(i))).thenComparingInt(i -> i))
        .mapToInt(i -> i)
        .toArray();
  }

  /** Whether an entry may come after another in a message. */
  boolean follows(int previous, int index) {
    RequestId before = ids[previous];
    return before == null ? ids[index] == null : before.plus(1).equals(ids[index]);
  }

  /** The id of a message, which is that of its first entry. */
  RequestId of(int[] part) {
    if (ids[part[0]] == null) {
      RequestId first = requests.reserve(part.length);
      for (int i = 0; i < part.length; i++) {
        ids[part[i]] = first.plus(i);
      }
    }
    return ids[part[0]];
  }
}
