// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the log of a JVM's collector says of a part of its life ({@code
 * -Xlog:gc*,safepoint:file=…:timemillis}, Java 17).
 *
 * @param collections in that time
 * @param allocatedBytes on the heap in that time, as exactly as the log has it: in MiB
 * @param longestPauseMicros in which all threads stood still, for whatever reason
 */
record GcLog(int collections, long allocatedBytes, double longestPauseMicros) {
  /** Of the JVM, for the file that follows. */
  static final String JAVA_OPTION = "-Xlog:gc*,safepoint:file=";

  static final String DECORATIONS = ":timemillis:filecount=0";

  private static final Pattern TIME = Pattern.compile("^\\[(\\d+)ms\\]");
  private static final Pattern HEAP =
      Pattern.compile("GC\\(\\d+\\) .*?(\\d+)M->(\\d+)M\\(\\d+M\\)");
  private static final Pattern PAUSE = Pattern.compile("Safepoint \".*Total: +(\\d+) ns");
  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

  /**
   * @param fromMs milliseconds since 1970, as toMs
   * @param usedAtStart bytes of the heap in use at the start, as usedAtEnd
   */
  static GcLog parse(
      Iterable<String> lines, long fromMs, long toMs, long usedAtStart, long usedAtEnd) {
    int collections = 0;
    long allocated = 0;
    long used = usedAtStart;
    double longest = 0;
    for (String line : lines) {
      Matcher time = TIME.matcher(line);
      if (!time.find()) {
        continue;
      }
      long at = Long.parseLong(time.group(1));
      if (at < fromMs || at > toMs) {
        continue;
      }
      Matcher heap = HEAP.matcher(line);
      Matcher pause = PAUSE.matcher(line);
      if (heap.find()) {
        collections++;
        allocated += Math.max(0, mib(heap.group(1)) - used);
        used = mib(heap.group(2));
      } else if (pause.find()) {
        longest = Math.max(longest, Long.parseLong(pause.group(1)) / 1e3);
      }
    }
    return new GcLog(collections, allocated + Math.max(0, usedAtEnd - used), longest);
  }

  private static long mib(String number) {
    return Long.parseLong(number) << 20;
  }

  /**
   * Bytes in use, from what {@code jcmd PID GC.heap_info} prints.
   *
   * @throws SednaException INTERNAL if it prints something else
   */
  static long usedBytes(String heapInfo) {
    Matcher used = USED.matcher(heapInfo);
    long sum = 0;
    boolean found = false;
    // Serial and parallel collectors have a line for each generation; metaspace has another form.
    while (used.find()) {
      sum += Long.parseLong(used.group(1)) << 10;
      found = true;
    }
    if (!found) {
      throw new SednaException(ErrorCode.INTERNAL, "jcmd told of no heap: " + heapInfo);
    }
    return sum;
  }
}
