// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.PartitionMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** A {@link PartitionProbe} for each partition of a table. */
final class Probes implements AutoCloseable {
  private final List<PartitionProbe> probes = new ArrayList<>();

  /**
   * @param call given the table and a key of the partition
   */
  Probes(SednaClient client, Tables kind, BiConsumer<SednaTable, byte[]> call) {
    SednaTable table = client.table(kind.table());
    PartitionMap map = client.refresh();
    KeyHash hash = KeyHash.ofTable(table.describe().id());
    for (int partition = 0; partition < map.partitions(); partition++) {
      byte[] key = key(map, hash, partition);
      // The record is there before anybody reads it.
      table.put(key, key);
      var probe = new PartitionProbe(partition, () -> call.accept(table, key));
      probes.add(probe);
      var thread = new Thread(probe, "probe-" + kind + "-" + partition);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static byte[] key(PartitionMap map, KeyHash hash, int partition) {
    for (int i = 0; ; i++) {
      byte[] key = ("probe-" + i).getBytes(StandardCharsets.UTF_8);
      if (map.partitionOf(hash.hash(key)) == partition) {
        return key;
      }
    }
  }

  void mark() {
    probes.forEach(PartitionProbe::mark);
  }

  long longestGapMs() {
    return probes.stream().mapToLong(PartitionProbe::longestGapMs).max().orElseThrow();
  }

  /**
   * The longest of the times to the first success of these partitions.
   *
   * @return -1 if one of them had none yet
   */
  long slowestFirstMs(List<Integer> partitions) {
    long slowest = 0;
    for (PartitionProbe probe : probes) {
      if (partitions.contains(probe.partition())) {
        if (probe.firstMs() < 0) {
          return -1;
        }
        slowest = Math.max(slowest, probe.firstMs());
      }
    }
    return slowest;
  }

  @Override
  public void close() {
    probes.forEach(PartitionProbe::stop);
  }
}
