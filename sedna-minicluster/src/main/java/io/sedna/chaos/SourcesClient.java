// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaTable;
import io.sedna.client.WriteOptions;
import io.sedna.common.verify.Answer;
import io.sedna.common.verify.Call;
import io.sedna.common.verify.HistoryRecorder;
import io.sedna.common.verify.SourcedValue;
import java.util.Random;

/** A source of its own beside others under the same keys. */
final class SourcesClient extends RecordingClient {
  private static final int KEYS = 60;
  private static final int DELETE_ONE_OF = 30;

  private final String prefix;
  private final WriteOptions asSource;

  SourcesClient(
      int id,
      Random random,
      SednaTable table,
      String prefix,
      HistoryRecorder recorder,
      Successes successes) {
    super(id, random, table, recorder, successes);
    this.prefix = prefix;
    this.asSource = WriteOptions.DEFAULT.withSource(id);
  }

  @Override
  protected void step() {
    String key = prefix + random.nextInt(KEYS);
    if (random.nextInt(DELETE_ONE_OF) == 0) {
      delete(key);
    } else if (random.nextInt(3) == 0) {
      call(
          key,
          new Call.GetAll(),
          () ->
              new Answer.FoundAll(
                  table.getAll(bytes(key)).stream()
                      .map(
                          read ->
                              new SourcedValue(read.source(), text(read.value()), read.timestamp()))
                      .toList()));
    } else {
      String value = newValue();
      call(
          key,
          new Call.PutAll(id, value),
          () -> written(table.putAll(bytes(key), bytes(value), asSource)));
    }
  }
}
