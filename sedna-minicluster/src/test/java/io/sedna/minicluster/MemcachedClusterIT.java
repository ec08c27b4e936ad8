// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.client.SednaTable;
import io.sedna.common.conf.MemcachedConfig;
import io.sedna.testing.Await;
import io.sedna.thrift.generated.MemoryMode;
import io.sedna.thrift.generated.PersistenceMode;
import io.sedna.thrift.generated.TableSchema;
import java.io.IOException;
import java.net.Socket;
import java.util.Set;
import java.util.TreeSet;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;

/** memcached's protocol on one of three daemons, whose keys are mostly elsewhere. */
public class MemcachedClusterIT {
  private static final int KEYS = 200;
  private static final String ELSEWHERE =
      "SERVER_ERROR [^\r\n]* need the only copy of the item on this daemon[^\r\n]*\r\n";

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
                .setReadQuorum(1)
                .setWriteQuorum(copiesOfTable)
                .setMemory(MemoryMode.CACHE)
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

  /** Keys that incr, which needs the item itself, finds on the daemon. */
  private Set<Integer> keysHere() throws IOException {
    var here = new TreeSet<Integer>();
    for (int i = 0; i < KEYS; i++) {
      String answer = ask("incr key-" + i + " 1\r\n");
      if (!answer.matches(ELSEWHERE)) {
        assertThat(answer)
            .isEqualTo("CLIENT_ERROR cannot increment or decrement non-numeric value\r\n");
        here.add(i);
      }
    }
    return here;
  }

  @Test
  public void shouldServeKeysThatOtherDaemonsHold() throws IOException {
    start(1, 1);

    fill();

    assertThat(keysHere()).isNotEmpty().hasSizeLessThan(KEYS);
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
  public void shouldRefuseWhatNeedsTheItemItselfAndTakeItsData() throws IOException {
    start(1, 1);
    fill();
    Set<Integer> here = keysHere();

    for (int i = 0; i < KEYS; i++) {
      if (!here.contains(i)) {
        String key = "key-" + i;
        for (String command :
            new String[] {
              "add " + key + " 0 0 9\r\nversion\r\n\r\n",
              "append " + key + " 0 0 9\r\nversion\r\n\r\n",
              "cas " + key + " 0 0 9 1\r\nversion\r\n\r\n",
              "gat 0 " + key + "\r\n",
              "mg " + key + " v\r\n",
              "md " + key + "\r\n",
              "ma " + key + "\r\n"
            }) {
          assertThat(ask(command)).as(command).matches(ELSEWHERE);
        }
        break;
      }
    }
    assertThat(ask(getOfAll("get"))).isEqualTo(allItems());
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

  @Test
  public void shouldRefuseWhatNeedsTheOnlyCopyWhereTheInstanceKeepsSeveral() throws IOException {
    start(3, 1);

    fill();

    // The other copies of a partition are written too, though none of them counts for the table.
    assertThat(keysHere()).isEmpty();
    assertThat(ask("add key-0 0 0 1\r\nx\r\n"))
        .matches(ELSEWHERE)
        .contains("sedna.replication=1", "table=default.memcached");
    assertThat(ask(getOfAll("get"))).isEqualTo(allItems());
  }
}
