// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.sedna.daemon.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Clients that send get after get and never read. */
public class SlowReaderTest {
  private static final int VALUE_BYTES = 100_000;
  private static final int CLIENTS = 4;
  private static final int GETS_OF_A_PIECE = 100;

  /** What a connection may have unsent, an answer's piece beyond it, and a read of requests. */
  private static final long MOST_BYTES_OF_ONE = (1 << 20) + (1 << 20) + (1 << 20);

  private final TestCache cache = new TestCache();
  private final List<SocketChannel> sockets = new ArrayList<>();
  private int port;

  @Before
  public void listen() throws IOException {
    port = cache.server.start();
    assertThat(ask(connect(), "set big 0 0 " + VALUE_BYTES + "\r\n" + value() + "\r\n", 8))
        .isEqualTo("STORED\r\n");
  }

  @After
  public void close() throws IOException {
    for (SocketChannel socket : sockets) {
      socket.close();
    }
    cache.close();
  }

  private static String value() {
    return "v".repeat(VALUE_BYTES);
  }

  private SocketChannel connect() throws IOException {
    var socket = SocketChannel.open();
    sockets.add(socket);
    socket.socket().setReceiveBufferSize(64 << 10);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.configureBlocking(false);
    return socket;
  }

  /** So many bytes of what is answered. */
  private static String ask(SocketChannel socket, String request, int bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(request.getBytes(ISO_8859_1));
    Await.until("all is sent", () -> !(socket.write(out) >= 0 && out.hasRemaining()));
    return read(socket, bytes);
  }

  private static String read(SocketChannel socket, int bytes) {
    var in = ByteBuffer.allocate(bytes);
    Await.until(
        bytes + " bytes have come",
        () -> {
          int more = socket.read(in);
          if (more < 0) {
            throw new IOException("closed after " + in.position() + " bytes");
          }
          return !in.hasRemaining();
        });
    return new String(in.array(), ISO_8859_1);
  }

  /**
   * Sends whole pieces until the server takes no more for a while.
   *
   * @return bytes sent, of the same piece again and again
   */
  private static long pour(SocketChannel socket, byte[] piece) {
    long[] sent = {0};
    int[] refused = {0};
    Await.until(
        "the server takes no more",
        () -> {
          int taken;
          do {
            int at = (int) (sent[0] % piece.length);
            taken = socket.write(ByteBuffer.wrap(piece, at, piece.length - at));
            sent[0] += taken;
            refused[0] = taken > 0 ? 0 : refused[0] + 1;
          } while (taken > 0);
          return refused[0] > 10;
        });
    return sent[0];
  }

  private static long usedDirectBytes() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  private void assertOthersAreServed() throws IOException {
    SocketChannel other = connect();
    for (int i = 0; i < 100; i++) {
      String answer = "STORED\r\nVALUE k" + i + " 0 1\r\nx\r\nEND\r\n";
      assertThat(ask(other, "set k" + i + " 0 0 1\r\nx\r\nget k" + i + "\r\n", answer.length()))
          .isEqualTo(answer);
    }
  }

  private void assertBounded(String piece) throws IOException {
    long before = usedDirectBytes();

    for (int i = 0; i < CLIENTS; i++) {
      SocketChannel socket = connect();
      int open = 2 + i;
      Await.until("it is open", () -> cache.server.connections() == open);
      pour(socket, piece.getBytes(ISO_8859_1));
    }

    assertThat(usedDirectBytes() - before).isLessThan(CLIENTS * MOST_BYTES_OF_ONE);
    assertThat(cache.server.connections()).isGreaterThan(CLIENTS);
    assertOthersAreServed();
  }

  @Test
  public void shouldBoundTheAnswersToManyGets() throws IOException {
    assertBounded("get big\r\n".repeat(GETS_OF_A_PIECE));
  }

  @Test
  public void shouldBoundTheAnswerToAGetOfManyKeys() throws IOException {
    assertBounded("get" + " big".repeat(GETS_OF_A_PIECE) + "\r\n");
  }

  @Test
  public void shouldBoundTheAnswersToManyMetaGets() throws IOException {
    assertBounded("mg big v\r\n".repeat(GETS_OF_A_PIECE));
  }

  @Test
  public void shouldBoundTheAnswersToManyGetAndTouches() throws IOException {
    assertBounded(("gat 0" + " big".repeat(GETS_OF_A_PIECE) + "\r\n"));
  }

  @Test
  public void shouldBoundTheAnswersToSmallCommands() throws IOException {
    assertBounded("stats\r\nversion\r\nbogus\r\n".repeat(GETS_OF_A_PIECE));
  }

  @Test
  public void shouldAnswerAllInOrderOnceTheClientReads() throws IOException {
    SocketChannel socket = connect();
    String line = "get small big\r\n";
    long sent = pour(socket, line.getBytes(ISO_8859_1));
    String answer = "VALUE big 0 " + VALUE_BYTES + "\r\n" + value() + "\r\nEND\r\n";

    for (long i = 0; i < Math.min(200, sent / line.length()); i++) {
      assertThat(read(socket, answer.length()).equals(answer)).as("answer " + i).isTrue();
    }
  }

  @Test
  public void shouldGiveAllBackWhenTheClientGoes() throws IOException {
    long before = usedDirectBytes();
    SocketChannel socket = connect();
    pour(socket, "get big\r\n".repeat(GETS_OF_A_PIECE).getBytes(ISO_8859_1));

    socket.close();

    Await.until("its connection has gone", () -> cache.server.connections() <= 1);
    // The allocator keeps chunks; what it has reserved must not have grown by what was asked for.
    assertThat(usedDirectBytes() - before).isLessThan(MOST_BYTES_OF_ONE + (4 << 20));
    assertOthersAreServed();
  }
}
