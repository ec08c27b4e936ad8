// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The JDK's jcmd, about a server that is a JVM. */
final class Jcmd {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Jcmd() {}

  /** Bytes of the heap in use. */
  static long usedBytes(Workspace workspace, Server server)
      throws IOException, InterruptedException {
    return GcLog.usedBytes(run(workspace, server, "GC.heap_info"));
  }

  /** Bytes of the heap that are in use when garbage is gone. */
  static long liveBytes(Workspace workspace, Server server)
      throws IOException, InterruptedException {
    run(workspace, server, "GC.run");
    return usedBytes(workspace, server);
  }

  private static String run(Workspace workspace, Server server, String command)
      throws IOException, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    return Tool.run(workspace, List.of(jcmd, Long.toString(server.pid()), command), PATIENCE);
  }
}
