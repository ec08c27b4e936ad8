// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaTable;
import io.sedna.client.WriteOptions;
import io.sedna.common.verify.Answer;
import io.sedna.common.verify.Call;
import io.sedna.common.verify.HistoryRecorder;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Every kind of call to records of a strong table, which few keys make collide. */
final class StrongClient extends RecordingClient {
  private static final int LONGEST_VALUE = 80;

  /** Keys that the clients of a round share. */
  record Keys(KeySlots registers, KeySlots counters, KeySlots texts) {
    static Keys of(String prefix) {
      return new Keys(
          new KeySlots(prefix + "register-", 8),
          new KeySlots(prefix + "counter-", 4),
          new KeySlots(prefix + "text-", 4));
    }
  }

  private final Keys keys;

  /** Versions of registers as this client saw them last. */
  private final Map<String, Long> versions = new HashMap<>();

  StrongClient(
      int id,
      Random random,
      SednaTable table,
      Keys keys,
      HistoryRecorder recorder,
      Successes successes) {
    super(id, random, table, recorder, successes);
    this.keys = keys;
  }

  @Override
  protected void step() {
    switch (random.nextInt(4)) {
      case 0 -> count();
      case 1 -> write();
      default -> register();
    }
  }

  private void register() {
    int slot = random.nextInt(keys.registers().size());
    String key = keys.registers().key(slot);
    long seen = versions.getOrDefault(key, 0L);
    Answer answer =
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> get(key);
          case 3, 4 -> put(key, newValue());
          case 5 -> delete(key);
          case 6 -> compareAndSet(key, 0, newValue());
          case 7 -> putIfAbsent(key, newValue());
          case 8 -> compareAndDelete(key, seen);
          default -> compareAndSet(key, seen, newValue());
        };
    if (answer instanceof Answer.Found found) {
      versions.put(key, found.version());
    } else if (answer instanceof Answer.Written written) {
      versions.put(key, written.version());
    } else if (answer instanceof Answer.Missing) {
      versions.put(key, 0L);
    }
    noteLoss(keys.registers(), slot, answer);
  }

  private void count() {
    int slot = random.nextInt(keys.counters().size());
    String key = keys.counters().key(slot);
    long delta = 1 + random.nextInt(3);
    Answer answer =
        random.nextInt(4) == 0
            ? get(key)
            : call(
                key,
                new Call.Increment(delta),
                () -> new Answer.Sum(table.increment(bytes(key), delta, WriteOptions.DEFAULT)));
    noteLoss(keys.counters(), slot, answer);
  }

  private void write() {
    int slot = random.nextInt(keys.texts().size());
    String key = keys.texts().key(slot);
    Answer read = get(key);
    Answer answer;
    if (read instanceof Answer.Found found && found.value().length() < LONGEST_VALUE) {
      String suffix = ";" + newValue();
      answer =
          call(
              key,
              new Call.Append(suffix),
              () -> written(table.append(bytes(key), bytes(suffix), WriteOptions.DEFAULT)));
    } else {
      answer = put(key, newValue());
    }
    noteLoss(keys.texts(), slot, answer);
  }

  private Answer compareAndSet(String key, long expected, String value) {
    return call(
        key,
        new Call.CompareAndSet(expected, value),
        () ->
            written(table.compareAndSet(bytes(key), expected, bytes(value), WriteOptions.DEFAULT)));
  }

  private Answer putIfAbsent(String key, String value) {
    return call(
        key,
        new Call.PutIfAbsent(value),
        () -> written(table.putIfAbsent(bytes(key), bytes(value), WriteOptions.DEFAULT)));
  }

  private Answer compareAndDelete(String key, long expected) {
    return call(
        key,
        new Call.CompareAndDelete(expected),
        () -> written(table.compareAndDelete(bytes(key), expected, WriteOptions.DEFAULT)));
  }

  private static void noteLoss(KeySlots slots, int slot, Answer answer) {
    if (answer instanceof Answer.Unknown) {
      slots.lost(slot);
    }
  }
}
