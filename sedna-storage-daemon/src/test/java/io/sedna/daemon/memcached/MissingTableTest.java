// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sedna.daemon.cluster.TableCatalogue;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** The port serves before its table is made, and after it was dropped. */
public class MissingTableTest {
  private static final String ERROR =
      "SERVER_ERROR TABLE_NOT_FOUND [^\r\n]*default\\.memcached[^\r\n]*\r\n";

  private final TestCache cache = new TestCache();
  private EmbeddedChannel channel;

  @Before
  public void dropTable() {
    cache.view.setCatalogue(new TableCatalogue(2, List.of()));
    channel = cache.connect();
  }

  @After
  public void close() {
    channel.finishAndReleaseAll();
    cache.close();
  }

  private String ask(String request) {
    return TestCache.ask(channel, request);
  }

  @Test
  public void shouldAnswerEachCommandThatNeedsTheTableWithAnErrorThatNamesIt() {
    for (String command :
        List.of(
            "get a",
            "gets a b c",
            "gat 0 a b",
            "gats 0 a",
            "incr a 1",
            "decr a 1",
            "touch a 0",
            "delete a",
            "flush_all",
            "mg a v",
            "mg a",
            "md a",
            "ma a",
            "me a")) {
      assertThat(ask(command + "\r\n")).as(command).matches(ERROR);
    }
  }

  @Test
  public void shouldTakeTheDataOfWhatItCannotStore() {
    for (String command :
        List.of(
            "set a 0 0 9",
            "add a 0 0 9",
            "replace a 0 0 9",
            "append a 0 0 9",
            "prepend a 0 0 9",
            "cas a 0 0 9 1",
            "ms a 9",
            "ms a 9 MA")) {
      // As a line the data would be answered too.
      assertThat(ask(command + "\r\nversion\r\n\r\n")).as(command).matches(ERROR);
    }
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  public void shouldTellEachOfManyCommands() {
    String answers = ask("get a\r\nset a 0 0 1\r\nx\r\nget a b\r\nversion\r\n");

    assertThat(answers).matches(ERROR + ERROR + ERROR + "VERSION .*\r\n");
  }

  @Test
  public void shouldAnswerWhatNeedsNoTable() {
    assertThat(ask("version\r\n")).startsWith("VERSION ");
    assertThat(ask("mn\r\n")).isEqualTo("MN\r\n");
    assertThat(ask("verbosity 1\r\n")).isEqualTo("OK\r\n");
    assertThat(ask("stats\r\n")).contains("STAT pid ").endsWith("END\r\n");
    assertThat(ask("bogus\r\n")).isEqualTo("ERROR\r\n");
  }

  @Test
  public void shouldServeTheSameConnectionOnceTheTableIsThere() {
    assertThat(ask("set a 0 0 1\r\nx\r\n")).matches(ERROR);

    cache.createTable();

    assertThat(ask("get a\r\n")).isEqualTo("END\r\n");
    assertThat(ask("set a 0 0 1\r\nx\r\nget a\r\n"))
        .isEqualTo("STORED\r\nVALUE a 0 1\r\nx\r\nEND\r\n");

    cache.view.setCatalogue(new TableCatalogue(4, List.of()));

    assertThat(ask("get a\r\n")).matches(ERROR);
  }
}
