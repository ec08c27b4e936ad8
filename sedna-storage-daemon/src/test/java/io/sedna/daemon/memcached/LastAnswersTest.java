// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.common.conf.MemcachedConfig;
import io.sedna.daemon.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** A client whose connection is closed, and that goes on sending, gets all that was answered. */
@RunWith(Parameterized.class)
public class LastAnswersTest {
  private static final int READ_LIMIT_MS = 20_000;
  private static final int RECEIVE_BYTES = 16 << 10;
  private static final int VALUE_BYTES = 100_000;
  private static final int GETS = 9;
  private static final int MORE_BYTES = 8 << 20;
  private static final int MOST_CONNECTIONS = 3;

  private final EventLoopGroup loops;
  private final TestCache cache;
  private final List<Socket> sockets = new ArrayList<>();
  private int port;

  public LastAnswersTest(String transport) {
    this.loops = NettyTransport.choose("transport", transport).group(1, "test");
    this.cache =
        new TestCache(new MemcachedConfig(0, TestCache.TABLE, MOST_CONNECTIONS, 0, 1 << 20), loops);
  }

  @Parameters(name = "{0}")
  public static List<String> transports() {
    return List.of("io_uring", "epoll", "nio");
  }

  @Before
  public void listen() throws IOException {
    port = cache.server.start();
    Socket socket = connect();
    send(socket, "set big 0 0 " + VALUE_BYTES + "\r\n" + value() + "\r\n");
    assertThat(read(socket, 8)).isEqualTo("STORED\r\n");
  }

  @After
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    cache.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
  }

  private static String value() {
    return "v".repeat(VALUE_BYTES);
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(RECEIVE_BYTES);
    socket.setSoTimeout(READ_LIMIT_MS);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /** Bytes without an end of line; that they are not taken is no matter. */
  private static void sendMore(Socket socket) {
    try {
      send(socket, "x".repeat(MORE_BYTES));
    } catch (IOException closed) {
      // What was answered before tells the rest.
    }
  }

  private static String read(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), ISO_8859_1);
  }

  private static void assertAnswersAndEnd(Socket socket) throws IOException {
    String answer = "VALUE big 0 " + VALUE_BYTES + "\r\n" + value() + "\r\nEND\r\n";
    for (int i = 0; i < GETS; i++) {
      assertThat(read(socket, answer.length()).equals(answer)).as("answer " + i).isTrue();
    }
    assertThat(socket.getInputStream().read()).isNegative();
  }

  @Test
  public void shouldAnswerWhatCameBeforeALineWithoutEnd() throws IOException {
    Socket socket = connect();
    send(socket, "get big\r\n".repeat(GETS));

    sendMore(socket);

    assertAnswersAndEnd(socket);
  }

  @Test
  public void shouldAnswerWhatCameBeforeQuit() throws IOException {
    Socket socket = connect();
    send(socket, "get big\r\n".repeat(GETS) + "quit\r\n");

    sendMore(socket);

    assertAnswersAndEnd(socket);
  }

  @Test
  public void shouldSayThatThereAreTooManyConnections() throws IOException {
    connect();
    connect();
    Await.until("three are open", () -> cache.server.connections() == MOST_CONNECTIONS);
    var accepting = new Semaphore(0);
    loops.execute(accepting::acquireUninterruptibly);
    Socket fourth = connect();
    send(fourth, "version\r\n"); // Comes before the server can know that it refuses.
    accepting.release();
    Await.until("it is refused", () -> cache.metrics.refusedConnections() == 1);
    sendMore(fourth);

    String refusal = "ERROR Too many open connections\r\n";
    assertThat(read(fourth, refusal.length())).isEqualTo(refusal);
    assertThat(fourth.getInputStream().read()).isNegative();
    assertThat(cache.server.connections()).isEqualTo(MOST_CONNECTIONS);
  }
}
