// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.Assume.assumeTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sedna.daemon.memcached.Dialogue.Turn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

/** Scripted conversations, however the bytes come. */
@RunWith(Parameterized.class)
public class DialogueTest {
  private static final int RANDOM_ROUNDS = 5;
  private static final int MOST_EVERY_SPLIT_BYTES = 200;

  @Parameter public String resource;

  @Parameters(name = "{0}")
  public static List<String> resources() {
    return List.of(
        "storage.txt",
        "retrieval.txt",
        "arithmetic.txt",
        "changes.txt",
        "expiry.txt",
        "flush.txt",
        "errors.txt",
        "meta-get.txt",
        "meta-set.txt",
        "meta-delete.txt",
        "meta-arithmetic.txt",
        "admin.txt",
        "large.txt");
  }

  /** Sends bytes in some way. */
  private interface Sender {
    void send(EmbeddedChannel channel, byte[] request);
  }

  @Test
  public void shouldAnswerWhatComesAtOnce() throws Exception {
    hold((channel, request) -> TestCache.send(channel, request, 0, request.length));
  }

  @Test
  public void shouldAnswerWhatComesByteByByte() throws Exception {
    assumeTrue("a million pieces", !resource.equals("large.txt"));

    hold(
        (channel, request) -> {
          for (int i = 0; i < request.length; i++) {
            TestCache.send(channel, request, i, i + 1);
          }
        });
  }

  @Test
  public void shouldAnswerWhatComesInTwoPiecesSplitAnywhere() throws Exception {
    assumeTrue("large.txt is all value", !resource.equals("large.txt"));
    int longest = 0;
    for (Turn turn : Dialogue.read(resource)) {
      longest = Math.max(longest, turn.send().length());
    }

    for (int at = 1; at < Math.min(longest, MOST_EVERY_SPLIT_BYTES); at++) {
      int split = at;
      hold(
          (channel, request) -> {
            int middle = Math.min(split, request.length);
            TestCache.send(channel, request, 0, middle);
            if (middle < request.length) {
              TestCache.send(channel, request, middle, request.length);
            }
          });
    }
  }

  @Test
  public void shouldAnswerWhatComesInPiecesOfAnySize() throws Exception {
    for (int round = 0; round < RANDOM_ROUNDS; round++) {
      var random = new Random(round);
      hold(
          (channel, request) -> {
            int from = 0;
            while (from < request.length) {
              int to =
                  Math.min(
                      request.length,
                      from + 1 + random.nextInt(resource.equals("large.txt") ? 100_000 : 100));
              TestCache.send(channel, request, from, to);
              from = to;
            }
          });
    }
  }

  private void hold(Sender sender) throws Exception {
    try (var cache = new TestCache()) {
      EmbeddedChannel channel = cache.connect();
      Dialogue dialogue = Dialogue.begin();
      for (Turn turn : Dialogue.read(resource)) {
        cache.wall.advance(Duration.ofMillis(turn.waitMs()));
        if (!channel.isOpen()) {
          channel = cache.connect();
        }
        String request = dialogue.request(turn);
        sender.send(channel, request.getBytes(StandardCharsets.ISO_8859_1));
        String answer = TestCache.answers(channel);
        assertThat(answer).as(request).isEqualTo(dialogue.expected(turn, answer));
        assertThat(channel.isOpen()).as("open after " + request).isEqualTo(!turn.closes());
      }
      channel.finishAndReleaseAll();
    }
  }
}
