// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaClient;
import io.sedna.client.rpc.RpcClient;
import io.sedna.client.rpc.RpcOptions;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.Replica;
import io.sedna.common.schema.Table;
import io.sedna.common.verify.Copy;
import io.sedna.common.verify.SourcedValue;
import io.sedna.thrift.peer.PeerRecord;
import io.sedna.thrift.peer.PeerVersion;
import io.sedna.thrift.peer.SednaPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/** Reads what each replica holds, by the calls that daemons make to each other. */
final class Replicas implements AutoCloseable {
  private static final int BATCH = 500;
  private static final int PROBE_PAUSE_MS = 100;

  private final SednaClient client;
  private final RpcClient rpc = new RpcClient(RpcOptions.defaults(), /* shared= */ null);

  Replicas(SednaClient client) {
    this.client = client;
  }

  /**
   * Live versions of each key at each of its replicas by the newest map.
   *
   * @throws SednaException or CompletionException, if one does not answer, or has another map
   */
  Map<String, List<Copy>> copies(String table, Collection<String> keys) {
    PartitionMap map = client.refresh();
    Table described = client.table(table).describe();
    KeyHash hash = KeyHash.ofTable(described.id());
    Map<MapNode, List<String>> byNode = new HashMap<>();
    for (String key : keys) {
      int partition = map.partitionOf(hash.hash(bytes(key)));
      for (Replica replica : map.replicas(partition)) {
        byNode.computeIfAbsent(replica.node(), node -> new ArrayList<>()).add(key);
      }
    }
    Map<String, List<Copy>> copies = new LinkedHashMap<>();
    byNode.forEach(
        (node, held) -> {
          for (int from = 0; from < held.size(); from += BATCH) {
            List<String> batch = held.subList(from, Math.min(from + BATCH, held.size()));
            List<PeerRecord> records = read(node, map.epoch(), described.id(), batch);
            for (int i = 0; i < records.size(); i++) {
              copies
                  .computeIfAbsent(batch.get(i), key -> new ArrayList<>())
                  .add(copy(node, records.get(i)));
            }
          }
        });
    return copies;
  }

  /**
   * Reads until what is read is good, as the map may change at any time and copies may be on their
   * way.
   *
   * @return what was read last: not good if the patience ended before
   * @throws IOException if nothing could be read at the end of the patience
   */
  Map<String, List<Copy>> await(
      String table,
      Collection<String> keys,
      Duration patience,
      Predicate<Map<String, List<Copy>>> good)
      throws IOException {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    while (true) {
      boolean late = System.nanoTime() - deadlineNs > 0;
      try {
        Map<String, List<Copy>> copies = copies(table, keys);
        if (late || good.test(copies)) {
          return copies;
        }
      } catch (SednaException | CompletionException e) {
        if (late) {
          throw new IOException("replicas of " + table + " cannot be read: " + e, e);
        }
      }
      Pauses.ms(PROBE_PAUSE_MS);
    }
  }

  private List<PeerRecord> read(MapNode node, long epoch, int tableId, List<String> keys) {
    var buffers = keys.stream().map(key -> ByteBuffer.wrap(bytes(key))).toList();
    return rpc.call(
            node.host(),
            node.thriftPort(),
            "readRecords",
            new SednaPeer.readRecords_args(epoch, tableId, buffers, /* allSources= */ true),
            SednaPeer.readRecords_result::new)
        .join()
        .getSuccess();
  }

  private static Copy copy(MapNode node, PeerRecord record) {
    var values = new ArrayList<SourcedValue>();
    for (PeerVersion version : record.getVersions()) {
      if (!version.isTombstone()) {
        values.add(
            new SourcedValue(
                version.getSource(),
                new String(version.getValue(), StandardCharsets.UTF_8),
                version.getTimestamp()));
      }
    }
    return new Copy(node.id().value(), values);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    rpc.close();
  }
}
