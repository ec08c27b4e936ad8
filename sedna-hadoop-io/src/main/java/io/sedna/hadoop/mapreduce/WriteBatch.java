// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.client.PutEntry;
import io.sedna.client.SednaTable;
import io.sedna.client.WriteOptions;
import io.sedna.client.WriteResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Records to be written together. For one thread, until it is sent. */
final class WriteBatch {
  private record Deletion(byte[] key, long timestamp) {}

  /** By source, which a batch of the client has only one of. */
  private final Map<Integer, List<PutEntry>> puts = new LinkedHashMap<>();

  private final List<Deletion> deletions = new ArrayList<>();
  private int records;
  private long bytes;

  void put(PutEntry entry, int source) {
    puts.computeIfAbsent(source, none -> new ArrayList<>()).add(entry);
    count(entry.key().length + entry.value().length);
  }

  void delete(byte[] key, long timestamp) {
    deletions.add(new Deletion(key, timestamp));
    count(key.length);
  }

  private void count(int recordBytes) {
    records++;
    bytes += recordBytes;
  }

  int records() {
    return records;
  }

  /** Of keys and values. */
  long bytes() {
    return bytes;
  }

  /** Sends everything at once; the future fails if a call as a whole does. */
  CompletableFuture<List<WriteResult>> send(SednaTable table) {
    var answers = new ArrayList<CompletableFuture<List<WriteResult>>>();
    puts.forEach(
        (source, entries) ->
            answers.add(
                table.multiPutAsync(entries, new WriteOptions(0, source, WriteOptions.UNSET))));
    for (var deletion : deletions) {
      // One by one, because a batch of deletions has one timestamp.
      answers.add(
          table
              .deleteAsync(
                  deletion.key, new WriteOptions(deletion.timestamp, 0, WriteOptions.UNSET))
              .thenApply(List::of));
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(done -> answers.stream().flatMap(answer -> answer.join().stream()).toList());
  }
}
