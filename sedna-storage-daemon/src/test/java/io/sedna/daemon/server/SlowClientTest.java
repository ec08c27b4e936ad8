// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static io.sedna.daemon.server.TestCluster.buffer;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.sedna.common.partition.ReplicaState;
import io.sedna.daemon.Await;
import io.sedna.thrift.generated.Sedna;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.transport.TIOStreamTransport;
import org.junit.After;
import org.junit.Test;

/** Clients that ask and do not read, that begin and do not end, and that do nothing at all. */
public class SlowClientTest {
  private static final int UNSENT_BYTES = 1 << 20;
  private static final long NEVER_MS = 600_000;
  private static final int VALUE_BYTES = 10_000;
  private static final int KEYS_OF_A_CALL = 50;
  private static final int MANY = 60;

  private final List<SocketChannel> sockets = new ArrayList<>();
  private TestCluster cluster;

  @After
  public void close() throws IOException {
    for (SocketChannel socket : sockets) {
      socket.close();
    }
    cluster.close();
  }

  private void start(long networkBytes, long slowMs) {
    cluster =
        new TestCluster(1, TestDaemon.ServerLimits.unsent(UNSENT_BYTES, networkBytes, slowMs));
    cluster.table("d.t", 1, 1, 1);
    cluster.publish(cluster.map((p, d) -> ReplicaState.SERVING));
    cluster.put(0, 0, "d.t", buffer("big"), ByteBuffer.allocate(VALUE_BYTES), null);
  }

  private SocketChannel connect() throws IOException {
    var socket = SocketChannel.open();
    sockets.add(socket);
    socket.socket().setReceiveBufferSize(64 << 10);
    socket.connect(new InetSocketAddress("127.0.0.1", cluster.daemon(0).port()));
    socket.configureBlocking(false);
    return socket;
  }

