// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import java.util.List;

/** Writes histories down for tests: each step is one tick of the clock. */
final class Histories {
  static final String KEY = "k";

  private long now;
  private final HistoryRecorder recorder = new HistoryRecorder(() -> now);

  /** Sends a request, to be answered later. */
  HistoryRecorder.Invocation send(int client, Call call) {
    now++;
    return recorder.invoke(client, KEY, call);
  }

  void answer(HistoryRecorder.Invocation invocation, Answer answer) {
    now++;
    invocation.answered(answer);
  }

  /** A request and its answer, with nothing between. */
  void call(int client, Call call, Answer answer) {
    answer(send(client, call), answer);
  }

  /** A request without an answer. */
  void lose(int client, Call call) {
    send(client, call).lost();
  }

  List<Operation> history() {
    return recorder.history();
  }

  // Short names for what most histories are made of.

  void put(int client, String value, long version) {
    call(client, new Call.Put(value), new Answer.Written(version));
  }

  void putAll(int client, int source, String value, long version) {
    call(client, new Call.PutAll(source, value), new Answer.Written(version));
  }

  void delete(int client, long version) {
    call(client, new Call.Delete(), new Answer.Written(version));
  }

  void found(int client, String value, long version) {
    call(client, new Call.Get(), new Answer.Found(value, version));
  }

  void missing(int client) {
    call(client, new Call.Get(), new Answer.Missing());
  }
}
