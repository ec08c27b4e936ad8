// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.client.ScanSpec;
import io.sedna.client.SednaTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads counts back through the Thrift client and compares them. */
final class Records {
  private static final int BATCH = 500;

  private Records() {}

  /**
   * What reading every key gave.
   *
   * @param right keys with the value that was expected
   * @param problems the first few of the others
   */
  record Outcome(int right, int expected, List<String> problems) {
    boolean isGood() {
      return right == expected;
    }

    @Override
    public String toString() {
      return right
          + " of "
          + expected
          + " keys correct"
          + (problems.isEmpty() ? "" : ", for example " + problems);
    }
  }

  /** Reads every key that was counted. */
  static Outcome readEach(SednaTable table, Map<String, Long> expected, Progress progress) {
    var names = List.copyOf(expected.keySet());
    var problems = new ArrayList<String>();
    int right = 0;
    for (int from = 0; from < names.size(); from += BATCH) {
      var batch = names.subList(from, Math.min(names.size(), from + BATCH));
      var results = table.multiGet(batch.stream().map(name -> name.getBytes(UTF_8)).toList());
      for (int i = 0; i < batch.size(); i++) {
        var result = results.get(i);
        var read =
            result.error().isPresent()
                ? result.error().get().toString()
                : result.value().map(value -> new String(value.value(), UTF_8)).orElse("nothing");
        var wanted = Long.toString(expected.get(batch.get(i)));
        if (read.equals(wanted)) {
          right++;
        } else if (problems.size() < 3) {
          problems.add(batch.get(i) + ": expected " + wanted + ", read " + read);
        }
      }
      progress.at(from + batch.size(), names.size());
    }
    return new Outcome(right, names.size(), problems);
  }

  /** The whole table by scanning. */
  static SortedMap<String, Long> scan(SednaTable table) {
    var counts = new TreeMap<String, Long>();
    for (var record : table.scanAll(ScanSpec.all())) {
      counts.put(
          new String(record.key(), UTF_8), Long.parseLong(new String(record.value(), UTF_8)));
    }
    return counts;
  }
}
