// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sedna.client.SednaClient;
import io.sedna.common.error.SednaException;
import io.sedna.testing.Await;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.MemberInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.Test;

/**
 * The packaged jar on a stock Hadoop cluster of separate processes: everything that an
 * administrator and a job do with an instance, and what they have to live through.
 */
public class StockHadoopIT {
  private static final String DAEMON = "io.sedna.daemon.DaemonMain";
  private static final String MASTER = "io.sedna.yarn.am.ApplicationMaster";
  private static final int PARTITIONS = 64;
  private static final Duration WAIT = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Long> words = new TreeMap<>();
  private StockHadoop cluster;
  private SednaClient client;

  @Test
  public void shouldServeAndSurviveOnAStockCluster() throws Exception {
    var dir = Path.of("target", "stock-hadoop-" + ProcessHandle.current().pid()).toAbsolutePath();
    Files.createDirectories(dir);
    cluster = StockHadoop.start(dir, 4);
    try {
      createsAndRefusesASecondOfTheSameName();
      countsByMapReduceInAndOut(dir);
      keepsEveryKeyThroughTheKillOfADaemon();
      adoptsDaemonsAfterTheKillOfTheMaster();
      flexesUpAndDown();
      comesBackFromHdfs();
      destroys();
    } finally {
      if (client != null) {
        client.close();
      }
      cluster.close();
    }
  }

  private void createsAndRefusesASecondOfTheSameName() throws Exception {
    cluster.ok(
        "create", "mystore", "-daemons", "3", "-memory", "512m", "-partitions", "" + PARTITIONS);

    JsonNode status = status();
    assertThat(status.at("/cluster/complete").asInt()).isEqualTo(PARTITIONS);
    assertThat(hosts(status)).as("daemons on distinct nodes").hasSize(3);
    assertThat(racks(status)).as("on both racks").hasSize(2);
    var again = cluster.sedna("create", "mystore");
    assertThat(again.exit()).isNotZero();
    assertThat(again.out()).contains("INSTANCE_EXISTS").contains("application_");
    var impossible = cluster.sedna("create", "giant", "-memory", "1000g");
    assertThat(impossible.exit()).isNotZero();
    assertThat(impossible.out()).contains("IMPOSSIBLE_RESOURCES");
    connect();
  }

