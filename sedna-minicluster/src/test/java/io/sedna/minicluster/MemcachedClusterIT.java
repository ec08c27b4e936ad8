// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.client.SednaTable;
import io.sedna.common.conf.MemcachedConfig;
import io.sedna.testing.Await;
import io.sedna.thrift.generated.ConsistencyMode;
import io.sedna.thrift.generated.MemoryMode;
import io.sedna.thrift.generated.PersistenceMode;
import io.sedna.thrift.generated.TableSchema;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;

/** memcached's protocol on one of three daemons, whose keys are mostly elsewhere. */
public class MemcachedClusterIT {
  private static final int KEYS = 200;

  @Rule public final Timeout timeout = Timeout.seconds(120);

  private MiniSednaCluster sedna;
  private SednaTable table;
  private Socket socket;

  @After
  public void stop() throws IOException {
    socket.close();
    sedna.close();
  }

  private Socket connectTo(int daemon) throws IOException {
    var socket = new Socket("127.0.0.1", sedna.daemon(daemon).memcachedPort().getAsInt());
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Three daemons that keep so many copies of each partition, and the table. */
  private void start(int copies, int copiesOfTable) throws IOException {
    start(copies, copiesOfTable, ConsistencyMode.EVENTUAL);
  }

  private void start(int copies, int copiesOfTable, ConsistencyMode consistency)
      throws IOException {
    sedna =
        MiniSednaCluster.builder()
            .daemons(3)
            .replication(copies)
            .set(MemcachedConfig.PORT, "0")
            .start();
    socket = connectTo(0);
    sedna
        .client()
        .admin()
        .createTable(
            new TableSchema(MemcachedConfig.TABLE_DEFAULT)
                .setReplicas(copiesOfTable)
                .setConsistency(consistency)
                .setReadQuorum(1)
                .setWriteQuorum(copiesOfTable)
                .setMemory(
                    consistency == ConsistencyMode.STRONG ? MemoryMode.STORE : MemoryMode.CACHE)
                .setPersistence(PersistenceMode.NONE));
    table = sedna.client().table(MemcachedConfig.TABLE_DEFAULT);
    for (int i = 0; i < 3; i++) {
      int daemon = i;
      Await.until(
          "daemon " + i + " knows the table",
          () -> {
            try (Socket to = connectTo(daemon)) {
              return ask(to, "get nothing\r\nversion\r\n").startsWith("END");
            }
          });
    }
  }

  /** What is answered; the request ends with version, which ends the answer. */
  private static String ask(Socket to, String request) throws IOException {
    to.getOutputStream().write(request.getBytes(ISO_8859_1));
    var answer = new StringBuilder();
    byte[] some = new byte[64 << 10];
    while (answer.indexOf("VERSION ") < 0 || answer.charAt(answer.length() - 1) != '\n') {
      int length = to.getInputStream().read(some);
      if (length < 0) {
        throw new IOException("closed after " + answer);
      }
      answer.append(new String(some, 0, length, ISO_8859_1));
    }
    return answer.substring(0, answer.indexOf("VERSION "));
  }

  private String ask(String request) throws IOException {
    return ask(socket, request + "version\r\n");
  }

  private static String set(int i) {
    String value = "value-" + i;
    return "set key-" + i + " " + i + " 0 " + value.length() + "\r\n" + value + "\r\n";
  }

  private static String item(int i) {
    String value = "value-" + i;
    return "VALUE key-" + i + " " + i + " " + value.length() + "\r\n" + value + "\r\n";
  }

  private void fill() throws IOException {
    var request = new StringBuilder();
    for (int i = 0; i < KEYS; i++) {
      request.append(set(i));
    }
    assertThat(ask(request.toString())).isEqualTo("STORED\r\n".repeat(KEYS));
  }

  private static String getOfAll(String command) {
    var line = new StringBuilder(command);
    for (int i = 0; i < KEYS; i++) {
      line.append(" key-").append(i).append(" none-").append(i);
    }
    return line + "\r\n";
  }

  private static String allItems() {
    var items = new StringBuilder();
    for (int i = 0; i < KEYS; i++) {
      items.append(item(i));
    }
    return items + "END\r\n";
  }

  @Test
  public void shouldServeKeysThatOtherDaemonsHold() throws IOException {
    start(1, 1);

    fill();

    assertThat(ask(getOfAll("get"))).isEqualTo(allItems());
    for (int i = 0; i < KEYS; i++) {
      assertThat(ask("get key-" + i + "\r\n")).isEqualTo(item(i) + "END\r\n");
      var entry = table.get(("key-" + i).getBytes(UTF_8)).orElseThrow();
      assertThat(entry.value()).asString().isEqualTo("value-" + i);
    }
    for (int daemon = 1; daemon < 3; daemon++) {
      try (Socket other = connectTo(daemon)) {
        assertThat(ask(other, getOfAll("get") + "version\r\n")).isEqualTo(allItems());
      }
    }
  }

  @Test
  public void shouldTellTheSameCasOnEachDaemon() throws IOException {
    start(1, 1);
    fill();

    String here = ask(getOfAll("gets"));

    assertThat(here).containsPattern("VALUE key-0 0 7 [0-9]+\r\nvalue-0\r\n");
    try (Socket other = connectTo(1)) {
      assertThat(ask(other, getOfAll("gets") + "version\r\n")).isEqualTo(here);
    }
  }

  @Test
  public void shouldDeleteAndTouchWhatOtherDaemonsHold() throws IOException {
    start(1, 1);
    fill();

    for (int i = 0; i < KEYS; i++) {
      String end = i % 2 == 0 ? "-1" : "1000";
      assertThat(ask("touch key-" + i + " " + end + "\r\n")).isEqualTo("TOUCHED\r\n");
      assertThat(ask("touch none-" + i + " 1\r\n")).isEqualTo("NOT_FOUND\r\n");
      assertThat(ask("delete none-" + i + "\r\n")).isEqualTo("NOT_FOUND\r\n");
      if (i % 2 == 1) {
        assertThat(table.get(("key-" + i).getBytes(UTF_8)).orElseThrow().expiresAtMs())
            .isGreaterThan(System.currentTimeMillis());
        assertThat(ask("get key-" + i + "\r\n")).isEqualTo(item(i) + "END\r\n");
        assertThat(ask("delete key-" + i + "\r\n")).isEqualTo("DELETED\r\n");
      }
      assertThat(ask("get key-" + i + "\r\n")).isEqualTo("END\r\n");
      assertThat(ask("delete key-" + i + "\r\n")).isEqualTo("NOT_FOUND\r\n");
    }
    assertThat(ask("set key-0 0 0 1 noreply\r\nx\r\ndelete key-0 noreply\r\nget key-0\r\n"))
        .isEqualTo("END\r\n");
  }

  @Test
  public void shouldKeepTheOrderOfAnswersFromHereAndThere() throws IOException {
    start(1, 1);
    var request = new StringBuilder();
    var expected = new StringBuilder();
    for (int i = 0; i < KEYS; i++) {
      request.append(set(i)).append("get key-").append(i).append("\r\nbogus\r\n");
      expected.append("STORED\r\n").append(item(i)).append("END\r\nERROR\r\n");
    }

    assertThat(ask(request.toString())).isEqualTo(expected.toString());
  }

  @Test
  public void shouldDoEveryCommandWhereverTheOnlyCopyIs() throws IOException {
    start(1, 1);

    doEveryCommand();
  }

  @Test
  public void shouldDoEveryCommandOfItemsWithSeveralCopies() throws IOException {
    start(3, 3);

    doEveryCommand();
  }

  @Test
  public void shouldDoEveryCommandOfAStrongTable() throws IOException {
    start(3, 3, ConsistencyMode.STRONG);

    doEveryCommand();
  }

  private void doEveryCommand() throws IOException {
    for (int i = 0; i < 30; i++) {
      String k = "every-" + i;
      hold("add " + k + " 7 0 1\r\n5\r\n", "STORED\r\n");
      hold("add " + k + " 0 0 1\r\nx\r\n", "NOT_STORED\r\n");
      hold("incr " + k + " 10\r\n", "15\r\n");
      hold("decr " + k + " 20\r\n", "0\r\n");
      hold("incr none-" + i + " 1\r\n", "NOT_FOUND\r\n");
      hold("replace " + k + " 8 0 3\r\nabc\r\n", "STORED\r\n");
      hold("append " + k + " 0 0 1\r\nd\r\n", "STORED\r\n");
      hold("prepend " + k + " 0 0 1\r\n_\r\n", "STORED\r\n");
      hold("get " + k + "\r\n", "VALUE " + k + " 8 5\r\n_abcd\r\nEND\r\n");
      hold(
          "incr " + k + " 1\r\n",
          "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n");
      hold("cas " + k + " 0 0 1 1\r\nx\r\n", "EXISTS\r\n");
      hold("cas none-" + i + " 0 0 1 1\r\nx\r\n", "NOT_FOUND\r\n");
      hold("cas " + k + " 9 0 1 " + casOf(k) + "\r\nx\r\n", "STORED\r\n");
      hold("gat 1000 none " + k + "\r\n", "VALUE " + k + " 9 1\r\nx\r\nEND\r\n");
      hold("touch " + k + " 2000\r\n", "TOUCHED\r\n");
      hold("mg " + k + " v f q k\r\n", "VA 1 f9 k" + k + "\r\nx\r\n");
      hold("mg none-" + i + " v\r\n", "EN\r\n");
      hold("ms " + k + " 2 F3 T0\r\n41\r\n", "HD\r\n");
      hold("ma " + k + " v\r\n", "VA 2\r\n42\r\n");
      hold("md " + k + " q\r\n", "");
      hold("delete " + k + "\r\n", "NOT_FOUND\r\n");
      hold("set " + k + " 0 0 1\r\nx\r\ndelete " + k + "\r\n", "STORED\r\nDELETED\r\n");
    }
  }

  private void hold(String request, String answer) throws IOException {
    assertThat(ask(request)).as(request).isEqualTo(answer);
  }

  private String casOf(String key) throws IOException {
    return ask("gets " + key + "\r\n").split("[ \r]")[4];
  }

  @Test
  public void shouldCountEveryIncrementOfManyClientsOnce() throws Exception {
    start(3, 3, ConsistencyMode.STRONG);
    hold("set counter 0 0 1\r\n0\r\n", "STORED\r\n");
    var clients = new ArrayList<Thread>();
    var failures = new ConcurrentLinkedQueue<Throwable>();

    for (int i = 0; i < 6; i++) {
      int daemon = i % 3;
      var client =
          new Thread(
              () -> {
                try (Socket to = connectTo(daemon)) {
                  for (int n = 0; n < 50; n++) {
                    assertThat(ask(to, "incr counter 1\r\nversion\r\n")).matches("\\d+\r\n");
                  }
                } catch (IOException | AssertionError e) {
                  failures.add(e);
                }
              });
      client.start();
      clients.add(client);
    }
    for (Thread client : clients) {
      client.join();
    }

    assertThat(failures).isEmpty();
    hold("get counter\r\n", "VALUE counter 0 3\r\n300\r\nEND\r\n");
  }

  @Test
  public void shouldServeATableOfSeveralCopies() throws IOException {
    start(3, 3);

    fill();

    assertThat(ask(getOfAll("get"))).isEqualTo(allItems());
    try (Socket other = connectTo(2)) {
      assertThat(ask(other, "delete key-5\r\nversion\r\n")).isEqualTo("DELETED\r\n");
      assertThat(ask("get key-5 key-6\r\n")).isEqualTo(item(6) + "END\r\n");
    }
  }
}
