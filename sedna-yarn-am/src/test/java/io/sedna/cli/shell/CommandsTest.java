// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.thrift.generated.ConflictPolicy;
import io.sedna.thrift.generated.ConsistencyMode;
import io.sedna.thrift.generated.MemoryMode;
import java.time.Duration;
import java.util.List;
import org.junit.Test;

public class CommandsTest {
  @Test
  public void shouldFindTheLongestName() {
    assertThat(find("delete snapshot s1").command().name()).isEqualTo("delete snapshot");
    assertThat(find("delete a.b k").command().name()).isEqualTo("delete");
    assertThat(find("LIST Tables").command().name()).isEqualTo("list tables");
  }

  @Test
  public void shouldNotTakeQuotedWordsForNames() {
    assertThat(find("delete 'snapshot' s1").command().name()).isEqualTo("delete");
  }

  @Test
  public void shouldFindNothingForOtherWords() {
    assertThat(Commands.find(words("create index a.b"))).isEmpty();
  }

  @Test
  public void shouldReadOptionsBehindArguments() {
    var arguments = arguments("create table a.b n=2 memory=CACHE ttl=10m");

    assertThat(arguments.text(0)).isEqualTo("a.b");
    assertThat(arguments.integer("n")).contains(2);
    assertThat(arguments.integer("r")).isEmpty();
    assertThat(arguments.choice("memory", MemoryMode.class)).contains(MemoryMode.CACHE);
    assertThat(arguments.duration("ttl")).contains(Duration.ofMinutes(10));
  }

  @Test
  public void shouldTakeRequiredArgumentsThatLookLikeOptions() {
    var arguments = arguments("put a.b ttl=1 source=2 source=3");

    assertThat(arguments.text(1)).isEqualTo("ttl=1");
    assertThat(arguments.text(2)).isEqualTo("source=2");
    assertThat(arguments.integer("source")).contains(3);
  }

  @Test
  public void shouldReadWhatAStrongTablePromises() {
    var arguments =
        arguments("create table a.b consistency=strong min_in_sync=2 conflict_policy=latest");

    assertThat(arguments.choice("consistency", ConsistencyMode.class))
        .contains(ConsistencyMode.STRONG);
    assertThat(arguments.integer("min_in_sync")).contains(2);
    assertThat(arguments.choice("conflict_policy", ConflictPolicy.class))
        .contains(ConflictPolicy.LATEST);
  }

  @Test
  public void shouldReadConditionalCommands() {
    var set = arguments("cas a.b k 72057594037927936 v ttl=1m");
    var sum = arguments("incr a.b counter -5");

    assertThat(set.longInteger(2, "TIMESTAMP")).isEqualTo(1L << 56);
    assertThat(set.duration("ttl")).contains(Duration.ofMinutes(1));
    assertThat(sum.longInteger(2, "DELTA")).isEqualTo(-5);
    assertThat(find("delete-if a.b k 1").command().name()).isEqualTo("delete-if");
    assertThat(find("put-if-absent a.b k v").command().name()).isEqualTo("put-if-absent");
    assertThatThrownBy(() -> arguments("cas a.b k then v").longInteger(2, "TIMESTAMP"))
        .hasMessageContaining("TIMESTAMP=then");
  }

  @Test
  public void shouldReadWhatIsAskedOfTheController() {
    assertThat(arguments("repair").option("tables")).isEmpty();
    assertThat(arguments("repair tables=a.b,a.c").option("tables")).contains("a.b,a.c");
    assertThat(arguments("accept-loss 3,17").text(0)).isEqualTo("3,17");
    assertThatThrownBy(() -> arguments("accept-loss"))
        .hasMessageContaining("PARTITIONS is missing");
    assertThatThrownBy(() -> arguments("rebalance now")).hasMessageContaining("too many");
  }

  @Test
  public void shouldKeepBytesOfOptions() {
    assertThat(arguments("scan a.b prefix=\\xff\\x00").optionBytes("prefix"))
        .hasValueSatisfying(bytes -> assertThat(bytes).containsExactly(0xff, 0));
  }

  @Test
  public void shouldSayWhatIsWrong() {
    assertThatThrownBy(() -> arguments("put a.b k"))
        .hasMessageContaining("VALUE is missing")
        .hasMessageContaining("put TABLE KEY VALUE");
    assertThatThrownBy(() -> arguments("get a.b k more"))
        .hasMessageContaining("too many arguments: more");
    assertThatThrownBy(() -> arguments("scan a.b limits=3"))
        .hasMessageContaining("no such option: limits");
    assertThatThrownBy(() -> arguments("scan a.b limit=1 limit=2"))
        .hasMessageContaining("given twice: limit");
    assertThatThrownBy(() -> arguments("scan a.b limit=x").integer("limit"))
        .hasMessageContaining("limit=x");
    assertThatThrownBy(() -> arguments("create table a.b ttl=5w").duration("ttl"))
        .hasMessageContaining("ttl=5w");
    assertThatThrownBy(
            () -> arguments("create table a.b memory=disk").choice("memory", MemoryMode.class))
        .hasMessageContaining("memory=disk")
        .hasMessageContaining("store, cache");
  }

  private static Arguments arguments(String statement) {
    var found = find(statement);
    return Arguments.parse(found.command(), found.arguments());
  }

  private static Commands.Found find(String statement) {
    return Commands.find(words(statement)).orElseThrow();
  }

  private static List<Word> words(String statement) {
    return StatementParser.parse(statement).get(0).words();
  }
}
