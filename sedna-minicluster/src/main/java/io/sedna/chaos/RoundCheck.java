// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import io.sedna.client.VersionedValue;
import io.sedna.common.error.SednaException;
import io.sedna.common.verify.Answer;
import io.sedna.common.verify.Call;
import io.sedna.common.verify.Copy;
import io.sedna.common.verify.EventualChecker;
import io.sedna.common.verify.Finding;
import io.sedna.common.verify.Finding.Rule;
import io.sedna.common.verify.HistoryRecorder;
import io.sedna.common.verify.LinearizabilityChecker;
import io.sedna.common.verify.Operation;
import io.sedna.common.verify.ReadPromises;
import io.sedna.thrift.convert.Errors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;

/**
 * Checks one table after a round: nobody writes any more, and all partitions have all their copies.
 */
final class RoundCheck {
  private static final int FINAL_READER = 0;

  private final SednaClient client;
  private final Replicas replicas;
  private final Tables kind;
  private final HistoryRecorder recorder;

  /**
   * @param client patient enough for the reads at the end
   */
  RoundCheck(SednaClient client, Replicas replicas, Tables kind, HistoryRecorder recorder) {
    this.client = client;
    this.replicas = replicas;
    this.kind = kind;
    this.recorder = recorder;
  }

  /**
   * What the check says.
   *
   * @param history with the reads that were made at the end
   * @param settled copies of the keys that no change of unknown answer can still reach
   */
  record Result(List<Operation> history, List<Finding> findings, Map<String, Copy> settled) {}

  /**
   * @param patience how long replicas may take to become alike
   */
  Result check(Duration patience) throws IOException {
    Set<String> keys = keys(recorder.history());
    Map<String, List<Copy>> copies =
        replicas.await(kind.table(), keys, patience, RoundCheck::allAlike);
    List<Finding> findings;
    if (kind == Tables.STRONG) {
      readAtTheEnd(keys);
      findings = new ArrayList<>(new LinearizabilityChecker().check(recorder.history()));
      copies.forEach(
          (key, its) -> {
            if (!isAlike(its)) {
              findings.add(new Finding(key, Rule.REPLICAS_ALIKE, lines(its)));
            }
          });
    } else {
      findings = new EventualChecker(ReadPromises.NONE).check(recorder.history(), copies);
    }
    List<Operation> history = recorder.history();
    return new Result(history, findings, settled(history, copies));
  }

  /**
   * Whether all replicas hold the same now.
   *
   * @throws SednaException if one cannot be read
   */
  boolean isAlike() {
    try {
      return allAlike(replicas.copies(kind.table(), keys(recorder.history())));
    } catch (CompletionException e) {
      throw Errors.of(e);
    }
  }

  private static Set<String> keys(List<Operation> history) {
    var keys = new TreeSet<String>();
    history.forEach(operation -> keys.add(operation.key()));
    return keys;
  }

  private static boolean allAlike(Map<String, List<Copy>> copies) {
    return copies.values().stream().allMatch(RoundCheck::isAlike);
  }

  private static boolean isAlike(List<Copy> copies) {
    return copies.stream().map(copy -> new HashSet<>(copy.values())).distinct().count() == 1;
  }

  private static String lines(List<Copy> copies) {
    var text = new StringBuilder("replicas hold different values:\n");
    copies.forEach(copy -> text.append("  ").append(copy).append('\n'));
    return text.toString();
  }

  private void readAtTheEnd(Set<String> keys) {
    SednaTable table = client.table(kind.table());
    for (String key : keys) {
      var invocation = recorder.invoke(FINAL_READER, key, new Call.Get());
      Optional<VersionedValue> read = table.get(key.getBytes(StandardCharsets.UTF_8));
      invocation.answered(
          read.isEmpty()
              ? new Answer.Missing()
              : new Answer.Found(
                  new String(read.get().value(), StandardCharsets.UTF_8), read.get().timestamp()));
    }
  }

  private static Map<String, Copy> settled(
      List<Operation> history, Map<String, List<Copy>> copies) {
    var settled = new TreeMap<String, Copy>();
    copies.forEach((key, its) -> settled.put(key, its.get(0)));
    history.stream()
        .filter(operation -> operation.isUnknown() && !operation.call().isRead())
        .forEach(operation -> settled.remove(operation.key()));
    return settled;
  }
}
