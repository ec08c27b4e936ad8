// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.TestCluster.buffer;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.error.ErrorCode;
import io.sedna.daemon.Await;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.peer.SednaPeer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.transport.TIOStreamTransport;
import org.apache.thrift.transport.TMemoryInputTransport;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/**
 * What a client gets that sends something illegal and goes on sending: the answers to all that came
 * before, why it is refused, and then the end.
 */
@RunWith(Parameterized.class)
public class LastAnswersTest {
  private static final int READ_LIMIT_MS = 20_000;
  private static final int RECEIVE_BYTES = 16 << 10;
  private static final int VALUE_BYTES = 10_000;
  private static final int KEYS_OF_A_CALL = 50;

  /** Their answers are more than any socket takes. */
  private static final int MANY_CALLS = 60;

  private static final int GARBAGE_BYTES = 1000;
  private static final long MUCH_GARBAGE_BYTES = 64L * TestDaemon.MAX_FRAME_BYTES;
  private static final int ILLEGAL_LENGTH = TestDaemon.MAX_FRAME_BYTES * 2 + 77;

  private final String transport;
  private TestCluster cluster;
  private Socket socket;

  public LastAnswersTest(String transport) {
    this.transport = transport;
  }

  @Parameters(name = "{0}")
  public static List<String> transports() {
    return List.of("io_uring", "epoll", "nio");
  }

  @Before
  public void start() throws IOException {
    cluster = new TestCluster(1, TestDaemon.ServerLimits.NONE.over(transport));
    cluster.table("d.t", 1, 1, 1);
    cluster.publish(cluster.allServe());
    cluster.put(0, 0, "d.t", buffer("big"), ByteBuffer.allocate(VALUE_BYTES), null);
    socket = new Socket();
    socket.setReceiveBufferSize(RECEIVE_BYTES);
    socket.setSoTimeout(READ_LIMIT_MS);
    socket.connect(new InetSocketAddress("127.0.0.1", cluster.daemon(0).port()));
  }

  @After
  public void close() throws IOException {
    socket.close();
    cluster.close();
  }

