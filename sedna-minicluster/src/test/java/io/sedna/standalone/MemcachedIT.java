// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.Assume.assumeTrue;

import io.sedna.client.SednaClient;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** memcached's clients and tools against a standalone server. */
public class MemcachedIT {
  private static final long TOOL_TIMEOUT_S = 120;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private StandaloneProcess server;
  private String host;
  private int port;

  @Before
  public void serve() throws Exception {
    var dir = folder.getRoot().toPath().resolve("data");
    server =
        new StandaloneProcess(
            List.of(
                "--dir",
                dir.toString(),
                "--port",
                "0",
                "--http-port",
                "0",
                "--memcached-port",
                "0",
                "--memory",
                "64"),
            new File(folder.getRoot(), "err"));
    server.awaitReady();
    String[] address = server.address("memcached").split(":");
    host = address[0];
    port = Integer.parseInt(address[1]);
  }

  @After
  public void kill() {
    server.kill();
  }

  @Test
  public void shouldShareItsTableWithOtherClients() throws Exception {
    try (var socket = new Socket(host, port);
        var client = SednaClient.builder().bootstrap(server.address("thrift")).build()) {
      assertThat(ask(socket, "set apple 7 0 1\r\n3\r\n", "STORED\r\n")).isEqualTo("STORED\r\n");

      var table = client.table("default.memcached");
      assertThat(table.get("apple".getBytes(UTF_8)).orElseThrow().value())
          .asString()
          .isEqualTo("3");
      table.put("pear".getBytes(UTF_8), "4".getBytes(UTF_8));

      String expected = "VALUE apple 7 1\r\n3\r\nVALUE pear 0 1\r\n4\r\nEND\r\n";
      assertThat(ask(socket, "get apple pear\r\n", expected)).isEqualTo(expected);
    }
  }

  /** What comes, until it is as long as what is expected. */
  private static String ask(Socket socket, String request, String expected) throws IOException {
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    return new String(socket.getInputStream().readNBytes(expected.length()), ISO_8859_1);
  }

  @Test
  public void shouldPassTheTestsOfMemccapable() throws Exception {
    String said = run("memccapable", "-h", host, "-p", String.valueOf(port), "-a");

    assertThat(said).contains("All tests passed");
  }

  @Test
  public void shouldBearTheLoadOfMemcaslap() throws Exception {
    String said =
        run(
            "memcaslap",
            "-s",
            host + ":" + port,
            "-T",
            "2",
            "-c",
            "16",
            "-x",
            "50000",
            "-v",
            "0.5");

    assertThat(said).contains("TPS:");
    assertThat(said).containsPattern("get_misses: 0\\b");
    assertThat(said).containsPattern("verify_failed: 0\\b");
    assertThat(said).doesNotContain("rror");
  }

  private static String run(String... command) throws Exception {
    boolean installed =
        new ProcessBuilder("sh", "-c", "command -v " + command[0]).start().waitFor() == 0;
    if (!installed && Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError(command[0] + " is missing: apt-get install libmemcached-tools");
    }
    assumeTrue("install it with: apt-get install libmemcached-tools", installed);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(TOOL_TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
