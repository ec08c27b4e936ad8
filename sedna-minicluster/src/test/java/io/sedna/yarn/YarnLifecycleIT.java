// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sedna.chaos.RecordedLoad;
import io.sedna.cli.SednaCli;
import io.sedna.client.PutEntry;
import io.sedna.client.SednaClient;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.SednaDaemon;
import io.sedna.minicluster.MiniHadoopCluster;
import io.sedna.testing.Await;
import io.sedna.yarn.client.InstanceState;
import io.sedna.yarn.client.InstanceStatus;
import io.sedna.yarn.client.Progress;
import io.sedna.yarn.client.SednaYarnClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.test.TestingServer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Instances on a real, if small, YARN: daemons and masters are processes, and are killed. */
public class YarnLifecycleIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int RECORDS = 1_000;
  private static final String TABLE = "life.records";

  @ClassRule public static final TemporaryFolder FOLDER = new TemporaryFolder();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static MiniHadoopCluster hadoop;
  private static TestingServer zooKeeper;
  private static Configuration conf;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeClass
  public static void start() throws Exception {
    zooKeeper = new TestingServer(-1, FOLDER.newFolder("zookeeper"), true);
    var overrides = new Configuration(false);
    // All node managers are on one host here.
    overrides.setBoolean(YarnConfiguration.RM_SCHEDULER_INCLUDE_PORT_IN_NODE_NAME, true);
    hadoop =
        MiniHadoopCluster.builder(FOLDER.newFolder("hadoop").toPath())
            .datanodes(1)
            .nodeManagers(4)
            .nodeManagerMemoryMb(1536)
            .configuration(overrides)
            .start();
    conf = SednaConfiguration.create(hadoop.configuration());
    conf.set("sedna.zookeeper.quorum", zooKeeper.getConnectString());
    conf.set(SednaYarnClient.JAR, System.getProperty("sedna.application.jar"));
    conf.set("sedna.partitions", "32");
    conf.set("sedna.zookeeper.session.timeout.ms", "4000");
    conf.set("sedna.yarn.am.memory.mb", "256");
    conf.set("sedna.yarn.daemon.java.opts", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
  }

  @AfterClass
  public static void stop() throws Exception {
    if (hadoop != null) {
      hadoop.close();
    }
    if (zooKeeper != null) {
      zooKeeper.close();
    }
  }

  @Test
  public void shouldLiveThroughLossesResizingAndRestart() throws Exception {
    assertThat(run("create", "life", "-daemons", "3", "-memory", "512m", "--wait")).isZero();
    assertThat(text(out)).contains("application_").contains("sedna shell --instance life");
    try (var yarn = new SednaYarnClient(conf)) {
      var created = yarn.status("life");
      assertThat(created.state()).isEqualTo(InstanceState.RUNNING);
      write(yarn);
      seeWebPage(created);

      killDaemonIsReplaced(yarn);
      killMasterIsReplacedAndAdoptsDaemons(yarn);
      flexUpAndDown(yarn);
      refusesOthersOnItsPath(yarn);
      stopAndStart(yarn);
      endsWhereItsPathHasBecomeAnothers(yarn);

      yarn.destroy("life", true, true, Progress.SILENT);
      assertThatThrownBy(() -> yarn.status("life"))
          .isInstanceOfSatisfying(
              SednaException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INSTANCE_NOT_FOUND));
    }
  }

  private void killDaemonIsReplaced(SednaYarnClient yarn) throws Exception {
    var victim = processes("sedna.node.id=life-2");
    assertThat(victim).hasSize(1);

    victim.get(0).destroyForcibly();

    await(
        "a new process for life-2",
        () -> {
          var now = processes("sedna.node.id=life-2");
          return now.size() == 1 && now.get(0).pid() != victim.get(0).pid();
        });
    yarn.awaitServing("life", PATIENCE, Progress.SILENT);
    readAll(yarn);
  }

  private void killMasterIsReplacedAndAdoptsDaemons(SednaYarnClient yarn) throws Exception {
    var daemons = pids("io.sedna.daemon.DaemonMain");
    var master = processes("io.sedna.yarn.am.ApplicationMaster");
    assertThat(daemons).hasSize(3);
    assertThat(master).hasSize(1);

    var attempts = attempts(yarn);
    try (SednaClient client = yarn.connect("life")) {
      var load = RecordedLoad.start(client, "am-", ThreadLocalRandom.current().nextLong());
      master.get(0).destroyForcibly();
      awaitAdoption(yarn, master.get(0));
      var result = load.stopAndCheck(PATIENCE);

      assertThat(result.findings()).isEmpty();
      assertThat(result.failed()).as("daemons go on serving").isEmpty();
      assertThat(result.answered())
          .hasSize(3)
          .allSatisfy((table, calls) -> assertThat(calls).isPositive());
    }
    assertThat(attempts(yarn)).isEqualTo(attempts + 1);
    assertThat(pids("io.sedna.daemon.DaemonMain")).isEqualTo(daemons);
    readAll(yarn);
  }

  /** How often YARN has started the master of the instance. */
  private static int attempts(SednaYarnClient yarn) throws Exception {
    try (var resourceManager = YarnClient.createYarnClient()) {
      resourceManager.init(conf);
      resourceManager.start();
      var id = ApplicationId.fromString(yarn.status("life").applicationId());
      return resourceManager.getApplicationAttempts(id).size();
    }
  }

  private void awaitAdoption(SednaYarnClient yarn, ProcessHandle master) throws Exception {
    await(
        "a new master",
        () -> {
          var now = processes("io.sedna.yarn.am.ApplicationMaster");
          return now.size() == 1 && now.get(0).pid() != master.pid();
        });
    await(
        "adoption",
        () -> {
          var page = status(yarn.status("life"));
          return page != null
              && page.get("daemons").size() == 3
              && IntStream.range(0, 3)
                  .allMatch(
                      i -> page.get("daemons").get(i).get("state").asText().equals("running"));
        });
  }

  private void flexUpAndDown(SednaYarnClient yarn) throws Exception {
    assertThat(run("flex", "life", "--daemons", "4", "--wait")).as(text(err)).isZero();
    assertThat(processes("sedna.node.id=life-4")).hasSize(1);
    readAll(yarn);

    assertThat(run("flex", "life", "-daemons", "3", "--wait")).as(text(err)).isZero();

    assertThat(processes("sedna.node.id=life-4")).isEmpty();
    yarn.awaitServing("life", PATIENCE, Progress.SILENT);
    readAll(yarn);
  }

  private void stopAndStart(SednaYarnClient yarn) throws Exception {
    assertThat(run("stop", "life")).as(text(err)).isZero();
    await("the end of all daemons", () -> processes("io.sedna.daemon.DaemonMain").isEmpty());
    assertThat(yarn.status("life").state()).isEqualTo(InstanceState.STOPPED);
    assertThat(run("create", "life", "-memory", "512m")).isEqualTo(1);
    assertThat(text(err)).contains("INSTANCE_EXISTS");

    assertThat(run("start", "life", "--wait")).as(text(err)).isZero();

    readAll(yarn);
    try (var client = yarn.connect("life")) {
      client.table(TABLE).put(key(0), "again".getBytes(UTF_8));
    }
  }

  private void refusesOthersOnItsPath(SednaYarnClient yarn) {
    var other = SednaConfiguration.create(conf);
    other.set("sedna.instance", "life");
    other.set("sedna.node.id", "stranger");

    assertThatThrownBy(() -> new SednaDaemon(other).start())
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INSTANCE_EXISTS))
        .hasMessageContaining("/sedna/life")
        .hasMessageContaining(yarn.status("life").applicationId());
  }

  private void endsWhereItsPathHasBecomeAnothers(SednaYarnClient yarn) throws Exception {
    try (var curator = connection()) {
      curator.setData().forPath("/sedna/life/owner", "application_1_0001".getBytes(UTF_8));
    }

    await("the end of all daemons", () -> processes("io.sedna.daemon.DaemonMain").isEmpty());
    await("the end", () -> yarn.status("life").state() == InstanceState.FAILED);
    assertThat(yarn.status("life").diagnostics())
        .contains("/sedna/life belongs to application_1_0001 now");
  }

  private static CuratorFramework connection() {
    var curator =
        CuratorFrameworkFactory.newClient(
            zooKeeper.getConnectString(), new ExponentialBackoffRetry(100, 5));
    curator.start();
    return curator;
  }

  @Test
  public void shouldNotTakeThePathOfAnInstanceThatRunsWithoutYarn() throws Exception {
    try (var curator = connection()) {
      curator
          .create()
          .creatingParentsIfNeeded()
          .forPath("/sedna/held/owner", "hdfs://elsewhere/snapshots".getBytes(UTF_8));
    }

    assertThat(run("create", "held", "--memory", "512m")).isEqualTo(1);

    assertThat(text(err))
        .contains("INSTANCE_EXISTS")
        .contains("/sedna/held")
        .contains("hdfs://elsewhere/snapshots");
  }

  @Test
  public void shouldNotTakeThePathOfAnotherClustersInstanceThatLives() throws Exception {
    try (var curator = connection()) {
      curator
          .create()
          .creatingParentsIfNeeded()
          .forPath("/sedna/away/owner", "application_1_0001".getBytes(UTF_8));
      curator.create().creatingParentsIfNeeded().forPath("/sedna/away/members/away-1");
    }

    assertThat(run("create", "away", "--memory", "512m")).isEqualTo(1);

    assertThat(text(err))
        .contains("INSTANCE_EXISTS")
        .contains("/sedna/away is held by the living daemons [away-1] of application_1_0001");
  }

  @Test
  public void shouldRefuseWhatCannotBe() {
    assertThat(run("create", "too-many", "--daemons", "9", "--memory", "512m")).isEqualTo(1);
    assertThat(run("create", "too-large", "--memory", "9g")).isEqualTo(1);
    assertThat(run("create", "too-small", "--memory", "300m")).isEqualTo(1);
    assertThat(run("create", "bad name")).isEqualTo(1);
    assertThat(run("create", "no-queue", "--memory", "512m", "--queue", "nowhere")).isEqualTo(1);
    assertThat(run("status", "nobody")).isEqualTo(1);
    assertThat(run("flex", "nobody", "--daemons", "2")).isEqualTo(1);

    assertThat(text(err).lines().filter(line -> line.startsWith("sedna: ")))
        .satisfiesExactly(
            line -> assertThat(line).contains("IMPOSSIBLE_RESOURCES").contains("9 daemons"),
            line -> assertThat(line).contains("IMPOSSIBLE_RESOURCES").contains("9216"),
            line -> assertThat(line).contains("IMPOSSIBLE_RESOURCES").contains("300 MiB"),
            line -> assertThat(line).contains("INVALID_NAME").contains("bad name"),
            line -> assertThat(line).contains("nowhere"),
            line -> assertThat(line).contains("INSTANCE_NOT_FOUND").contains("nobody"),
            line -> assertThat(line).contains("INSTANCE_NOT_FOUND").contains("nobody"));
  }

  @Test
  public void shouldNameTheZooKeeperThatDoesNotAnswer() {
    var exit =
        run(
            "create",
            "alone",
            "--memory",
            "512m",
            "-D",
            "sedna.zookeeper.quorum=localhost:1",
            "-D",
            "sedna.zookeeper.connect.timeout.ms=1000");

    assertThat(exit).isEqualTo(1);
    assertThat(text(err)).contains("ZOOKEEPER_UNREACHABLE").contains("localhost:1");
  }

  private void seeWebPage(InstanceStatus status) throws Exception {
    // Through the resource manager's proxy, as users come.
    var page = get(proxied(status));
    assertThat(page).contains("life-1").contains("Operations per second");
    var json = status(status);
    assertThat(json.get("desired").asInt()).isEqualTo(3);
    assertThat(json.get("daemons")).hasSize(3);
  }

  private static JsonNode status(InstanceStatus status) throws Exception {
    try {
      return JSON.readTree(get(proxied(status) + "status.json"));
    } catch (IOException e) {
      // While there is no master, the proxy leads elsewhere or nowhere.
      return null;
    }
  }

  /** The mini cluster's tracking URLs name the port that was configured, which is any free one. */
  private static String proxied(InstanceStatus status) {
    return "http://"
        + hadoop.resourceManagerWebAddress()
        + "/proxy/"
        + status.applicationId()
        + "/";
  }

  private static String get(String url) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).build();
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NORMAL)
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static void write(SednaYarnClient yarn) {
    try (SednaClient client = yarn.connect("life")) {
      client.admin().createTable(TABLE);
      client
          .table(TABLE)
          .multiPut(
              IntStream.range(0, RECORDS).mapToObj(i -> new PutEntry(key(i), value(i))).toList());
    }
  }

  private static void readAll(SednaYarnClient yarn) {
    try (SednaClient client = yarn.connect("life")) {
      var keys = IntStream.range(0, RECORDS).mapToObj(YarnLifecycleIT::key).toList();
      var results = client.table(TABLE).multiGet(keys);
      for (var i = 0; i < RECORDS; i++) {
        assertThat(results.get(i).value().orElseThrow().value()).isEqualTo(value(i));
      }
    }
  }

  private static byte[] key(int i) {
    return ("key-" + i).getBytes(UTF_8);
  }

  private static byte[] value(int i) {
    return ("value-" + i).getBytes(UTF_8);
  }

  /** Java processes of this test's containers with that in their command line. */
  private static List<ProcessHandle> processes(String argument) {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .filter(
            process ->
                Arrays.stream(process.info().arguments().orElse(new String[0]))
                    .anyMatch(argument::equals))
        .toList();
  }

  private static List<Long> pids(String argument) {
    return processes(argument).stream().map(ProcessHandle::pid).sorted().toList();
  }

  private int run(String... args) {
    out.reset();
    return SednaCli.run(
        SednaConfiguration.create(conf),
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        args);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(UTF_8);
  }

  private static void await(String what, Await.Condition condition) {
    Await.until(what, PATIENCE, condition, () -> "");
  }
}