  /** A multiGet whose answer is about half a million bytes. */
  private static byte[] frame() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[4]);
    try {
      var protocol = new TBinaryProtocol(new TIOStreamTransport(bytes));
      protocol.writeMessageBegin(new TMessage("multiGet", TMessageType.CALL, 1));
      new Sedna.multiGet_args(0, "d.t", Collections.nCopies(KEYS_OF_A_CALL, buffer("big")))
          .write(protocol);
    } catch (TException e) {
      throw new AssertionError(e);
    }
    byte[] frame = bytes.toByteArray();
    ByteBuffer.wrap(frame).putInt(frame.length - 4);
    return frame;
  }

  /** Sends as long as the daemon takes anything, megabytes at the most. */
  private static int pour(SocketChannel socket, int times) throws IOException {
    byte[] frame = frame();
    int sent = 0;
    for (int i = 0; i < times; i++) {
      ByteBuffer next = ByteBuffer.wrap(frame);
      int taken = socket.write(next);
      if (taken == 0) {
        return sent;
      }
      sent += taken;
      if (next.hasRemaining()) {
        return sent;
      }
    }
    return sent;
  }

  /** It may be cut off while it is still sending. */
  private static void pourUntilCutOff(SocketChannel socket) {
    try {
      pour(socket, 100);
    } catch (IOException reset) {
      assertThat(reset).hasMessageMatching("Connection reset.*|Broken pipe");
    }
  }

  private static boolean isClosed(SocketChannel socket) {
    try {
      var bytes = ByteBuffer.allocate(1 << 20);
      int read;
      do {
        bytes.clear();
        read = socket.read(bytes);
      } while (read > 0);
      return read < 0;
    } catch (SocketException reset) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static long usedDirectBytes() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  private void assertOthersAreServed() {
    for (int i = 0; i < 100; i++) {
      cluster.put(0, "d.t", "k" + i, "v" + i);
      assertThat(cluster.get(0, "d.t", "k" + i)).isEqualTo("v" + i);
    }
  }

  @Test
  public void shouldReadNoFurtherFromAClientThatDoesNotRead() throws IOException {
    start(1L << 30, NEVER_MS);
    long before = usedDirectBytes();

    for (int i = 0; i < 8; i++) {
      SocketChannel socket = connect();
      Await.until(
          "the daemon takes no more",
          () -> {
            try {
              return pour(socket, 10_000) == 0;
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
    }

    // Each may hold what the mark allows, one answer beyond it, and a read of requests.
    assertThat(usedDirectBytes() - before).isLessThan(8 * (2L * UNSENT_BYTES + (2 << 20)));
    assertThat(cluster.daemon(0).metrics.connections()).isGreaterThanOrEqualTo(8);
    assertOthersAreServed();
  }

  @Test
  public void shouldAnswerAllOnceTheClientReads() throws IOException {
    start(1L << 30, NEVER_MS);
    SocketChannel socket = connect();
    int sent = pour(socket, 100);
    int wanted = sent / frame().length;
    assertThat(wanted).isPositive();

    long[] read = new long[1];
    var bytes = ByteBuffer.allocate(1 << 20);
    long answer = KEYS_OF_A_CALL * (long) VALUE_BYTES;
    Await.until(
        "all has come",
        () -> {
          try {
            bytes.clear();
            int n = socket.read(bytes);
            assertThat(n).isNotNegative();
            read[0] += n;
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return read[0] >= wanted * answer;
        });

    assertThat(cluster.daemon(0).metrics.cutOffConnections()).isZero();
  }

  @Test
  public void shouldCutOffAClientThatTakesNothing() throws IOException {
    start(1L << 30, 300);
    SocketChannel socket = connect();
    pour(socket, 100);

    Await.until("it is cut off", () -> cluster.daemon(0).metrics.cutOffConnections() == 1);
    Await.until("it is closed", () -> isClosed(socket));
    assertOthersAreServed();
  }

  @Test
  public void shouldCutOffThoseThatHoldMostWhenAllTogetherHoldTooMuch() throws IOException {
    start(4L << 20, NEVER_MS);
    long before = usedDirectBytes();

    for (int i = 0; i < MANY; i++) {
      pourUntilCutOff(connect());
    }

    // Without a bound they would hold more than 80 MiB.
    var metrics = cluster.daemon(0).metrics;
    Await.until("most are cut off", () -> metrics.cutOffConnections() >= MANY - 10);
    assertThat(metrics.cutOffConnections()).isLessThanOrEqualTo(MANY);
    Await.until(
        "memory is within bounds",
        () -> usedDirectBytes() - before < 40L << 20,
        () ->
            usedDirectBytes() + ", before " + before + ", cut off " + metrics.cutOffConnections());
    assertOthersAreServed();
  }

  @Test
  public void shouldTakeNoMemoryOnAMereClaimOfALongFrame() throws IOException {
    start(1L << 30, NEVER_MS);
    long before = usedDirectBytes();

    for (int i = 0; i < 200; i++) {
      var claim = ByteBuffer.allocate(5).putInt(TestDaemon.MAX_FRAME_BYTES).put((byte) 0x80).flip();
      connect().write(claim);
    }
    Await.until("all are open", () -> cluster.daemon(0).metrics.connections() >= 200);

    assertThat(usedDirectBytes() - before).isLessThan(200 * (128L << 10));
    assertOthersAreServed();
  }

  @Test
  public void shouldKeepNoMemoryForIdleConnections() throws IOException {
    start(1L << 30, NEVER_MS);
    cluster.put(0, "d.t", "warm", "up");
    int wanted = idleConnections();
    long heapBefore = usedHeapBytes();
    long directBefore = usedDirectBytes();

    byte[] ask = frame();
    for (int i = 0; i < wanted; i++) {
      SocketChannel socket = connect();
      if (i % 100 == 0) { // Some have been of use before.
        socket.write(ByteBuffer.wrap(ask));
      }
    }
    Await.until("all are open", () -> cluster.daemon(0).metrics.connections() >= wanted);

    long heap = (usedHeapBytes() - heapBefore) / wanted;
    long direct = (usedDirectBytes() - directBefore) / wanted;
    System.out.printf("%d idle connections: heap %d, direct %d bytes each%n", wanted, heap, direct);
    assertThat(heap).as("of heap each, the client's end included").isLessThan(16 << 10);
    assertThat(direct).as("of direct memory each").isLessThan(4 << 10);
    assertOthersAreServed();
  }

  /** 10,000, or what the limit of open files leaves: each takes two here. */
  private static int idleConnections() {
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
    return (int) Math.min(10_000, (free - 500) / 2);
  }

  private static long usedHeapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  public void shouldTakeLongFramesInPieces() throws IOException {
    start(1L << 30, NEVER_MS);
    ByteBuffer value = ByteBuffer.allocate(TestDaemon.MAX_FRAME_BYTES / 8 * 7);
    value.putInt(value.capacity() - 4, 77);

    for (int i = 0; i < 20; i++) {
      cluster.put(0, 0, "d.t", buffer("long" + i), value.duplicate().rewind(), null);
      var read =
          cluster.multiGet(0, "d.t", List.of(buffer("long" + i))).get(0).getValue().getValue();
      assertThat(read).isEqualTo(value.array());
    }
  }
}
