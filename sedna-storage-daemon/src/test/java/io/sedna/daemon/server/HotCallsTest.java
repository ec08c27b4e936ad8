// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.MemoryMode;
import io.sedna.daemon.Await;
import io.sedna.daemon.metrics.DaemonMetrics;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** The way without generated code against the way by it: the same bytes in, the same bytes out. */
public class HotCallsTest {
  private static final int ROUNDS = 150;
  private static final int READ_LIMIT_MS = 20_000;

  private final TestCluster hot = new TestCluster(1);
  private final TestCluster generated = new TestCluster(1, TestDaemon.ServerLimits.generatedOnly());
  private final Random random = new Random(20_260);
  private final RandomFrames frames =
      new RandomFrames(
          random, hot.wall.millis(), List.of("d.t", "d.t", "d.t", "d.ttl", "d.none", "d.new", ""));
  private Socket hotSocket;
  private Socket generatedSocket;

  @Before
  public void prepare() throws IOException {
    for (TestCluster cluster : List.of(hot, generated)) {
      cluster.table("d.t", 1, 1, 1);
      cluster.table("d.ttl", 1, 1, 1, MemoryMode.STORE, false, 5000);
      cluster.table("d.new", 1, 1, 1, MemoryMode.STORE, true);
      cluster.publish(cluster.map((p, d) -> ReplicaState.SERVING));
      cluster.publish(cluster.map((p, d) -> p == 3 ? ReplicaState.FILLING : ReplicaState.SERVING));
    }
    connect();
  }

  @After
  public void close() throws IOException {
    hotSocket.close();
    generatedSocket.close();
    hot.close();
    generated.close();
  }

  private void connect() throws IOException {
    if (hotSocket != null) {
      hotSocket.close();
      generatedSocket.close();
    }
    hotSocket = new Socket("127.0.0.1", hot.daemon(0).port());
    hotSocket.setSoTimeout(READ_LIMIT_MS);
    generatedSocket = new Socket("127.0.0.1", generated.daemon(0).port());
    generatedSocket.setSoTimeout(READ_LIMIT_MS);
  }

  private static void send(Socket socket, byte[] bytes, Random splits) {
    try {
      int at = 0;
      while (at < bytes.length) {
        int part = splits == null ? bytes.length : 1 + splits.nextInt(bytes.length);
        part = Math.min(part, bytes.length - at);
        socket.getOutputStream().write(bytes, at, part);
        at += part;
      }
    } catch (IOException closed) {
      // What was answered before tells the rest.
    }
  }

  private static byte[] framed(List<byte[]> messages) {
    var bytes = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      bytes.writeBytes(ByteBuffer.allocate(4).putInt(message.length).array());
      bytes.writeBytes(message);
    }
    return bytes.toByteArray();
  }

  /** Answers, one for each of so many requests; fewer if the connection was closed. */
  private static List<byte[]> answers(Socket socket, int requests) throws IOException {
    var answers = new ArrayList<byte[]>();
    var in = new DataInputStream(socket.getInputStream());
    try {
      for (int i = 0; i < requests; i++) {
        byte[] answer = new byte[in.readInt()];
        in.readFully(answer);
        answers.add(answer);
      }
    } catch (EOFException | SocketException closed) {
      answers.add(new byte[0]);
    }
    return answers;
  }

  private void shouldAnswerAlike(List<byte[]> messages, int round) throws IOException {
    byte[] bytes = framed(messages);
    send(hotSocket, bytes, random.nextBoolean() ? null : random);
    send(generatedSocket, bytes, null);
    List<byte[]> expected = answers(generatedSocket, messages.size());
    List<byte[]> actual = answers(hotSocket, messages.size());

    assertThat(actual).as("round " + round).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).as("round " + round + ", answer " + i).isEqualTo(expected.get(i));
    }
    byte[] last = expected.get(expected.size() - 1);
    if (last.length == 0 || isGoodbye(last)) {
      connect();
    }
  }

  /** An exception to a message without a name: the connection is closed after it. */
  private static boolean isGoodbye(byte[] answer) {
    return ByteBuffer.wrap(answer).getInt(0) == 0x80010003
        && ByteBuffer.wrap(answer).getInt(4) == 0;
  }

  @Test
  public void shouldAnswerEveryCallAsTheGeneratedCodeDoes() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      var messages = new ArrayList<byte[]>();
      for (int i = random.nextInt(20); i >= 0; i--) {
        messages.add(frames.message());
      }
      shouldAnswerAlike(messages, round);
      if (random.nextInt(10) == 0) {
        hot.wall.advance(Duration.ofSeconds(2));
        generated.wall.advance(Duration.ofSeconds(2));
      }
    }

    shouldCountAlike();
    assertThat(hot.daemon(0).metrics.servedOnTheSpot())
        .isGreaterThan(hot.daemon(0).metrics.requests() / 5);
    assertThat(generated.daemon(0).metrics.servedOnTheSpot()).isZero();
  }

  @Test
  public void shouldAnswerMalformedCallsAsTheGeneratedCodeDoes() throws IOException {
    for (int round = 0; round < 5 * ROUNDS; round++) {
      var messages = new ArrayList<byte[]>();
      for (int i = random.nextInt(3); i > 0; i--) {
        messages.add(frames.message());
      }
      messages.add(frames.mutated(frames.message()));
      shouldAnswerAlike(messages, round);
    }

    shouldCountAlike();
  }

  @Test
  public void shouldAnswerTheCompactProtocolInIt() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      var messages = new ArrayList<byte[]>();
      for (int i = random.nextInt(10); i >= 0; i--) {
        messages.add(random.nextBoolean() ? frames.compactMessage() : frames.message());
      }
      shouldAnswerAlike(messages, round);
    }
  }

  private void shouldCountAlike() {
    DaemonMetrics actual = hot.daemon(0).metrics;
    DaemonMetrics expected = generated.daemon(0).metrics;
    Await.until(
        "all is counted alike",
        () -> Counts.of(actual).equals(Counts.of(expected)),
        () -> Counts.of(actual) + " and " + Counts.of(expected));
    assertThat(actual.protocolErrors()).isEqualTo(expected.protocolErrors());
  }

  private record Counts(
      long requests, long received, long sent, long reads, long writes, long failures) {
    static Counts of(DaemonMetrics metrics) {
      return new Counts(
          metrics.requests(),
          metrics.bytesReceived(),
          metrics.bytesSent(),
          metrics.reads(),
          metrics.writes(),
          metrics.failures());
    }
  }
}
