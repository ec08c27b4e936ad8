// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.client.SednaClient;
import io.sedna.thrift.generated.MemoryMode;
import io.sedna.thrift.generated.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** bench fuzz against a daemon, which stands it, and against servers that are none. */
public class FuzzCommandTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  /** The exit code of a run, and what it said on standard output. */
  private String run(String... arguments) {
    PrintStream was = System.out;
    var said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      int code = BenchMain.run(arguments);
      return code + "\n" + said.toString(StandardCharsets.UTF_8);
    } finally {
      System.setOut(was);
    }
  }

  private Path corpus() {
    return folder.getRoot().toPath().resolve("corpus");
  }

  @Test
  public void shouldLeaveADaemonUnharmed() throws IOException {
    try (var instance = LocalInstance.start(1);
        var client = SednaClient.builder().bootstrap(instance.bootstrap()).build()) {
      client
          .admin()
          .createTable(
              new TableSchema(LocalInstance.MEMCACHED_TABLE)
                  .setReplicas(1)
                  .setReadQuorum(1)
                  .setWriteQuorum(1)
                  .setMemory(MemoryMode.CACHE));

      String said =
          run(
              "fuzz",
              "--thrift",
              instance.bootstrap(),
              "--memcached",
              "127.0.0.1:" + instance.serveMemcached(),
              "--minutes",
              "0.03",
              "--connections",
              "4",
              "--seed",
              "1",
              "--corpus",
              corpus().toString());

      assertThat(said).startsWith("0\n").contains("seed: 1", "the server stood it");
      assertThat(said).containsPattern("thrift: [1-9][0-9,]* inputs .* [1-9][0-9,]* canary");
      assertThat(said).containsPattern("memcached: [1-9][0-9,]* inputs .* [1-9][0-9,]* canary");
      assertThat(corpus()).doesNotExist();
      assertThat(client.admin().listTables("")).hasSize(1);
    }
  }

  @Test
  public void shouldKeepTheInputsWhenACanaryIsAnsweredWrongly() throws Exception {
    List<Socket> open = new ArrayList<>();
    try (var server = new ServerSocket(0)) {
      var thread = new Thread(() -> answerAlways(server, open), "always-the-same");
      thread.setDaemon(true);
      thread.start();

      String said =
          run(
              "fuzz",
              "--memcached",
              "127.0.0.1:" + server.getLocalPort(),
              "--minutes",
              "1",
              "--timeout-ms",
              "1000",
              "--corpus",
              corpus().toString());

      assertThat(said).startsWith("1\n").contains("FAILED: memcached canary was answered");
      try (var files = Files.list(corpus())) {
        assertThat(files.toList())
            .isNotEmpty()
            .allMatch(file -> said.contains(file.toAbsolutePath().toString()));
      }
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  /** A server that knows one answer to everything, and never ends a connection. */
  private static void answerAlways(ServerSocket server, List<Socket> open) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        socket.getOutputStream().write("STORED\r\nSTORED\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // Reset by the client, or the server is closed.
      }
    }
  }

  @Test
  public void shouldFailWhenNobodyListens() throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    String said =
        run(
            "fuzz",
            "--memcached",
            "127.0.0.1:" + port,
            "--minutes",
            "1",
            "--corpus",
            corpus().toString());

    assertThat(said).startsWith("1\n").contains("FAILED: ");
  }

  @Test
  public void shouldRefuseOptionsThatCannotBe() {
    assertThat(BenchMain.run("fuzz", "--thrift", "nowhere")).isEqualTo(2);
    assertThat(BenchMain.run("fuzz", "--minutes", "0")).isEqualTo(2);
    assertThat(BenchMain.run("fuzz", "--memcached", "localhost:1", "-D", "a=b")).isEqualTo(2);
  }
}
