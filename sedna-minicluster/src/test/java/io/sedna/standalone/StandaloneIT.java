// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import io.sedna.testing.Await;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.rules.Timeout;

/** The server as a process of its own, as bin/sedna starts it. */
public class StandaloneIT {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  @Rule public final Timeout timeout = Timeout.seconds(180);

  private StandaloneProcess server;

  @After
  public void kill() {
    if (server != null) {
      server.kill();
    }
  }

  @Test
  public void shouldServeAndKeepDataAcrossSigterm() throws Exception {
    var dir = folder.getRoot().toPath().resolve("data");
    server = start(dir, "--daemons", "2");
    assertThat(server.readyLine())
        .matches(
            "ready thrift=127\\.0\\.0\\.1:\\d+,127\\.0\\.0\\.1:\\d+ http=127\\.0\\.0\\.1:\\d+"
                + " zookeeper=127\\.0\\.0\\.1:\\d+");
    try (var client = client()) {
      client.admin().createTable("shop.prices");
      put(client.table("shop.prices"), "apple", "3");
    }
    assertThat(get("http://" + server.address("http") + "/ready")).isEqualTo(200);

    assertThat(server.terminate()).isZero();

    assertThat(server.standardOutput()).hasSize(1);
    server = start(dir, "--daemons", "2");
    try (var client = client()) {
      assertThat(value(client.table("shop.prices"), "apple")).isEqualTo("3");
      // Writes were refused while the last snapshot was taken; that is over.
      put(client.table("shop.prices"), "pear", "4");
    }
  }

  @Test
  public void shouldKeepWhatWasSavedWhenKilledAndServeAgain() throws Exception {
    var dir = folder.getRoot().toPath().resolve("data");
    server = start(dir, "-D", "sedna.standalone.checkpoint.interval.ms=300");
    try (var client = client()) {
      client.admin().createTable("shop.prices");
      put(client.table("shop.prices"), "apple", "3");
      awaitRecordInSnapshot(client);
    }

    server.kill();

    server = start(dir, "-D", "sedna.standalone.checkpoint.interval.ms=0");
    try (var client = client()) {
      assertThat(value(client.table("shop.prices"), "apple")).isEqualTo("3");
      client.admin().createTable("shop.unsaved");
      put(client.table("shop.unsaved"), "k", "v");
    }
    server.kill();
    server = start(dir);
    try (var client = client()) {
      assertThat(value(client.table("shop.prices"), "apple")).isEqualTo("3");
      put(client.table("shop.unsaved"), "k", "again");
      assertThat(value(client.table("shop.unsaved"), "k")).isEqualTo("again");
    }
  }

  @Test
  public void shouldRefuseASecondServerOnTheSameDirectory() throws Exception {
    var dir = folder.getRoot().toPath().resolve("data");
    server = start(dir);

    var second = new StandaloneProcess(arguments(dir), new File(folder.getRoot(), "second.err"));

    assertThat(second.awaitExit()).isEqualTo(1);
    assertThat(second.standardError()).contains("another server runs on " + dir);
    assertThat(second.standardOutput()).isEmpty();
  }

  @Test
  public void shouldRefuseWhatItCannotDo() throws Exception {
    var dir = folder.getRoot().toPath().resolve("data");

    assertRefused(arguments(dir, "--memcached-port", "-2"), "--memcached-port=-2");
    assertRefused(arguments(dir, "--daemons", "0"), "--daemons=0");
    assertRefused(arguments(dir, "--http-port", "70000"), "--http-port=70000");
    assertRefused(arguments(dir, "-D", "sedna.partitions=3"), "sedna.partitions");
  }

  private void assertRefused(List<String> arguments, String message) throws Exception {
    var process = new StandaloneProcess(arguments, folder.newFile());
    assertThat(process.awaitExit()).as(process.standardError()).isEqualTo(2);
    assertThat(process.standardError()).contains(message);
    assertThat(process.standardOutput()).isEmpty();
  }

  private StandaloneProcess start(Path dir, String... more) throws Exception {
    var process = new StandaloneProcess(arguments(dir, more), folder.newFile());
    process.awaitReady();
    return process;
  }

  private static List<String> arguments(Path dir, String... more) {
    var arguments =
        new ArrayList<>(List.of("--dir", dir.toString(), "--port", "0", "--http-port", "0"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private SednaClient client() {
    return SednaClient.builder().bootstrap(server.address("thrift")).build();
  }

  private static void awaitRecordInSnapshot(SednaClient client) {
    Await.until(
        "the record is in a snapshot",
        () -> client.admin().listSnapshots().stream().anyMatch(info -> info.getRecords() == 1));
  }

  private static void put(SednaTable table, String key, String value) {
    assertThat(table.put(key.getBytes(UTF_8), value.getBytes(UTF_8)).isOk()).isTrue();
  }

  private static String value(SednaTable table, String key) {
    return new String(table.get(key.getBytes(UTF_8)).orElseThrow().value(), UTF_8);
  }

  private static int get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
        .statusCode();
  }
}
