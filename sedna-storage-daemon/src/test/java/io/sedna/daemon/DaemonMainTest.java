// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.Test;

public class DaemonMainTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    var sink = new PrintStream(err, true, StandardCharsets.UTF_8);
    return DaemonMain.run(args, sink, sink);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  public void shouldSayThatTheNodeIdIsMissing() {
    assertThat(run()).isEqualTo(DaemonMain.WRONG_USE);
    assertThat(errors()).contains("sedna.node.id is not set");
  }

  @Test
  public void shouldNameAnArgumentItCannotUnderstand() {
    assertThat(run("--frobnicate")).isEqualTo(DaemonMain.WRONG_USE);
    assertThat(errors()).contains("'--frobnicate'").contains("usage:");
  }

  @Test
  public void shouldNameTheAddressOfAZooKeeperItCannotReach() {
    int code =
        run(
            "-Dsedna.node.id=a",
            "-D",
            "sedna.zookeeper.quorum=127.0.0.1:1",
            "-Dsedna.zookeeper.connect.timeout.ms=300");

    assertThat(code).isEqualTo(DaemonMain.UNAVAILABLE);
    assertThat(errors()).contains("cannot reach ZooKeeper").contains("127.0.0.1:1");
  }

  @Test
  public void shouldNameAnIllegalSetting() {
    assertThat(run("-Dsedna.node.id=a", "-Dsedna.partitions=7")).isEqualTo(DaemonMain.WRONG_USE);
    assertThat(errors()).contains("sedna.partitions");
  }
}
