// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.conf.SednaConfiguration;
import io.sedna.minicluster.MiniSednaCluster;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The shell as the command line runs it, on scripts. */
public class ShellIT {
  private static MiniSednaCluster sedna;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  private String out;
  private String err;

  @BeforeClass
  public static void start() throws Exception {
    sedna = MiniSednaCluster.builder().start();
  }

  @AfterClass
  public static void stop() {
    if (sedna != null) {
      sedna.close();
    }
  }

  @Before
  public void dropTables() {
    var admin = sedna.client().admin();
    admin.listTables("").forEach(table -> admin.dropTable(table.name().toString()));
  }

  @Test
  public void shouldCarryOutStatements() {
    int code =
        shell(
            "-e",
            "create table shop.prices ttl=1h; put shop.prices apple \"3 crowns\"; get shop.prices apple",
            "-e",
            "scan shop.prices; describe table shop.prices");

    assertThat(code).as(err).isZero();
    assertThat(out).contains("created shop.prices", "OK", "3 crowns", "1h");
  }

  @Test
  public void shouldSetAndShowQuotasAndTellWhatIsWrongWithThem() {
    int code =
        shell(
            "--json",
            "-e",
            "create table shop.pages memory=cache max_bytes=8m; put shop.pages k v; get shop.pages k;"
                + " alter table shop.pages max_bytes=1g; stats");
    int refused = shell("-e", "alter table shop.pages max_bytes=-5");

    assertThat(code).as(err).isZero();
    assertThat(sedna.client().admin().describeTable("shop.pages").schema().maxBytes())
        .isEqualTo(1L << 30);
    assertThat(refused).isEqualTo(ExitCode.FAILURE);
    assertThat(err).contains("INVALID_ARGUMENT").contains("maxBytes=-5");
  }

  @Test
  public void shouldDecideByWhatIsThere() {
    int code =
        shell(
            "--json",
            "-e",
            "create table shop.stock consistency=strong min_in_sync=1; put-if-absent shop.stock k 40;"
                + " put-if-absent shop.stock k 1; incr shop.stock k 2; incr shop.stock k -1;"
                + " append shop.stock k 0; get shop.stock k; cas shop.stock k 1 x;"
                + " delete-if shop.stock k 1; describe table shop.stock");

    assertThat(code).as(err).isZero();
    assertThat(lines().get(1)).contains("\"status\":\"OK\"");
    assertThat(lines().get(2)).contains("\"status\":\"MISMATCH\"");
    assertThat(lines().get(3)).contains("\"value\":42");
    assertThat(lines().get(4)).contains("\"value\":41");
    assertThat(lines().get(6)).contains("\"value\":\"410\"");
    assertThat(lines().get(7)).contains("MISMATCH");
    assertThat(lines().get(8)).contains("MISMATCH");
    assertThat(lines().get(9))
        .contains("\"consistency\":\"strong\"", "\"min_in_sync\":1", "\"conflict_policy\":\"all\"");
  }

  @Test
  public void shouldTakeAConsistencyPerCommand() {
    int code =
        shell(
            "-e",
            "create table shop.a; put shop.a k value consistency=all; get shop.a k consistency=one;"
                + " scan shop.a consistency=all; delete shop.a k consistency=1");
    String shown = out;
    int refused = shell("-e", "get shop.a k consistency=most");

    assertThat(code).isZero();
    assertThat(shown).contains("OK", "value");
    assertThat(refused).isEqualTo(ExitCode.FAILURE);
    assertThat(err).contains("INVALID_ARGUMENT").contains("'most'");
  }

  @Test
  public void shouldTakeAndShowAnyBytes() {
    int code =
        shell(
            "--json",
            "-e",
            "create table shop.raw; put shop.raw \\x00\\xff 'a\"b'; scan shop.raw prefix=\\x00");

    assertThat(code).as(err).isZero();
    assertThat(lines().get(2))
        .startsWith("{\"key\":\"\\\\x00\\\\xff\",\"value\":\"a\\\"b\",\"timestamp\":");
  }

  @Test
  public void shouldStopAScriptAtTheFirstError() throws Exception {
    var script = folder.newFile().toPath();
    Files.writeString(script, "create table shop.a\nget shop.none k\ncreate table shop.b\n");

    int code = shell("-f", script.toString());

    assertThat(code).isEqualTo(ExitCode.FAILURE);
    assertThat(err).contains("ERROR TABLE_NOT_FOUND (1001)").contains("shop.none");
    assertThat(sedna.client().admin().listTables("shop")).hasSize(1);
  }

