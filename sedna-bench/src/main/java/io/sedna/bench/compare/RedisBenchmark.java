// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Redis' own load generator, which ends after a number of requests. */
final class RedisBenchmark {
  /** A line of --csv: the command, then requests a second. */
  private static final Pattern LINE = Pattern.compile("(?m)^\"(GET|SET)\",\"([0-9.]+)\"");

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private RedisBenchmark() {}

  /**
   * @param command get or set
   * @return requests a second
   */
  static double run(
      Workspace workspace,
      InetSocketAddress server,
      String command,
      int pipeline,
      long keys,
      long requests)
      throws IOException, InterruptedException {
    var arguments = new ArrayList<String>();
    arguments.add(Servers.tool("redis-benchmark"));
    arguments.addAll(List.of("-h", server.getHostString()));
    arguments.addAll(List.of("-p", Integer.toString(server.getPort())));
    arguments.addAll(List.of("-c", Integer.toString(CompareOptions.CONNECTIONS)));
    arguments.addAll(List.of("-P", Integer.toString(pipeline)));
    arguments.addAll(List.of("-d", Integer.toString(CompareOptions.VALUE_BYTES)));
    arguments.addAll(List.of("-r", Long.toString(keys)));
    arguments.addAll(List.of("-n", Long.toString(requests)));
    arguments.addAll(List.of("-t", command, "--csv"));
    return parse(Tool.run(workspace, arguments, PATIENCE));
  }

  /**
   * @throws SednaException INTERNAL if this is not what it prints with --csv
   */
  static double parse(String output) {
    Matcher line = LINE.matcher(output);
    if (!line.find()) {
      throw new SednaException(ErrorCode.INTERNAL, "redis-benchmark printed no result: " + output);
    }
    return Double.parseDouble(line.group(2));
  }
}