  private void countsByMapReduceInAndOut(Path dir) throws Exception {
    var text = new StringBuilder();
    for (int i = 1; i <= 3000; i++) {
      for (int j = i; j <= 3000; j += i * 7) {
        text.append("word").append(i).append(j % 5 == 0 ? '\n' : ' ');
        words.merge("word" + i, 1L, Long::sum);
      }
    }
    Path input = Files.writeString(dir.resolve("words.txt"), text);
    cluster.hadoop("fs", "-mkdir", "-p", "/in");
    cluster.hadoop("fs", "-put", input.toString(), "/in/words.txt");

    cluster.ok("wordcount", "--instance", "mystore", "--create", "/in", "text.words");
    cluster.ok("top", "--instance", "mystore", "-k", "5", "text.words", "/out");

    checkEveryWord();
    List<String> top =
        cluster
            .hadoop("fs", "-cat", "/out/part-r-00000")
            .lines()
            .filter(line -> line.contains("\t"))
            .toList();
    List<String> expected =
        words.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(5)
            .map(e -> e.getKey())
            .toList();
    assertThat(top).hasSize(5);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(top.get(i)).contains(Long.toString(words.get(expected.get(i))));
    }
    var missing = cluster.sedna("wordcount", "--instance", "mystore", "/in", "text.nowhere");
    assertThat(missing.exit()).isNotZero();
    assertThat(missing.out()).contains("TABLE_NOT_FOUND");
  }

  private void keepsEveryKeyThroughTheKillOfADaemon() throws Exception {
    ProcessHandle victim = cluster.containers(DAEMON).get(0);
    long killedAtMs = System.currentTimeMillis();

    victim.destroyForcibly();

    checkEveryWord();
    await("a replacement", () -> startedSince(killedAtMs) && complete(3));
    checkEveryWord();
    assertThat(cluster.containers(DAEMON)).doesNotContain(victim).hasSize(3);
  }

  private void adoptsDaemonsAfterTheKillOfTheMaster() throws Exception {
    Set<Long> before = pids(DAEMON);
    List<ProcessHandle> masters = cluster.containers(MASTER);
    assertThat(masters).hasSize(1);

    masters.get(0).destroyForcibly();

    await(
        "a new application master",
        () -> {
          checkEveryWord();
          List<ProcessHandle> now = cluster.containers(MASTER);
          return now.size() == 1 && now.get(0).pid() != masters.get(0).pid();
        });
    await("a status of the adopted daemons", () -> hosts(status()).size() == 3);
    assertThat(pids(DAEMON)).as("daemons stay up").isEqualTo(before);
  }

  private void flexesUpAndDown() throws Exception {
    Set<Long> before = pids(DAEMON);

    cluster.ok("flex", "mystore", "-daemons", "4");

    await("four daemons", () -> complete(4));
    assertThat(pids(DAEMON)).containsAll(before).hasSize(4);
    assertThat(hosts(status())).hasSize(4);
    checkEveryWord();

    cluster.ok("flex", "mystore", "-daemons", "3");

    await("three daemons", () -> complete(3));
    await("the drained container's end", () -> pids(DAEMON).size() == 3);
    checkEveryWord();
  }

  private void comesBackFromHdfs() throws Exception {
    client.close();

    cluster.ok("stop", "mystore");

    await("the end of every container", () -> pids(DAEMON).isEmpty() && pids(MASTER).isEmpty());

    cluster.ok("start", "mystore");

    connect();
    await("all copies", () -> complete(3));
    checkEveryWord();
  }

  private void destroys() throws Exception {
    client.close();

    cluster.ok("destroy", "mystore", "--yes", "--force", "--delete-snapshots");

    await("the end of every container", () -> pids(DAEMON).isEmpty() && pids(MASTER).isEmpty());
    assertThat(cluster.ok("list")).doesNotContain("mystore");
    var gone = cluster.sedna("start", "mystore");
    assertThat(gone.exit()).isNotZero();
    assertThat(gone.out()).contains("INSTANCE_NOT_FOUND");
  }

  private void connect() throws Exception {
    List<String> addresses = new ArrayList<>();
    for (JsonNode daemon : status().at("/cluster/daemons")) {
      addresses.add(daemon.get("host").asText() + ":" + daemon.get("thriftPort").asText());
    }
    client = SednaClient.builder().bootstrap(String.join(",", addresses)).build();
  }

  private void checkEveryWord() {
    List<String> keys = List.copyOf(words.keySet());
    var values =
        client.table("text.words").multiGet(keys.stream().map(key -> key.getBytes(UTF_8)).toList());
    Map<String, Long> found = new TreeMap<>();
    for (int i = 0; i < keys.size(); i++) {
      found.put(
          keys.get(i),
          Long.valueOf(new String(values.get(i).value().orElseThrow().value(), UTF_8)));
    }
    assertThat(found).isEqualTo(words);
  }

  /** Asks the daemons, which is quicker than the command that people use. */
  private boolean complete(int daemons) {
    try {
      ClusterState state = client.admin().clusterState();
      return state.getComplete() == PARTITIONS
          && state.getMembers().stream().filter(MemberInfo::isLive).count() == daemons
          && state.getMembers().size() == daemons;
    } catch (SednaException e) {
      return false; // No controller at this moment.
    }
  }

  private boolean startedSince(long timeMs) {
    try {
      return client.admin().clusterState().getMembers().stream()
          .anyMatch(member -> member.isLive() && member.getStartedAtMs() >= timeMs);
    } catch (SednaException e) {
      return false; // No controller at this moment.
    }
  }

  private JsonNode status() throws Exception {
    var ran = cluster.sedna("status", "mystore", "--json");
    int begin = ran.out().indexOf('{');
    return ran.exit() == 0 && begin >= 0
        ? JSON.readTree(ran.out().substring(begin))
        : JSON.createObjectNode();
  }

  private static Set<String> hosts(JsonNode status) {
    return ofLive(status, "host");
  }

  private static Set<String> racks(JsonNode status) {
    return ofLive(status, "rack");
  }

  private static Set<String> ofLive(JsonNode status, String field) {
    Set<String> values = new HashSet<>();
    for (JsonNode daemon : status.at("/cluster/daemons")) {
      if (daemon.get("live").asBoolean()) {
        values.add(daemon.get(field).asText());
      }
    }
    return values;
  }

  private Set<Long> pids(String mainClass) {
    return cluster.containers(mainClass).stream()
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  private void await(String what, Await.Condition condition) {
    Await.until(what, WAIT, condition, this::statusText);
  }

  private String statusText() {
    try {
      return status().toPrettyString();
    } catch (Exception e) {
      return e.toString();
    }
  }
}