  @Test
  public void shouldGoOnBehindAnErrorIfAsked() {
    int code = shell("--keep-going", "-e", "nonsense; create table shop.b");

    assertThat(code).isEqualTo(ExitCode.FAILURE);
    assertThat(err).contains("no such command: nonsense");
    assertThat(sedna.client().admin().listTables("shop")).hasSize(1);
  }

  @Test
  public void shouldManageSnapshots() {
    int code =
        shell(
            "-e",
            "create table shop.a; put shop.a k v; snapshot s1; delete shop.a k; restore s1 overwrite=true;"
                + " get shop.a k; snapshots; delete snapshot s1");

    assertThat(code).as(err).isZero();
    assertThat(out).contains("restored s1", "deleted snapshot s1");
    assertThat(sedna.client().admin().listSnapshots()).isEmpty();
  }

  @Test
  public void shouldShowTheInstance() {
    int code = shell("--json", "-e", "status; stats; list tables; help");

    assertThat(code).as(err).isZero();
    assertThat(out).contains("\"complete\":16", "\"node\":\"mini-0\"");
  }

  @Test
  public void shouldRepairRebalanceAndAcceptLosses() {
    int code =
        shell(
            "--json",
            "-e",
            "create table shop.a; put shop.a k v; repair; repair tables=shop.a; rebalance;"
                + " accept-loss all; help");
    String shown = out;
    int refused = shell("-e", "accept-loss 3");
    String why = err;
    int missing = shell("-e", "repair tables=shop.none");

    assertThat(code).as(err).isZero();
    assertThat(shown)
        .contains("all copies are alike", "\"kind\":\"repair\"", "\"state\":\"SUCCEEDED\"")
        .contains("\"kind\":\"rebalance\"", "nothing is left to be moved")
        .contains("accept-loss PARTITIONS", "repair [tables=…]");
    assertThat(refused).isEqualTo(ExitCode.FAILURE);
    assertThat(why).contains("INVALID_ARGUMENT").contains("3");
    assertThat(missing).isEqualTo(ExitCode.FAILURE);
    assertThat(err).contains("TABLE_NOT_FOUND").contains("shop.none");
  }

  @Test
  public void shouldWarnOfTablesThatAskForMoreCopiesThanThereAre() throws Exception {
    try (var few = MiniSednaCluster.builder().daemons(2).start()) {
      String connect = few.addresses();
      few.stopDaemon(1);

      int code =
          run(
              "shell",
              "--connect",
              connect,
              "-e",
              "create table shop.a n=2 w=2; describe table shop.a; status");

      assertThat(code).as(err).isZero();
      assertThat(err.lines().filter(line -> line.startsWith("WARNING table shop.a")))
          .hasSize(3)
          .allSatisfy(line -> assertThat(line).contains("asks for 2 copies", "writes are refused"));
    }
  }

  @Test
  public void shouldFindTheInstanceThroughZooKeeper() {
    int code = run("shell", "--zookeeper", sedna.zooKeeper(), "--instance", "mini", "-e", "status");

    assertThat(code).as(err).isZero();
  }

  @Test
  public void shouldNameWhatCannotBeReached() {
    int code =
        run(
            "shell",
            "-D",
            "sedna.client.deadline.ms=500",
            "--connect",
            "127.0.0.1:1",
            "-e",
            "status");

    assertThat(code).isEqualTo(ExitCode.FAILURE);
    assertThat(err).contains("UNAVAILABLE").contains("127.0.0.1:1");
  }

  private int shell(String... arguments) {
    var all = new String[arguments.length + 3];
    all[0] = "shell";
    all[1] = "--connect";
    all[2] = sedna.addresses();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return run(all);
  }

  private int run(String... arguments) {
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    int code =
        SednaCli.run(
            SednaConfiguration.create(),
            new PrintStream(outBytes, true, StandardCharsets.UTF_8),
            new PrintStream(errBytes, true, StandardCharsets.UTF_8),
            arguments);
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return code;
  }

  private List<String> lines() {
    return out.lines().toList();
  }
}
