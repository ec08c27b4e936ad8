// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaTable;
import io.sedna.common.verify.HistoryRecorder;
import java.util.Random;

/** Reads, writes and deletes records of an eventual table. */
final class EventualClient extends RecordingClient {
  private static final int KEYS = 150;

  private final String prefix;

  EventualClient(
      int id,
      Random random,
      SednaTable table,
      String prefix,
      HistoryRecorder recorder,
      Successes successes) {
    super(id, random, table, recorder, successes);
    this.prefix = prefix;
  }

  @Override
  protected void step() {
    String key = prefix + random.nextInt(KEYS);
    switch (random.nextInt(10)) {
      case 0 -> delete(key);
      case 1, 2, 3, 4 -> get(key);
      default -> put(key, newValue());
    }
  }
}
