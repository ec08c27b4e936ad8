// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * What a process has used, from Linux' {@code /proc} (proc(5)).
 *
 * @param cpuNanos processor time of all its threads, user and system, in steps of 10 ms
 * @param residentBytes memory that it has in RAM
 */
@InterfaceAudience.Private
public record ProcessUsage(long cpuNanos, long residentBytes) {
  /** USER_HZ, the unit of times in /proc, is 100 on every architecture that Linux tells it of. */
  private static final long NANOS_PER_TICK = 10_000_000;

  private static final int UTIME = 11;
  private static final int STIME = 12;

  /**
   * @throws SednaException INVALID_ARGUMENT if there is no such process, or no /proc
   */
  public static ProcessUsage of(long pid) {
    Path directory = Path.of("/proc", Long.toString(pid));
    try {
      return parse(
          Files.readString(directory.resolve("stat")),
          Files.readString(directory.resolve("status")));
    } catch (IOException e) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "no usage of process " + pid + " in " + directory, e);
    }
  }

  static ProcessUsage parse(String stat, String status) {
    // The name before it, in parentheses, may hold anything.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
    OptionalLong resident =
        status
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
            .findFirst();
    return new ProcessUsage(ticks * NANOS_PER_TICK, resident.orElse(0));
  }
}
