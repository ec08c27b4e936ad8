// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  /** A line of log4j's level, or what Java says when it dies. */
  private static final Pattern ERROR =
      Pattern.compile("\\S+ (?:ERROR|FATAL) .*|# A fatal error .*|.*OutOfMemoryError.*");

  private static final int LOOKED_AT_ONCE = 64 << 10;

  private final Workspace workspace;
  private final Server server;
  private final InetSocketAddress thrift;

  /** Bytes of the log that were looked through. */
  private long looked;

  private String complaint;

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

  /** Where its output is, as long as this is open. */
  public Path logFile() {
    return server.logFile();
  }

  /** What is wrong with it: that it ended, or logged an error; null: nothing. */
  public synchronized String complaint() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid());
    if (process.isEmpty() || !process.get().isAlive()) {
      return "the server's process " + pid() + " ended";
    }
    if (complaint == null) {
      complaint = firstError();
    }
    return complaint;
  }

  /** Of the lines that were logged since the last time: a log may become long. */
  private String firstError() {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(unread(), StandardCharsets.ISO_8859_1), LOOKED_AT_ONCE)) {
      var line = new StringBuilder();
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        if (c != '\n') {
          line.append((char) c);
          continue;
        }
        looked += line.length() + 1;
        if (ERROR.matcher(line).matches()) {
          return "the server logged: " + line;
        }
        line.setLength(0);
      }
      return null;
    } catch (IOException e) {
      return "the server's log cannot be read: " + e;
    }
  }

  private InputStream unread() throws IOException {
    var file = FileChannel.open(server.logFile(), StandardOpenOption.READ);
    return Channels.newInputStream(file.position(looked));
  }

  @Override
  public void close() throws IOException {
    workspace.close();
  }
}