  private static byte[] frame(String method, int id, TBase<?, ?> arguments) throws TException {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[Integer.BYTES]);
    var protocol = new TBinaryProtocol(new TIOStreamTransport(bytes));
    protocol.writeMessageBegin(new TMessage(method, TMessageType.CALL, id));
    arguments.write(protocol);
    byte[] frame = bytes.toByteArray();
    ByteBuffer.wrap(frame).putInt(frame.length - Integer.BYTES);
    return frame;
  }

  /** A call whose answer is about half a million bytes. */
  private static byte[] longCall(int id) throws TException {
    return frame(
        "multiGet",
        id,
        new Sedna.multiGet_args(0, "d.t", Collections.nCopies(KEYS_OF_A_CALL, buffer("big"))));
  }

  private static byte[] illegalLength() {
    return ByteBuffer.allocate(Integer.BYTES).putInt(ILLEGAL_LENGTH).array();
  }

  private TBinaryProtocol readFrame() throws IOException, TException {
    return readFrame(socket.getInputStream());
  }

  private static TBinaryProtocol readFrame(InputStream stream) throws IOException, TException {
    var in = new DataInputStream(stream);
    byte[] body = new byte[in.readInt()];
    in.readFully(body);
    return new TBinaryProtocol(new TMemoryInputTransport(body));
  }

  private int readAnswer() throws IOException, TException {
    TMessage header = readFrame().readMessageBegin();
    assertThat(header.type).isEqualTo(TMessageType.REPLY);
    return header.seqid;
  }

  private void assertAnswered(int id) throws IOException, TException {
    assertThat(readAnswer()).isEqualTo(id);
  }

  private void assertRefused(String why) throws IOException, TException {
    TBinaryProtocol answer = readFrame();
    assertThat(answer.readMessageBegin().type).isEqualTo(TMessageType.EXCEPTION);
    assertThat(TApplicationException.readFrom(answer)).hasMessageContaining(why);
  }

  private void assertEnds() throws IOException {
    assertThat(socket.getInputStream().read()).isNegative();
  }

  /**
   * @return whether the daemon's side still took them
   */
  private boolean sendMore(int bytes) {
    try {
      socket.getOutputStream().write(new byte[bytes]);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  @Test
  public void shouldAnswerWhatCameBeforeAFrameThatIsTooLong() throws IOException, TException {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(longCall(1));
    bytes.writeBytes(longCall(2));
    bytes.writeBytes(illegalLength());
    socket.getOutputStream().write(bytes.toByteArray());

    Await.until("it is refused", () -> cluster.daemon(0).metrics.protocolErrors() == 1);
    sendMore(ILLEGAL_LENGTH);

    assertAnswered(1);
    assertAnswered(2);
    assertRefused("length=" + ILLEGAL_LENGTH);
    assertEnds();
  }

  @Test
  public void shouldAnswerWhatCameBeforeGarbage() throws IOException, TException {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(longCall(1));
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(GARBAGE_BYTES).array());
    bytes.writeBytes(new byte[GARBAGE_BYTES]);
    socket.getOutputStream().write(bytes.toByteArray());

    Await.until("it is refused", () -> cluster.daemon(0).metrics.protocolErrors() == 1);
    sendMore(TestDaemon.MAX_FRAME_BYTES);

    assertAnswered(1);
    assertRefused("no message of Thrift's");
    assertEnds();
  }

  @Test
  public void shouldFirstAnswerWhatIsUnderWay() throws IOException, TException {
    long next = cluster.daemon(0).maps.epoch() + 1;
    var waits = new SednaPeer.readRecords_args(next, 1, List.of(buffer("big")), false);
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(frame("readRecords", 1, waits));
    bytes.writeBytes(longCall(2));
    bytes.writeBytes(frame("readRecords", -3, waits));
    bytes.writeBytes(illegalLength());
    socket.getOutputStream().write(bytes.toByteArray());
    Await.until("it is refused", () -> cluster.daemon(0).metrics.protocolErrors() == 1);
    sendMore(TestDaemon.MAX_FRAME_BYTES);

    cluster.publish(cluster.allServe());

    List<Integer> ids = List.of(readAnswer(), readAnswer(), readAnswer());
    assertThat(ids).containsExactlyInAnyOrder(1, 2, -3).containsSubsequence(1, 2);
    assertRefused("length=" + ILLEGAL_LENGTH);
    assertEnds();
  }

  @Test
  public void shouldSendWhatIsAnsweredWhenItStops() throws IOException, TException {
    TestDaemon daemon = cluster.daemon(0);
    for (int id = 1; id <= MANY_CALLS; id++) {
      socket.getOutputStream().write(longCall(id));
    }
    // If that is only because the machine is busy, some calls more are served before the end.
    Await.until("too much is unsent to serve more", stays(daemon.metrics::reads));
    sendMore(GARBAGE_BYTES);

    CompletableFuture<Boolean> stopped =
        CompletableFuture.supplyAsync(() -> daemon.stopServer(READ_LIMIT_MS));

    Await.until("it stops", () -> isRefused(daemon.port()));
    int answered = countAnswersToTheEnd();
    socket.close();

    assertThat(stopped.join()).isTrue();
    assertThat(answered).isBetween(1, MANY_CALLS - 1);
    assertThat(daemon.metrics.reads()).isEqualTo((long) answered * KEYS_OF_A_CALL);
  }

  /** Answers to calls 1, 2, 3 and so on; those that were not served any more may be refused. */
  private int countAnswersToTheEnd() throws IOException, TException {
    var in = new PushbackInputStream(socket.getInputStream());
    int answered = 0;
    int refused = 0;
    for (int first = in.read(); first >= 0; first = in.read()) {
      in.unread(first);
      TBinaryProtocol frame = readFrame(in);
      assertThat(frame.readMessageBegin().seqid).isEqualTo(answered + refused + 1);
      var result = new Sedna.multiGet_result();
      result.read(frame);
      if (result.isSetSuccess()) {
        assertThat(refused).isZero();
        answered++;
      } else {
        assertThat(result.getError().getCode()).isEqualTo(ErrorCode.SHUTTING_DOWN.number());
        refused++;
      }
    }
    return answered;
  }

  /** Whether a figure above 0 was the same for some time. */
  private static Await.Condition stays(LongSupplier figure) {
    long[] last = {0};
    int[] times = {0};
    return () -> {
      long now = figure.getAsLong();
      times[0] = now == last[0] ? times[0] + 1 : 0;
      last[0] = now;
      return now > 0 && times[0] > 20;
    };
  }

  private static boolean isRefused(int port) throws IOException {
    try (var another = new Socket("127.0.0.1", port)) {
      return false;
    } catch (ConnectException refused) {
      return true;
    }
  }

  @Test
  public void shouldNotListenToGarbageForEver() throws IOException, TException {
    socket.getOutputStream().write(longCall(1));
    socket.getOutputStream().write(illegalLength());

    long sent = 0;
    while (sent < MUCH_GARBAGE_BYTES && sendMore(TestDaemon.MAX_FRAME_BYTES)) {
      sent += TestDaemon.MAX_FRAME_BYTES;
    }

    assertThat(sent).isLessThan(MUCH_GARBAGE_BYTES);
    cluster.put(0, "d.t", "k", "v");
    assertThat(cluster.get(0, "d.t", "k")).isEqualTo("v");
  }
}
