// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sedna.client.rpc.ByteBufTransport;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.MutationKind;
import io.sedna.thrift.peer.SednaPeer;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Coordinators' writes without generated code against those by it: the same answers and data. */
public class HotMutationsTest {
  private static final int ROUNDS = 400;
  private static final int KEYS = 40;
  private static final int READ_LIMIT_MS = 20_000;

  private final TestCluster hot = new TestCluster(1);
  private final TestCluster generated = new TestCluster(1, TestDaemon.ServerLimits.generatedOnly());
  private final Random random = new Random(20_261);
  private final List<Table> tables = new ArrayList<>();
  private Socket hotSocket;
  private Socket generatedSocket;
  private long epoch;

  @Before
  public void prepare() throws IOException {
    for (TestCluster cluster : List.of(hot, generated)) {
      tables.add(cluster.table("d.t", 1, 1, 1));
      cluster.strong("d.strong", 1);
      cluster.publish(cluster.allServe());
      // One partition is new at this epoch, one is being filled, one loaded, one not here at all.
      var map =
          cluster.map(
              (p, d) ->
                  switch (p) {
                    case 1 -> ReplicaState.FILLING;
                    case 2 -> ReplicaState.LOADING;
                    case 3 -> null;
                    default -> ReplicaState.SERVING;
                  });
      epoch = map.epoch();
      cluster.publish(map);
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

  private Mutation mutation(int tableId, MutationKind kind) {
    byte[] key = ("key-" + random.nextInt(KEYS)).getBytes(UTF_8);
    byte[] value = new byte[random.nextInt(200)];
    random.nextBytes(value);
    var mutation =
        new Mutation(
            tableId,
            kind,
            ByteBuffer.wrap(key),
            1 + random.nextInt(1000),
            random.nextInt(3),
            random.nextInt(4) == 0 ? hot.wall.millis() + 60_000 : 0,
            ByteBuffer.wrap(value));
    return random.nextBoolean() ? mutation : mutation.setFlags(random.nextInt());
  }

  private byte[] message() {
    int tableId = random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 1;
    var mutations = new ArrayList<Mutation>();
    for (int i = random.nextInt(random.nextInt(5) == 0 ? 50 : 4); i >= 0; i--) {
      MutationKind kind =
          random.nextInt(40) == 0
              ? MutationKind.values()[random.nextInt(MutationKind.values().length)]
              : MutationKind.WRITE_LATEST;
      mutations.add(mutation(tableId, kind));
    }
    long known = random.nextInt(10) == 0 ? epoch - 1 : epoch;
    ByteBuf out = Unpooled.buffer();
    try {
      TProtocol protocol = new ByteBufTransport(out).strictBinaryProtocol();
      int sequence = random.nextBoolean() ? random.nextInt() : random.nextInt() | 1 << 31;
      protocol.writeMessageBegin(new TMessage("applyMutations", TMessageType.CALL, sequence));
      new SednaPeer.applyMutations_args(known, mutations).write(protocol);
      protocol.writeMessageEnd();
    } catch (TException e) {
      throw new AssertionError(e);
    }
    return ByteBufUtil.getBytes(out);
  }

  private static void send(Socket socket, byte[] message) throws IOException {
    byte[] frame =
        ByteBuffer.allocate(4 + message.length).putInt(message.length).put(message).array();
    socket.getOutputStream().write(frame);
  }

  /** Empty: the connection was closed. */
  private static byte[] answer(Socket socket) throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    try {
      byte[] answer = new byte[in.readInt()];
      in.readFully(answer);
      return answer;
    } catch (EOFException | SocketException closed) {
      return new byte[0];
    }
  }

  private void shouldAnswerAlike(byte[] message, int round) throws IOException {
    send(hotSocket, message);
    send(generatedSocket, message);
    byte[] expected = answer(generatedSocket);

    byte[] actual = answer(hotSocket);
    if (isException(expected)) {
      // Its text holds the identity of an object of the generated code.
      assertThat(isException(actual)).as("round " + round).isTrue();
    } else {
      assertThat(actual).as("round " + round).isEqualTo(expected);
    }
    if (expected.length == 0
        || (isException(expected) && ByteBuffer.wrap(expected).getInt(4) == 0)) {
      connect();
    }
  }

  private static boolean isException(byte[] answer) {
    return answer.length > 0 && ByteBuffer.wrap(answer).getInt(0) == 0x80010003;
  }

  private void shouldHoldAlike() {
    for (int i = 0; i < KEYS; i++) {
      String key = "key-" + i;
      if (hot.serves(tables.get(0), key)) {
        assertThat(hot.getAll(0, "d.t", key)).isEqualTo(generated.getAll(0, "d.t", key));
      }
    }
  }

  @Test
  public void shouldAnswerAndStoreAsTheGeneratedCodeDoes() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      shouldAnswerAlike(message(), round);
    }

    shouldHoldAlike();
    DaemonMetrics metrics = hot.daemon(0).metrics;
    assertThat(metrics.servedOnTheSpot()).isPositive();
    assertThat(generated.daemon(0).metrics.servedOnTheSpot()).isZero();
  }

  @Test
  public void shouldAnswerMalformedCallsAsTheGeneratedCodeDoes() throws IOException {
    for (int round = 0; round < 5 * ROUNDS; round++) {
      byte[] message = message();
      for (int i = random.nextInt(3); i >= 0; i--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        message = Arrays.copyOf(message, random.nextInt(message.length));
      }
      shouldAnswerAlike(message, round);
    }

    shouldHoldAlike();
  }
}
