// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sedna.daemon.metrics.DaemonMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;

/**
 * Sends connections what they should not be sent: a kept collection, then mutations of right
 * commands from a seed, cut and joined anyhow. Whatever comes, no exception escapes, another
 * connection keeps getting right answers, every buffer is released, and nothing of the other's data
 * comes back. {@code -Dsedna.fuzz.minutes=M} makes a long run of it, with another seed each time.
 */
public class MemcachedFuzzTest {
  private static final int ROUNDS = 4000;
  private static final int ROUNDS_OF_A_CACHE = 500;
  private static final Pattern HEX = Pattern.compile("\\\\x([0-9a-fA-F]{2})");

  /** Stands in every value of the witness, and nowhere else. */
  private static final String SECRET = "of-the-witness:";

  private static List<byte[]> corpus() throws IOException {
    try (InputStream in =
        MemcachedFuzzTest.class.getResourceAsStream("/fuzz/memcached-lines.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(
              line ->
                  HEX.matcher(line)
                      .replaceAll(
                          m ->
                              Matcher.quoteReplacement(
                                  String.valueOf((char) Integer.parseInt(m.group(1), 16)))))
          .map(line -> line.getBytes(StandardCharsets.ISO_8859_1))
          .toList();
    }
  }

  @Test
  public void shouldStandWhatIsKept() throws Exception {
    try (var cache = new TestCache();
        var witness = new Witness(cache)) {
      for (byte[] bytes : corpus()) {
        for (int seed = 0; seed < 8; seed++) {
          attack(cache, bytes, new Random(seed));
          witness.look();
        }
      }
    }
  }

  @Test
  public void shouldStandWhatIsMadeUp() throws Exception {
    List<byte[]> corpus = corpus();
    long minutes = Long.getLong("sedna.fuzz.minutes", 0);
    long seed = minutes == 0 ? 1 : System.nanoTime();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    int round = 0;
    while (round < ROUNDS || System.nanoTime() < end) {
      var random = new Random(seed + round);
      var commands = new RandomCommands(seed + round);
      try (var cache = new TestCache();
          var witness = new Witness(cache)) {
        for (int i = 0; i < ROUNDS_OF_A_CACHE; i++) {
          byte[] bytes = next(commands, corpus, random);
          try {
            attack(cache, bytes, random);
            witness.look();
          } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + (seed + round) + ", attack " + i, e);
          }
        }
      }
      round += ROUNDS_OF_A_CACHE;
    }
  }

  private static byte[] next(RandomCommands commands, List<byte[]> corpus, Random random) {
    var bytes = new ByteArrayOutputStream();
    for (int i = random.nextInt(4); i >= 0; i--) {
      byte[] part =
          random.nextInt(5) == 0
              ? corpus.get(random.nextInt(corpus.size())).clone()
              : commands.next().getBytes(StandardCharsets.ISO_8859_1);
      for (int mutations = random.nextInt(4); mutations > 0 && part.length > 0; mutations--) {
        part = mutated(part, random);
      }
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
    var out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    switch (random.nextInt(5)) {
      case 0 -> out.write(bytes, at, 1); // what follows is lost
      case 1 -> {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        out.writeBytes(noise);
        out.write(bytes, at, bytes.length - at);
      }
      case 2 -> {
        out.write(bytes[at] ^ 1 << random.nextInt(8));
        out.write(bytes, at + 1, bytes.length - at - 1);
      }
      case 3 -> out.write(bytes, at + length, bytes.length - at - length);
      default -> {
        for (int i = 0; i <= random.nextInt(3); i++) {
          out.write(bytes, at, length);
        }
        out.write(bytes, at + length, bytes.length - at - length);
      }
    }
    return out.toByteArray();
  }

  private static void attack(TestCache cache, byte[] bytes, Random random) {
    EmbeddedChannel channel = cache.connect();
    var pieces = new ArrayList<ByteBuf>();
    int from = 0;
    while (from < bytes.length && channel.isOpen()) {
      int to =
          random.nextInt(3) == 0
              ? Math.min(bytes.length, from + 1 + random.nextInt(40))
              : bytes.length;
      ByteBuf piece = channel.alloc().ioBuffer(to - from);
      piece.writeBytes(bytes, from, to - from);
      pieces.add(piece);
      channel.writeInbound(piece);
      from = to;
    }
    String answer = TestCache.answers(channel);
    channel.checkException();
    channel.finishAndReleaseAll();

    assertThat(answer).doesNotContain(SECRET);
    assertThat(pieces).allMatch(piece -> piece.refCnt() == 0);
  }

  /** A connection that writes and reads rightly all the time. */
  private static final class Witness implements AutoCloseable {
    private final EmbeddedChannel channel;
    private int step;

    Witness(TestCache cache) {
      channel = cache.connect();
    }

    @Override
    public void close() {
      channel.finishAndReleaseAll();
    }

    void look() {
      String key = "witness-of-the-fuzzer-" + step % 5;
      String value = SECRET + key + "-" + step++;
      String length = String.valueOf(value.length());
      assertThat(
              TestCache.ask(
                  channel,
                  "set " + key + " 7 0 " + length + "\r\n" + value + "\r\nget " + key + "\r\n"))
          .isEqualTo("STORED\r\nVALUE " + key + " 7 " + length + "\r\n" + value + "\r\nEND\r\n");
    }
  }

  @Test
  public void shouldKeepMetricsOfAllConnections() {
    try (var cache = new TestCache()) {
      DaemonMetrics metrics = cache.metrics;
      EmbeddedChannel channel = cache.connect();

      TestCache.ask(channel, "set a 0 0 1\r\nx\r\nget a b\r\n");

      assertThat(metrics.reads()).isEqualTo(2);
      assertThat(metrics.writes()).isEqualTo(1);
      channel.finishAndReleaseAll();
    }
  }
}
