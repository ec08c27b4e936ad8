// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.client.SednaClient;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.ClusterState;
import io.sedna.thrift.generated.MemberInfo;
import io.sedna.thrift.generated.SnapshotRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.yarn.api.records.ApplicationReport;

/**
 * The steps of the quickstart, in order, and what they leave behind. For one thread, but for {@link
 * #close}.
 */
final class Quickstart implements AutoCloseable {
  private static final String INSTANCE = "quickstart";
  private static final String TABLE = "demo.counts";
  private static final String SNAPSHOT = "before-kill";
  private static final String TOP_DIR = "/quickstart/top";
  private static final int TOP = 20;
  private static final int DAEMONS = EmbeddedCluster.NODES;
  private static final String DAEMON_MEMORY = "512m";
  private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(120);
  private static final long POLL_MS = 200;

  private final Console console;
  private final Path logs;
  private final Optional<Path> words;
  private final Path input;
  private final Checks checks = new Checks();
  private final EmbeddedCluster cluster;
  private Launcher launcher;
  private InputCount expected;
  private SednaClient client;
  private String killed;
  private long killedStartedAtMs;
  private boolean closed;

  /**
   * @param words text to count words of; empty: count what the poms of the local Maven repository
   *     depend on
   */
  Quickstart(Console console, Path dir, Path logs, Optional<Path> words) throws IOException {
    this.console = console;
    this.logs = logs;
    this.words = words;
    this.input = (words.isPresent() ? words.get() : LocalRepository.find()).toRealPath();
    this.cluster = new EmbeddedCluster(dir);
  }

  Checks checks() {
    return checks;
  }

  void run() throws Exception {
    console.step(
        "Boot ZooKeeper, HDFS (3 data nodes, 2 racks) and YARN (3 node managers)",
        progress -> boot());
    console.step("Count " + what() + " without Hadoop or Sedna", progress -> countPlainly());
    console.step("Submit Sedna: 3 daemons in containers of their own", this::submit);
    console.step("MapReduce: count " + what() + " into the table " + TABLE, this::countByMapReduce);
    console.step("MapReduce: the top " + TOP + " of the table to HDFS", this::topByMapReduce);
    console.step("Snapshot to HDFS", this::snapshot);
    console.step("Kill a daemon with SIGKILL and read every key while it is down", this::kill);
    console.step("Wait until every partition has three copies again", this::recover);
    console.step("Stop the instance", progress -> stop());
    console.step("Start it again from HDFS", this::restart);
  }

  private String what() {
    return words.isPresent() ? "words of " + input : "dependencies in *.pom below " + input;
  }

  private void boot() throws IOException {
    cluster.start();
    launcher =
        new Launcher(
            Path.of(System.getProperty("sedna.home")),
            cluster.settings(),
            cluster.hadoopClassPath(),
            logs);
  }

  private void countPlainly() throws IOException {
    expected = InputCount.of(input, words.isPresent() ? new WordCounter() : new PomCounter());
    if (expected.counts().isEmpty()) {
      throw new IOException("nothing to count: files=" + expected.files() + ", input=" + input);
    }
  }

  private void submit(Progress progress) throws Exception {
    launcher.run(
        "create",
        INSTANCE,
        "--wait",
        "-daemons",
        Integer.toString(DAEMONS),
        "-memory",
        DAEMON_MEMORY);
    var state = awaitComplete(progress, any -> true);
    var application = application();
    checks.equal("daemons serving", DAEMONS, liveMembers(state));
    checks.equal("processes of daemons", DAEMONS, DaemonProcesses.all().size());
    checks.equal(
        "containers of the application, its master's too",
        DAEMONS + 1L,
        cluster.containers(application.getApplicationId()));
  }

  private ApplicationReport application() throws IOException {
    var report = cluster.running(false);
    if (report == null) {
      throw new IOException("YARN runs no application for the instance");
    }
    return report;
  }

  private void countByMapReduce(Progress progress) throws Exception {
    var program = words.isPresent() ? "wordcount" : "pomcount";
    runJob(progress, program, "--instance", INSTANCE, "--create", input.toUri().toString(), TABLE);
    var table = client.table(TABLE);
    var counts = Records.scan(table);
    checks.that(
        "MapReduce's counts equal the plain count",
        counts.equals(expected.counts()),
        counts.size()
            + " keys of "
            + expected.counts().size()
            + ", from "
            + expected.files()
            + " files of "
            + expected.bytes() / 1024
            + " KiB");
  }

  private void topByMapReduce(Progress progress) throws Exception {
    runJob(
        progress, "top", "--instance", INSTANCE, TABLE, TOP_DIR, "--limit", Integer.toString(TOP));
    var top = expected.top(TOP);
    var wanted = top.stream().map(entry -> TopLines.format(entry.getKey(), entry.getValue()));
    checks.that(
        "the top " + TOP + " on HDFS equal the plain count's",
        wanted.toList().equals(readTop()),
        "greatest: " + top.get(0).getKey() + " " + top.get(0).getValue());
    var table = client.table(TABLE);
    int equal = 0;
    for (var entry : top) {
      var value = table.get(entry.getKey().getBytes(UTF_8));
      if (value.isPresent()
          && new String(value.get().value(), UTF_8).equals(entry.getValue().toString())) {
        equal++;
      }
    }
    checks.equal("the top " + TOP + " read through the Thrift client", top.size(), equal);
  }

  private List<String> readTop() throws IOException {
    var path = new org.apache.hadoop.fs.Path(TOP_DIR, "part-r-00000");
    try (FSDataInputStream in = cluster.hadoop().fileSystem().open(path)) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }

  private void runJob(Progress progress, String... arguments) throws Exception {
    var run = launcher.start(arguments);
    cluster.watchJob(run::isAlive, progress);
    run.await();
  }

  private void snapshot(Progress progress) {
    var admin = client.admin();
    var operation = admin.snapshot(new SnapshotRequest().setName(SNAPSHOT));
    admin.awaitOperation(
        operation.getId(),
        SETTLE_TIMEOUT,
        info -> progress.at(info.getDone(), Math.max(1, info.getTotal())));
    var records =
        admin.listSnapshots().stream()
            .filter(info -> info.getName().equals(SNAPSHOT))
            .mapToLong(info -> info.getRecords())
            .sum();
    checks.equal("records in the snapshot", (long) expected.counts().size(), records);
  }

  private void kill(Progress progress) throws Exception {
    var victim = client.admin().clusterState().getMembers().get(0);
    killed = victim.getNodeId();
    killedStartedAtMs = victim.getStartedAtMs();
    var process =
        DaemonProcesses.of(killed)
            .orElseThrow(() -> new IOException("no process has the node id " + killed));

    DaemonProcesses.kill(process);
    var outcome = Records.readEach(client.table(TABLE), expected.counts(), progress);
    long readAtMs = System.currentTimeMillis();

    // If it was the controller that was killed, this is answered when there is another one.
    boolean wasDown =
        client.admin().clusterState().getMembers().stream()
            .noneMatch(member -> isBack(member) && member.getStartedAtMs() <= readAtMs);
    checks.that(
        "every key is read while " + killed + " is down",
        outcome.isGood() && wasDown,
        outcome + (wasDown ? "" : ", but the daemon was back before the end"));
  }

  /** Another process than the one that was killed. */
  private boolean isBack(MemberInfo member) {
    return member.getNodeId().equals(killed)
        && member.isLive()
        && member.getStartedAtMs() > killedStartedAtMs;
  }

  private void recover(Progress progress) throws Exception {
    var state = awaitComplete(progress, now -> now.getMembers().stream().anyMatch(this::isBack));
    checks.equal("daemons after the replacement", DAEMONS, liveMembers(state));
    checks.equal("partitions with three copies", state.getPartitions(), state.getComplete());
    var outcome = Records.readEach(client.table(TABLE), expected.counts(), progress);
    checks.that("every key is read after the replacement", outcome.isGood(), outcome.toString());
  }

  private void stop() throws Exception {
    client.close();
    client = null;
    launcher.run("stop", INSTANCE);
    long deadlineNs = System.nanoTime() + SETTLE_TIMEOUT.toNanos();
    while (!DaemonProcesses.all().isEmpty() && System.nanoTime() < deadlineNs) {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    checks.equal("processes of daemons after the stop", 0, DaemonProcesses.all().size());
  }

  private void restart(Progress progress) throws Exception {
    launcher.run("start", INSTANCE, "--wait");
    awaitComplete(progress, any -> true);
    var outcome = Records.readEach(client.table(TABLE), expected.counts(), progress);
    checks.that("every key is there after the restart", outcome.isGood(), outcome.toString());
    checks.equal(
        "keys in the table after the restart",
        expected.counts().size(),
        Records.scan(client.table(TABLE)).size());
  }

  /** Waits until all daemons live, every partition has all its copies, and this holds too. */
  private ClusterState awaitComplete(Progress progress, Predicate<ClusterState> also)
      throws InterruptedException, IOException {
    long deadlineNs = System.nanoTime() + SETTLE_TIMEOUT.toNanos();
    String last = "no daemon has answered";
    while (System.nanoTime() < deadlineNs) {
      try {
        if (client == null) {
          client = connect();
        }
        var state = client.admin().clusterState();
        progress.at(state.getComplete(), Math.max(1, state.getPartitions()));
        if (liveMembers(state) == DAEMONS
            && state.getEpoch() > 0
            && state.getComplete() == state.getPartitions()
            && also.test(state)) {
          return state;
        }
        last = state.toString();
      } catch (SednaException e) {
        last = e.toString();
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    throw new IOException(
        "the instance was not complete within " + SETTLE_TIMEOUT.toSeconds() + " s: " + last);
  }

  private SednaClient connect() {
    var conf = cluster.conf();
    conf.set("sedna.instance", INSTANCE);
    return SednaClient.builder().configuration(conf).build();
  }

  private static int liveMembers(ClusterState state) {
    return (int) state.getMembers().stream().filter(MemberInfo::isLive).count();
  }

  /** What a user wants to know who looks at it. */
  List<String> describeKept() throws IOException {
    var lines = new ArrayList<String>();
    var daemons =
        client.admin().clusterState().getMembers().stream()
            .map(member -> member.getHost() + ":" + member.getThriftPort())
            .toList();
    lines.add("");
    lines.add("Everything keeps running until Ctrl-C:");
    lines.add("  daemons (Thrift)  " + String.join(",", daemons));
    lines.add("  ZooKeeper         " + cluster.zooKeeper());
    lines.add("  web page          " + application().getTrackingUrl());
    lines.add("  YARN              http://" + cluster.hadoop().resourceManagerWebAddress());
    lines.add("  HDFS              http://" + cluster.hadoop().nameNodeWebAddress());
    lines.add("  settings          " + cluster.settings());
    lines.add("");
    lines.add("  " + launcher.command("shell", "--instance", INSTANCE));
    return lines;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (client != null) {
      client.close();
    }
    cluster.close();
  }
}
