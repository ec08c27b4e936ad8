// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import io.sedna.common.verify.HistoryRecorder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The recording clients of one round, over keys of its own. Not thread-safe. */
final class Load {
  private static final int CLIENTS_PER_TABLE = 4;
  private static final long END_TIMEOUT_MS = 60_000;

  private final Map<Tables, HistoryRecorder> recorders = new EnumMap<>(Tables.class);
  private final Map<Tables, Successes> successes = new EnumMap<>(Tables.class);
  private final List<RecordingClient> clients = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private Load() {}

  /**
   * @param prefix of all keys, unlike any other round's
   */
  static Load start(SednaClient client, Set<Tables> tables, String prefix, long seed) {
    var load = new Load();
    var strongKeys = StrongClient.Keys.of(prefix);
    for (Tables kind : tables) {
      var recorder = new HistoryRecorder(System::nanoTime);
      var counted = new Successes();
      load.recorders.put(kind, recorder);
      load.successes.put(kind, counted);
      SednaTable table = client.table(kind.table());
      for (int i = 0; i < CLIENTS_PER_TABLE; i++) {
        int id = kind.ordinal() * CLIENTS_PER_TABLE + i + 1;
        var random = new Random(seed * 31 + id);
        load.clients.add(
            switch (kind) {
              case EVENTUAL -> new EventualClient(id, random, table, prefix, recorder, counted);
              case SOURCES -> new SourcesClient(id, random, table, prefix, recorder, counted);
              case STRONG -> new StrongClient(id, random, table, strongKeys, recorder, counted);
            });
      }
    }
    for (RecordingClient recording : load.clients) {
      var thread = new Thread(recording, "client-" + recording.id);
      thread.setDaemon(true);
      load.threads.add(thread);
      thread.start();
    }
    return load;
  }

  /** Returns when no call is under way any more. */
  void stop() throws IOException {
    clients.forEach(RecordingClient::stop);
    for (Thread thread : threads) {
      try {
        thread.join(END_TIMEOUT_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      if (thread.isAlive()) {
        throw new IOException(
            "a call has not ended in " + END_TIMEOUT_MS + " ms: " + thread.getName());
      }
    }
  }

  Map<Tables, HistoryRecorder> recorders() {
    return recorders;
  }

  Map<Tables, Successes> successes() {
    return successes;
  }
}
