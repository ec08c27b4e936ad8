// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What clients of one kind were answered, and the longest time without an answer. Thread-safe. */
final class Successes {
  private long lastNs = System.nanoTime();
  private long longestGapNs;
  private long slowestNs;
  private long answered;
  private final Map<ErrorCode, Long> failures = new EnumMap<>(ErrorCode.class);

  synchronized void answered(long sentNs) {
    long nowNs = System.nanoTime();
    longestGapNs = Math.max(longestGapNs, nowNs - lastNs);
    slowestNs = Math.max(slowestNs, nowNs - sentNs);
    lastNs = nowNs;
    answered++;
  }

  synchronized void failed(SednaException e) {
    failures.merge(e.code(), 1L, Long::sum);
  }

  synchronized long answered() {
    return answered;
  }

  synchronized long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** By their codes. */
  synchronized Map<ErrorCode, Long> failures() {
    return new TreeMap<>(failures);
  }

  /** Longest time in which no call was answered well, up to the last that was. */
  synchronized long longestGapMs() {
    return TimeUnit.NANOSECONDS.toMillis(longestGapNs);
  }

  /** Of the calls that were answered well. */
  synchronized long slowestMs() {
    return TimeUnit.NANOSECONDS.toMillis(slowestNs);
  }
}
