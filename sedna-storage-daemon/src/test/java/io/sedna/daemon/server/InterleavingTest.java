// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.TestCluster.buffer;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.partition.ReplicaState;
import io.sedna.thrift.generated.Sedna;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.transport.TIOStreamTransport;
import org.apache.thrift.transport.TMemoryInputTransport;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/**
 * Many connections of few event loops at once: a transport may hand on what came for several of
 * them before it says of any that this was all.
 */
public class InterleavingTest {
  private static final int CONNECTIONS = 12;
  private static final int ROUNDS = 1500;
  private static final int TIMEOUT_MS = 20_000;

  private final Random random = new Random(7);
  private final List<Socket> sockets = new ArrayList<>();
  private TestCluster cluster;

  @Before
  public void start() throws IOException {
    cluster = new TestCluster(1);
    cluster.table("d.t", 1, 1, 1);
    cluster.publish(cluster.map((p, d) -> ReplicaState.SERVING));
    for (int i = 0; i < CONNECTIONS; i++) {
      cluster.put(0, "d.t", "key " + i, "value " + i);
      var socket = new Socket("127.0.0.1", cluster.daemon(0).port());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MS);
      sockets.add(socket);
    }
  }

  @After
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    cluster.close();
  }

  @Test
  public void shouldAnswerEachConnectionItsOwn() throws IOException, TException {
    for (int round = 0; round < ROUNDS; round++) {
      var asked = new int[CONNECTIONS];
      for (int part = 0; part < 2; part++) {
        for (int i = 0; i < CONNECTIONS; i++) {
          int calls = random.nextInt(3);
          send(i, round * 100 + asked[i], calls);
          asked[i] += calls;
        }
      }
      for (int i = 0; i < CONNECTIONS; i++) {
        for (int call = 0; call < asked[i]; call++) {
          shouldBeAnswered(i, round * 100 + call);
        }
      }
    }
  }

  private void send(int connection, int firstId, int calls) throws IOException, TException {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < calls; i++) {
      var call = new ByteArrayOutputStream();
      var protocol = new TBinaryProtocol(new TIOStreamTransport(call));
      protocol.writeMessageBegin(new TMessage("readLatest", TMessageType.CALL, firstId + i));
      new Sedna.readLatest_args(0, "d.t", buffer("key " + connection)).write(protocol);
      bytes.writeBytes(ByteBuffer.allocate(4).putInt(call.size()).array());
      bytes.writeBytes(call.toByteArray());
    }
    sockets.get(connection).getOutputStream().write(bytes.toByteArray());
  }

  private void shouldBeAnswered(int connection, int id) throws IOException, TException {
    var in = new DataInputStream(sockets.get(connection).getInputStream());
    var frame = new byte[in.readInt()];
    in.readFully(frame);
    var protocol = new TBinaryProtocol(new TMemoryInputTransport(frame));
    assertThat(protocol.readMessageBegin().seqid).as("connection " + connection).isEqualTo(id);
    var result = new Sedna.readLatest_result();
    result.read(protocol);
    assertThat(new String(result.getSuccess().getValue().getValue(), StandardCharsets.UTF_8))
        .isEqualTo("value " + connection);
  }
}
