// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.TestCluster.buffer;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.Await;
import io.sedna.thrift.generated.Sedna;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.log4j.AppenderSkeleton;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;
import org.apache.log4j.spi.LoggingEvent;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.layered.TFramedTransport;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/**
 * Sends a Thrift port what it should not be sent: a kept collection, then mutations of right frames
 * from a seed, cut and joined anyhow. Whatever comes, other connections keep getting right answers,
 * nothing is logged as an error, no buffer is lost, and no byte of another connection's data comes
 * back. {@code -Dsedna.fuzz.minutes=M} makes a long run of it, with another seed each time.
 */
public class FuzzTest {
  private static final int ROUNDS = 600;
  private static final int WITNESSES = 3;

  /** Stands in every value of the witnesses, and nowhere else. */
  private static final String SECRET = "of-a-witness:";

  private final TestCluster cluster = new TestCluster(1);
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
  private final AppenderSkeleton ear =
      new AppenderSkeleton() {
        @Override
        protected void append(LoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            complaints.add(event.getRenderedMessage() + " " + event.getThrowableInformation());
          }
        }

        @Override
        public void close() {}

        @Override
        public boolean requiresLayout() {
          return false;
        }
      };
  private final List<Witness> witnesses = new ArrayList<>();
  private ResourceLeakDetector.Level level;

  @Before
  public void listen() throws TException {
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    Logger.getRootLogger().addAppender(ear);
    cluster.table("d.t", 1, 1, 1);
    cluster.table("d.u", 1, 1, 1);
    cluster.publish(cluster.map((p, d) -> ReplicaState.SERVING));
    for (int i = 0; i < WITNESSES; i++) {
      witnesses.add(new Witness(i));
    }
  }

  @After
  public void close() {
    witnesses.forEach(Witness::close);
    cluster.close();
    Logger.getRootLogger().removeAppender(ear);
    ResourceLeakDetector.setLevel(level);
  }

  /** A client that writes and reads rightly all the time. */
  private final class Witness {
    private final int number;
    private final TFramedTransport transport;
    private final Sedna.Client client;
    private int step;

    Witness(int number) throws TException {
      this.number = number;
      transport = new TFramedTransport(new TSocket("127.0.0.1", cluster.daemon(0).port(), 20_000));
      transport.open();
      TProtocol protocol =
          number == 0 ? new TCompactProtocol(transport) : new TBinaryProtocol(transport);
      client = new Sedna.Client(protocol);
    }

    void look() throws TException {
      String key = "witness-" + number + "-" + step % 20;
      String value = SECRET + key + "-" + step++;
      client.writeLatest(0, "d.t", buffer(key), buffer(value), null);
      String read =
          new String(client.readLatest(0, "d.t", buffer(key)).getValue().getValue(), UTF_8);
      assertThat(read).isEqualTo(value);
      String many =
          new String(
              client
                  .multiGet(0, "d.t", List.of(buffer(key), buffer("no")))
                  .get(0)
                  .getValue()
                  .getValue(),
              UTF_8);
      assertThat(many).isEqualTo(value);
    }

    void close() {
      transport.close();
    }
  }

  private static List<byte[]> corpus() throws IOException {
    try (InputStream in = FuzzTest.class.getResourceAsStream("/fuzz/thrift-frames.txt")) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(HexFormat.of()::parseHex)
          .toList();
    }
  }

  /** Sends in pieces, takes what is answered meanwhile, and goes. */
  private void attack(byte[] bytes, Random random) throws IOException {
    var answered = new ByteArrayOutputStream();
    try (var socket = new Socket("127.0.0.1", cluster.daemon(0).port())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(2);
      int at = 0;
      while (at < bytes.length) {
        int part = random.nextInt(3) == 0 ? 1 + random.nextInt(40) : bytes.length;
        part = Math.min(part, bytes.length - at);
        socket.getOutputStream().write(bytes, at, part);
        at += part;
      }
      if (random.nextInt(4) > 0) {
        socket.shutdownOutput();
        socket.setSoTimeout(2000);
      }
      byte[] some = new byte[64 << 10];
      int read = socket.getInputStream().read(some);
      while (read > 0) {
        answered.write(some, 0, read);
        read = socket.getInputStream().read(some);
      }
    } catch (SocketTimeoutException | java.net.SocketException gone) {
      // As it should be, for what was sent.
    }
    assertThat(answered.toString(ISO_8859_1)).doesNotContain(SECRET);
  }

  private void assertUnharmed(String what) throws TException {
    for (Witness witness : witnesses) {
      witness.look();
    }
    assertThat(complaints).as(what).isEmpty();
  }

  private static byte[] framed(byte[] message, Random random) {
    int length = message.length;
    if (random.nextInt(12) == 0) {
      length = random.nextBoolean() ? length + random.nextInt(9) - 4 : random.nextInt();
    }
    return ByteBuffer.allocate(4 + message.length).putInt(length).put(message).array();
  }

  private static byte[] next(RandomFrames frames, List<byte[]> corpus, Random random) {
    var bytes = new ByteArrayOutputStream();
    for (int i = random.nextInt(4); i >= 0; i--) {
      byte[] message = random.nextInt(3) == 0 ? frames.compactMessage() : frames.message();
      for (int mutations = random.nextInt(4); mutations > 0 && message.length > 0; mutations--) {
        message = frames.mutated(message);
      }
      bytes.writeBytes(framed(message, random));
      if (random.nextInt(10) == 0) {
        byte[] known = corpus.get(random.nextInt(corpus.size())).clone();
        known[random.nextInt(known.length)] ^= (byte) (1 << random.nextInt(8));
        bytes.writeBytes(known);
      }
      if (random.nextInt(20) == 0) {
        byte[] garbage = new byte[random.nextInt(200)];
        random.nextBytes(garbage);
        bytes.writeBytes(garbage);
      }
    }
    return bytes.toByteArray();
  }

  private void assertNothingIsLost() {
    System.gc();
    Await.until("all have gone", () -> cluster.daemon(0).metrics.connections() == WITNESSES);
    assertThat(complaints).isEmpty();
  }

  @Test
  public void shouldStandTheKnownOnes() throws IOException, TException {
    var random = new Random(1);
    for (byte[] known : corpus()) {
      attack(known, random);
      assertUnharmed(HexFormat.of().formatHex(known));
    }
    assertNothingIsLost();
  }

  @Test
  public void shouldStandWhatIsMadeUp() throws IOException, TException {
    long minutes = Long.getLong("sedna.fuzz.minutes", 0);
    long seed = minutes > 0 ? System.nanoTime() : 11;
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    List<byte[]> corpus = corpus();
    var random = new Random(seed);
    var frames = new RandomFrames(random, cluster.wall.millis(), List.of("d.t", "d.u", "d.none"));

    for (int round = 0; round < ROUNDS || System.nanoTime() < end; round++) {
      attack(next(frames, corpus, random), random);
      assertUnharmed("seed " + seed + ", round " + round);
    }

    assertNothingIsLost();
  }
}
