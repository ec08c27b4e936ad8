// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.ReplicationTest.assertFails;
import static io.sedna.daemon.server.TestCluster.buffer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.Await;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.peer.SednaPeer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.transport.TIOStreamTransport;
import org.apache.thrift.transport.TMemoryInputTransport;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.layered.TFramedTransport;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** The port against clients of all kinds, good and bad. */
public class ThriftServerTest {
  private static final int READ_LIMIT_MS = 20_000;

  private TestCluster cluster = new TestCluster(1);

  @Before
  public void publish() {
    cluster.table("d.t", 1, 1, 1);
    cluster.publish(cluster.allServe());
  }

  @After
  public void close() {
    cluster.close();
  }

  private Socket connect() throws IOException {
    var socket = new Socket("127.0.0.1", cluster.daemon(0).port());
    socket.setSoTimeout(READ_LIMIT_MS);
    return socket;
  }

  private static void assertClosed(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes();
    } catch (java.net.SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Test
  public void shouldAnswerNothingWhileItIsUnknownWhatAStandstillBrought() {
    cluster.put(0, "d.t", "k", "v");
    cluster.daemon(0).present = false;

    assertThatThrownBy(() -> cluster.get(0, "d.t", "k"))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThatThrownBy(() -> cluster.put(0, "d.t", "k", "w"))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThatThrownBy(() -> cluster.getAll(0, "d.t", "k"))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));

