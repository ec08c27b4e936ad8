// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sedna.common.conf.MemcachedConfig;
import io.sedna.common.time.WallClock;
import io.sedna.daemon.Await;
import io.sedna.daemon.memcached.TestCache.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Random commands to memcached and to this server: the answers must be the same to the byte, but
 * for cas uniques, which are named by the order in which they were told, and for times, which may
 * be a second off.
 */
public class DifferentialTest {
  private static final int SEEDS = Integer.getInteger("sedna.memcached.test.seeds", 10);
  private static final int COMMANDS = 300;
  private static final int LONGEST_LINE = 1000;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  /** One of the two, and what it has told. */
  private static final class Side {
    private final List<String> told = new ArrayList<>();

    String request(String command) {
      Matcher matcher = Pattern.compile("<(\\d+)>").matcher(command);
      return matcher.replaceAll(
          m -> {
            int back = Integer.parseInt(m.group(1));
            return back < told.size() ? told.get(told.size() - 1 - back) : "1";
          });
    }

    /** The answer with names for cas uniques and without what may differ. */
    String named(String answer) {
      var named = new StringBuilder();
      for (String line : answer.split("(?<=\r\n)")) {
        boolean value = line.startsWith("VALUE ");
        boolean meta = line.matches("(HD|VA|EX|NS|NF)[ \r].*\\s*") && line.length() < LONGEST_LINE;
        if (line.matches("\\d+ *\r\n")) {
          // Whether a number that became shorter ends in spaces depends on who else holds it.
          named.append(line.trim()).append("\r\n");
        } else if (value || meta) {
          String[] words = line.trim().split(" ");
          for (int i = 0; i < words.length; i++) {
            named.append(value ? ofValue(words, i) : ofMeta(words, i)).append(' ');
          }
          named.append("\r\n");
        } else {
          named.append(line);
        }
      }
      return named.toString();
    }

    private String ofValue(String[] words, int i) {
      return i == 4 ? name(words[i]) : i == 3 && words[i].length() < 3 ? "#" : words[i];
    }

    private String ofMeta(String[] words, int i) {
      String word = words[i];
      if (i == 1 && words[0].equals("VA") && word.length() < 3 || word.matches("s\\d+")) {
        return "#";
      }
      if (word.matches("l\\d+")) {
        return "l";
      }
      if (word.matches("t\\d+")) {
        return "t" + rounded(Long.parseLong(word.substring(1)));
      }
      return word.matches("c\\d+") ? "c" + name(word.substring(1)) : word;
    }

    /** What has just ended has a time before now, which memcached shows as an unsigned number. */
    private static long rounded(long seconds) {
      return seconds > Integer.MAX_VALUE ? 0 : (seconds + 50) / 100 * 100;
    }

    private String name(String cas) {
      if (cas.equals("0")) {
        return "0";
      }
      if (!told.contains(cas)) {
        told.add(cas);
      }
      return "<" + told.indexOf(cas) + ">";
    }
  }

  @Test
  public void shouldAnswerAsMemcachedDoes() throws Exception {
    compare(Way.SHORT);
  }

  @Test
  public void shouldAnswerAsMemcachedDoesByWayOfThePrimary() throws Exception {
    compare(Way.PRIMARY);
  }

  @Test
  public void shouldAnswerAsMemcachedDoesOfAStrongTable() throws Exception {
    compare(Way.STRONG);
  }

  private void compare(Way way) throws Exception {
    try (RealMemcached real = RealMemcached.start(folder.getRoot())) {
      for (int seed = 0; seed < SEEDS; seed++) {
        real.ask("flush_all\r\n");
        compare(way, seed, real);
      }
    }
  }

  /** The primary gives an item another cas unique where memcached would not. */
  private static boolean changesCasUnique(String command) {
    String line = command.lines().findFirst().orElse("");
    return line.matches("(touch|gat|gats|flush_all).*")
        || line.matches("mg .* [TR].*")
        || line.matches("m[sd] .* I.*");
  }

  private void compare(Way way, long seed, RealMemcached real) throws Exception {
    var config = new MemcachedConfig(0, TestCache.TABLE, 100, 0, 1 << 20);
    try (var cache = new TestCache(config, WallClock.system(), way)) {
      EmbeddedChannel channel = cache.connect();
      var commands = new RandomCommands(seed);
      var theirs = new Side();
      var ours = new Side();
      var history = new ArrayList<String>();
      for (int i = 0; i < COMMANDS; i++) {
        String command = commands.next();
        if (way != Way.SHORT && changesCasUnique(command)) {
          continue;
        }
        history.add(command.length() > 200 ? command.substring(0, 200) + "…" : command);

        String expected = theirs.named(real.ask(theirs.request(command)));
        String answer = ask(channel, ours.request(command) + "mn\r\n");

        assertThat(ours.named(answer.substring(0, answer.length() - "MN\r\n".length())))
            .as("seed %d, command %d of %s", seed, i, last(history))
            .isEqualTo(expected);
      }
      channel.finishAndReleaseAll();
    }
  }

  /** Some answers come from other threads: waits for that to mn, which ends the request. */
  private static String ask(EmbeddedChannel channel, String request) {
    var answer = new StringBuilder(TestCache.ask(channel, request));
    Await.until(
        "the end of " + answer,
        () -> {
          answer.append(TestCache.answers(channel));
          return answer.toString().endsWith("MN\r\n");
        });
    return answer.toString();
  }

  private static List<String> last(List<String> history) {
    return history.subList(Math.max(0, history.size() - 60), history.size());
  }
}
