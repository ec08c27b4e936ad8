// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts the servers that are compared, each as its users would, on this machine alone. */
final class Servers {
  static final String SEDNA = "Sedna";

  /** Debian's packages. */
  private static final Map<String, String> PACKAGES =
      Map.of(
          "memcached", "memcached",
          "memcaslap", "libmemcached-tools",
          "redis-server", "redis-server",
          "redis-benchmark", "redis-tools");

  /** What the daemon prints when it serves. */
  static final Pattern READY = Pattern.compile("ready thrift=[^: ]+:(\\d+)");

  private static final int CONNECTIONS = 4096;

  private final Workspace workspace;
  private final Path home;
  private final CompareOptions options;

  Servers(Workspace workspace, Path home, CompareOptions options) {
    this.workspace = workspace;
    this.home = home;
    this.options = options;
  }

  /**
   * A daemon of bin/sedna standalone.
   *
   * @param javaOptions beside those of the user
   * @param settings beside those of the user, which win
   * @return with the port of its Thrift protocol
   */
  Server sedna(String javaOptions, Map<String, String> settings)
      throws IOException, InterruptedException {
    return sedna(javaOptions, settings, List.of(), 0);
  }

  /** As {@link #sedna}, with the port of its memcached protocol. */
  Server sednaMemcached() throws IOException, InterruptedException {
    int port = Workspace.freePort();
    var arguments = List.of("--memcached-port", Integer.toString(port));
    return sedna("", Map.of(), arguments, port).awaitPort();
  }

  private Server sedna(
      String javaOptions, Map<String, String> settings, List<String> arguments, int port)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(home.resolve("bin/sedna").toString(), "standalone"));
    command.addAll(List.of("--dir", workspace.folder("sedna-data").toString()));
    command.addAll(List.of("--port", "0", "--http-port", "0"));
    command.addAll(arguments);
    var all = new HashMap<String, String>();
    // Nothing is to be found again, and snapshots would disturb.
    all.put("sedna.standalone.checkpoint.interval.ms", "0");
    all.putAll(settings);
    all.putAll(options.settings());
    all.forEach((key, value) -> command.addAll(List.of("-D", key + "=" + value)));
    Workspace.Started started =
        workspace.start(
            "sedna",
            command,
            Map.of("SEDNA_STANDALONE_OPTS", options.sednaJavaOptions() + " " + javaOptions));
    var starting = new Server(workspace, started, SEDNA, port);
    starting.await(() -> READY.matcher(starting.log()).find());
    Matcher ready = READY.matcher(starting.log());
    int thriftPort = ready.find() ? Integer.parseInt(ready.group(1)) : 0;
    return port != 0 ? starting : new Server(workspace, started, SEDNA, thriftPort);
  }

  Server memcached(int threads, int memoryMb) throws InterruptedException {
    int port = Workspace.freePort();
    var command =
        new ArrayList<>(
            List.of(
                tool("memcached"),
                "-l",
                Workspace.HOST,
                "-p",
                Integer.toString(port),
                "-U",
                "0",
                "-t",
                Integer.toString(threads),
                "-m",
                Integer.toString(memoryMb),
                "-c",
                Integer.toString(CONNECTIONS)));
    if ("root".equals(System.getProperty("user.name"))) {
      // It refuses to run as root unless told so.
      command.addAll(List.of("-u", "root"));
    }
    var started = workspace.start("memcached-t" + threads, command, Map.of());
    return new Server(workspace, started, "memcached -t " + threads, port).awaitPort();
  }

  Server redis() throws IOException, InterruptedException {
    int port = Workspace.freePort();
    var command =
        List.of(
            tool("redis-server"),
            "--port",
            Integer.toString(port),
            "--bind",
            Workspace.HOST,
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            workspace.folder("redis-data").toString());
    var started = workspace.start("redis", command, Map.of());
    return new Server(workspace, started, "Redis", port).awaitPort();
  }

  /** A Hazelcast member of one map without backups. */
  Server hazelcast() throws InterruptedException {
    int port = Workspace.freePort();
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options.hazelcastJavaOptions().trim().split(" +")));
    command.addAll(HazelcastMember.JAVA_OPTIONS);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            HazelcastMember.class.getName(),
            Integer.toString(port)));
    var started = workspace.start("hazelcast", command, Map.of());
    var member = new Server(workspace, started, "Hazelcast", port);
    member.await(() -> member.log().contains(HazelcastMember.READY));
    return member;
  }

  /**
   * @throws SednaException NOT_SUPPORTED, with the command that installs it, if it is not there
   */
  static String tool(String name) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
      Path file = Path.of(directory, name);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw new SednaException(
        ErrorCode.NOT_SUPPORTED,
        name
            + " is missing: apt-get install "
            + PACKAGES.getOrDefault(name, name)
            + ", or leave its rows out with --rows");
  }
}
