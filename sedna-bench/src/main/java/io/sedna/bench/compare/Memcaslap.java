// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** libmemcached's load generator (memcaslap(1)), 9 gets to 1 set. */
final class Memcaslap {
  private static final Pattern SUMMARY = Pattern.compile("Ops: (\\d+) TPS: (\\d+)");
  private static final Pattern MISSES = Pattern.compile("(?m)^get_misses: (\\d+)");

  /** Beyond its time: what it presets, and its own start and end. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Memcaslap() {}

  /**
   * What it says of a run.
   *
   * @param operations gets of one key, and sets
   */
  record Result(long operations, long perSecond, long misses) {}

  /** Distributions of sizes are lines of: from, to, share; commands are 0 for set and 1 for get. */
  static String configuration() {
    int key = CompareOptions.KEY_BYTES;
    int value = CompareOptions.VALUE_BYTES;
    return "key\n%d %d 1\nvalue\n%d %d 1\ncmd\n0 %.1f\n1 %.1f\n"
        .formatted(key, key, value, value, 1 - CompareOptions.READS, CompareOptions.READS);
  }

  static Result run(
      Workspace workspace, InetSocketAddress server, int threads, int keysOfGet, int seconds)
      throws IOException, InterruptedException {
    Path configuration = workspace.directory().resolve("memcaslap.conf");
    Files.writeString(configuration, configuration());
    var command =
        List.of(
            Servers.tool("memcaslap"),
            "-s",
            server.getHostString() + ":" + server.getPort(),
            "-F",
            configuration.toString(),
            "-T",
            Integer.toString(threads),
            "-c",
            Integer.toString(CompareOptions.CONNECTIONS),
            "-d",
            Integer.toString(keysOfGet),
            "-t",
            seconds + "s");
    return parse(Tool.run(workspace, command, PATIENCE.plusSeconds(seconds)));
  }

  /**
   * @throws SednaException INTERNAL if this is not what it prints at its end
   */
  static Result parse(String output) {
    Matcher summary = SUMMARY.matcher(output);
    Matcher misses = MISSES.matcher(output);
    if (!summary.find() || !misses.find()) {
      throw new SednaException(ErrorCode.INTERNAL, "memcaslap printed no result: " + output);
    }
    return new Result(
        Long.parseLong(summary.group(1)),
        Long.parseLong(summary.group(2)),
        Long.parseLong(misses.group(1)));
  }
}