    cluster.daemon(0).present = true;
    assertThat(cluster.get(0, "d.t", "k")).isEqualTo("v");
  }

  private void assertStillServes() {
    cluster.put(0, "d.t", "k", "v");
    assertThat(cluster.get(0, "d.t", "k")).isEqualTo("v");
  }

  private static byte[] message(String method, byte type, int id, TBase<?, ?> args)
      throws TException {
    var bytes = new ByteArrayOutputStream();
    var protocol = new TBinaryProtocol(new TIOStreamTransport(bytes));
    protocol.writeMessageBegin(new TMessage(method, type, id));
    args.write(protocol);
    return bytes.toByteArray();
  }

  private static void sendFrame(Socket socket, byte[] body) throws IOException {
    var out = new DataOutputStream(socket.getOutputStream());
    out.writeInt(body.length);
    out.write(body);
    out.flush();
  }

  private static TBinaryProtocol readFrame(Socket socket) throws IOException, TException {
    var in = new DataInputStream(socket.getInputStream());
    byte[] body = new byte[in.readInt()];
    in.readFully(body);
    return new TBinaryProtocol(new TMemoryInputTransport(body));
  }

  @Test
  public void shouldServeThriftsOwnFramedClient() throws TException {
    try (var transport = new TFramedTransport(new TSocket("127.0.0.1", cluster.daemon(0).port()))) {
      transport.open();
      var client = new Sedna.Client(new TBinaryProtocol(transport));

      client.writeLatest(0, "d.t", buffer("k"), buffer("v"), null);

      assertThat(client.readLatest(0, "d.t", buffer("k")).getValue().getValue())
          .isEqualTo("v".getBytes(UTF_8));
      assertThatThrownBy(() -> client.readLatest(0, "d.none", buffer("k")))
          .isInstanceOfSatisfying(
              io.sedna.thrift.generated.SednaError.class,
              e -> assertThat(e.getName()).isEqualTo("TABLE_NOT_FOUND"));
    }
  }

  @Test
  public void shouldCloseAConnectionThatSendsGarbage() throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));

      assertClosed(socket);
    }
    try (Socket socket = connect()) {
      sendFrame(socket, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

      assertClosed(socket);
    }
    try (Socket socket = connect()) {
      sendFrame(socket, new byte[0]);

      assertClosed(socket);
    }
    assertThat(cluster.daemon(0).metrics.protocolErrors()).isEqualTo(3);
    assertStillServes();
  }

  @Test
  public void shouldSayWhyBeforeItClosesOnAFrameThatIsTooLarge() throws IOException, TException {
    try (Socket socket = connect()) {
      new DataOutputStream(socket.getOutputStream()).writeInt(TestDaemon.MAX_FRAME_BYTES + 1);

      TBinaryProtocol answer = readFrame(socket);
      assertThat(answer.readMessageBegin().type).isEqualTo(TMessageType.EXCEPTION);
      assertThat(TApplicationException.readFrom(answer))
          .hasMessageContaining(String.valueOf(TestDaemon.MAX_FRAME_BYTES));
      assertClosed(socket);
    }
    assertStillServes();
  }

  @Test
  public void shouldSurviveArgumentsThatNestWithoutEnd() throws IOException, TException {
    var bytes = new ByteArrayOutputStream();
    new TBinaryProtocol(new TIOStreamTransport(bytes))
        .writeMessageBegin(new TMessage("readLatest", TMessageType.CALL, 5));
    for (int i = 0; i < 200_000; i++) {
      bytes.write(new byte[] {12, 0, 99}); // A struct in an unknown field.
    }
    try (Socket socket = connect()) {
      sendFrame(socket, bytes.toByteArray());

      assertThat(readFrame(socket).readMessageBegin().type).isEqualTo(TMessageType.EXCEPTION);
    }
    assertStillServes();
  }

  @Test
  public void shouldRefuseAnUnknownMethodAndGoOn() throws IOException, TException {
    var args = new Sedna.readLatest_args(0, "d.t", buffer("k"));
    try (Socket socket = connect()) {
      sendFrame(socket, message("fly", TMessageType.CALL, 7, args));
      TBinaryProtocol refusal = readFrame(socket);
      TMessage header = refusal.readMessageBegin();

      assertThat(header.seqid).isEqualTo(7);
      assertThat(header.type).isEqualTo(TMessageType.EXCEPTION);
      assertThat(TApplicationException.readFrom(refusal).getType())
          .isEqualTo(TApplicationException.UNKNOWN_METHOD);

      sendFrame(socket, message("readLatest", TMessageType.CALL, 8, args));

      assertThat(readFrame(socket).readMessageBegin().seqid).isEqualTo(8);
    }
  }

  @Test
  public void shouldAnswerEachOfManyRequestsUnderWay() {
    var calls = new ArrayList<CompletableFuture<Sedna.writeLatest_result>>();
    for (int i = 0; i < 900; i++) {
      calls.add(
          cluster.call(
              0,
              "writeLatest",
              new Sedna.writeLatest_args(0, "d.t", buffer("k" + i), buffer("v" + i), null),
              Sedna.writeLatest_result::new));
    }

    calls.forEach(TestCluster::outcome);

    assertThat(cluster.daemon(0).engine.statistics().records()).isEqualTo(900);
  }

  @Test
  public void shouldKeepAnswersInOrderButForNegativeSequenceIds() throws IOException, TException {
    var read = new Sedna.readLatest_args(0, "d.t", buffer("k"));
    long next = cluster.daemon(0).maps.epoch() + 1;
    var waits = new SednaPeer.readRecords_args(next, 1, List.of(buffer("k")), false);
    try (Socket socket = connect()) {
      sendFrame(socket, message("readRecords", TMessageType.CALL, 1, waits));
      sendFrame(socket, message("readLatest", TMessageType.CALL, 2, read));
      sendFrame(socket, message("fly", TMessageType.CALL, 3, read));
      sendFrame(socket, message("readLatest", TMessageType.CALL, -4, read));

      assertThat(readFrame(socket).readMessageBegin().seqid).isEqualTo(-4);

      cluster.publish(cluster.allServe());
      for (int id = 1; id <= 3; id++) {
        assertThat(readFrame(socket).readMessageBegin().seqid).isEqualTo(id);
      }
    }
  }

  @Test
  public void shouldServeTheCompactProtocol() throws TException {
    try (var transport = new TFramedTransport(new TSocket("127.0.0.1", cluster.daemon(0).port()))) {
      transport.open();
      var client = new Sedna.Client(new TCompactProtocol(transport));

      client.writeLatest(0, "d.t", buffer("k"), buffer("v"), null);

      assertThat(client.readLatest(0, "d.t", buffer("k")).getValue().getValue())
          .isEqualTo("v".getBytes(UTF_8));
    }
  }

  @Test
  public void shouldAnswerInternalForWhateverElseFails() {
    assertFails(
        ErrorCode.INTERNAL,
        () ->
            TestCluster.outcome(
                cluster.call(
                    0,
                    "clusterState",
                    new Sedna.clusterState_args(),
                    Sedna.clusterState_result::new)));
  }

  @Test
  public void shouldRefuseAnAnswerThatIsTooLarge() {
    ByteBuffer value = ByteBuffer.wrap(new byte[TestDaemon.MAX_FRAME_BYTES / 3]);
    var keys = new ArrayList<ByteBuffer>();
    for (int i = 0; i < 4; i++) {
      cluster.put(0, 0, "d.t", buffer("k" + i), value, null);
      keys.add(buffer("k" + i));
    }

    var results = cluster.multiGet(0, "d.t", keys);

    assertThat(results.get(0).isSetValue()).isTrue();
    assertThat(results.get(3).getError().getName()).isEqualTo("FRAME_TOO_LARGE");
    for (int i = 0; i < 4; i++) {
      String key = "same";
      int source = i;
      TestCluster.outcome(
          cluster.call(
              0,
              "writeAll",
              new Sedna.writeAll_args(
                  0,
                  "d.t",
                  buffer(key),
                  value,
                  new io.sedna.thrift.generated.WriteOptions().setSource(source)),
              Sedna.writeAll_result::new));
    }
    assertFails(ErrorCode.FRAME_TOO_LARGE, () -> cluster.getAll(0, "d.t", "same"));
    assertStillServes();
  }

  @Test
  public void shouldCloseConnectionsAboveTheLimit() throws IOException {
    cluster.close();
    cluster = new TestCluster(1, new TestDaemon.ServerLimits(3, Long.MAX_VALUE));
    publish();
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        sockets.add(connect());
      }
      Await.until("three are open", () -> cluster.daemon(0).metrics.connections() == 3);

      try (Socket fourth = connect()) {
        assertClosed(fourth);
      }
      assertThat(cluster.daemon(0).metrics.refusedConnections()).isEqualTo(1);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    Await.until("they are closed", () -> cluster.daemon(0).metrics.connections() == 0);
    assertStillServes();
  }

  @Test
  public void shouldFinishWhatIsUnderWayWhenItStops() throws IOException, TException {
    try (Socket socket = connect()) {
      sendFrame(
          socket,
          message(
              "readLatest",
              TMessageType.CALL,
              1,
              new Sedna.readLatest_args(0, "d.t", buffer("k"))));
      readFrame(socket);

      assertThat(cluster.daemon(0).stopServer(5000)).isTrue();
      assertClosed(socket);
    }
  }

  @Test
  public void shouldCutOffWhatIsNotDoneWithinTheGrace() {
    var never =
        cluster.call(0, "dropTable", new Sedna.dropTable_args("d.t"), Sedna.dropTable_result::new);
    Await.until("it was taken up", () -> cluster.daemon(0).metrics.requests() > 0);

    assertThat(cluster.daemon(0).stopServer(50)).isFalse();
    assertFails(ErrorCode.UNAVAILABLE, () -> TestCluster.outcome(never));
  }
}
