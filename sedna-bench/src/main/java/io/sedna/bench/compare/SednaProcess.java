// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A daemon of bin/sedna standalone in a process of its own that speaks Thrift and memcached's
 * protocol, and looks for lost buffers. Closing it ends the process.
 */
@InterfaceAudience.Private
public final class SednaProcess implements AutoCloseable {
  private static final String JAVA_OPTIONS =
      "-Xmx1g -XX:+ExitOnOutOfMemoryError -Dio.netty.leakDetection.level=paranoid";

  /** Of log4j's level, and what Java says when it dies. */
  private static final Pattern ERROR =
      Pattern.compile(
          "^\\S+ (?:ERROR|FATAL) .*|^# A fatal error .*|.*OutOfMemoryError.*", Pattern.MULTILINE);

  private final Workspace workspace;
  private final Server server;
  private final InetSocketAddress thrift;

  private SednaProcess(Workspace workspace, Server server, InetSocketAddress thrift) {
    this.workspace = workspace;
    this.server = server;
    this.thrift = thrift;
  }

  /**
   * @param home of the source tree
   * @param settings of the daemon
   */
  public static SednaProcess start(Path home, Map<String, String> settings)
      throws IOException, InterruptedException {
    var workspace = new Workspace(/* keep= */ false);
    try {
      var options = new CompareOptions(1, 1, 0, 1, 1, 1, 16, 1, 1, JAVA_OPTIONS, "", settings);
      Server server = new Servers(workspace, home, options).sednaMemcached();
      Matcher ready = Servers.READY.matcher(server.log());
      int port = ready.find() ? Integer.parseInt(ready.group(1)) : 0;
      return new SednaProcess(workspace, server, new InetSocketAddress(Workspace.HOST, port));
    } catch (IOException | InterruptedException | RuntimeException e) {
      workspace.close();
      throw e;
    }
  }

  public InetSocketAddress thrift() {
    return thrift;
  }

  public InetSocketAddress memcached() {
    return server.address();
  }

  public long pid() {
    return server.pid();
  }

  public String log() {
    return server.log();
  }

  /** What is wrong with it: that it ended, or logged an error; null: nothing. */
  public String complaint() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid());
    if (process.isEmpty() || !process.get().isAlive()) {
      return "the server's process " + pid() + " ended";
    }
    Matcher error = ERROR.matcher(log());
    return error.find() ? "the server logged: " + error.group() : null;
  }

  @Override
  public void close() throws IOException {
    workspace.close();
  }
}
