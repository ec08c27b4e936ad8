// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;

/**
 * Connections of one thread, one after the other: each is sent its input in pieces, is read from
 * meanwhile, and ends with a half-close or a reset. It never blocks in a write, for a server does
 * not read from those who do not.
 */
final class Exchanges implements AutoCloseable {
  /** Who is answered more hangs up. */
  private static final int MOST_ANSWERED_BYTES = 8 << 20;

  private static final int MOST_PIECE_BYTES = 40;
  private static final long QUIET_MS = 10;
  private static final long MUTE_MS = 200;

  private final InetSocketAddress target;
  private final int timeoutMs;
  private final Selector selector;
  private final ByteBuffer read = ByteBuffer.allocateDirect(256 << 10);

  Exchanges(InetSocketAddress target, int timeoutMs) throws IOException {
    this.target = target;
    this.timeoutMs = timeoutMs;
    selector = Selector.open();
  }

  /**
   * What came of one connection.
   *
   * @param closed by the server, before the client had ended it
   * @param left the server did not close in time after the client's end
   */
  record Exchange(byte[] answered, boolean closed, boolean left) {}

  /** How a client behaves. */
  private enum Manner {
    /** Says that nothing more comes, and reads to the end. */
    POLITE,
    /** Cuts the connection. */
    RESETS,
    /** Never reads, and cuts the connection. */
    MUTE
  }

  private static Manner manner(Random random) {
    return switch (random.nextInt(40)) {
      case 0 -> Manner.MUTE;
      case 1, 2, 3, 4, 5 -> Manner.RESETS;
      default -> Manner.POLITE;
    };
  }

  /**
   * @throws IOException if it cannot connect; a connection that breaks later does so rightly
   */
  Exchange send(byte[] input, Random random) throws IOException {
    Manner manner = manner(random);
    try (SocketChannel channel = SocketChannel.open()) {
      channel.socket().connect(target, timeoutMs);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      SelectionKey key =
          channel.register(selector, manner == Manner.MUTE ? 0 : SelectionKey.OP_READ);
      var answered = new ByteArrayOutputStream();
      try {
        return talk(channel, key, input, manner, answered, random);
      } catch (IOException e) {
        // Reset by the server, as it may be for what was sent.
        return new Exchange(answered.toByteArray(), true, false);
      } finally {
        if (manner != Manner.POLITE && channel.isOpen()) {
          channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        channel.close();
        selector.selectNow();
      }
    }
  }

  private Exchange talk(
      SocketChannel channel,
      SelectionKey key,
      byte[] input,
      Manner manner,
      ByteArrayOutputStream answered,
      Random random)
      throws IOException {
    long end = System.nanoTime() + timeoutMs * 1_000_000L;
    long muteEnd = System.nanoTime() + MUTE_MS * 1_000_000L;
    var out = ByteBuffer.wrap(input);
    while (out.hasRemaining()) {
      boolean wrote = write(channel, out, random);
      key.interestOps(
          (manner == Manner.MUTE ? 0 : SelectionKey.OP_READ) | (wrote ? 0 : SelectionKey.OP_WRITE));
      await(wrote ? 0 : QUIET_MS);
      if (manner == Manner.MUTE) {
        if (System.nanoTime() - muteEnd > 0) {
          return new Exchange(answered.toByteArray(), false, false);
        }
      } else if (!read(channel, answered)) {
        return new Exchange(answered.toByteArray(), true, false);
      }
      if (answered.size() > MOST_ANSWERED_BYTES || System.nanoTime() - end > 0) {
        // It may be that the server waits for others: the canaries tell if it is well.
        return new Exchange(answered.toByteArray(), false, false);
      }
    }
    if (manner == Manner.MUTE) {
      return new Exchange(answered.toByteArray(), false, false);
    }
    key.interestOps(SelectionKey.OP_READ);
    // Until it is quiet: a server that closes now does so of its own accord.
    while (await(QUIET_MS)) {
      if (!read(channel, answered)) {
        return new Exchange(answered.toByteArray(), true, false);
      }
      if (answered.size() > MOST_ANSWERED_BYTES) {
        return new Exchange(answered.toByteArray(), false, false);
      }
    }
    if (manner == Manner.RESETS) {
      return new Exchange(answered.toByteArray(), false, false);
    }
    channel.shutdownOutput();
    while (System.nanoTime() - end < 0) {
      await(timeoutMs);
      if (!read(channel, answered) || answered.size() > MOST_ANSWERED_BYTES) {
        return new Exchange(answered.toByteArray(), false, false);
      }
    }
    return new Exchange(answered.toByteArray(), false, true);
  }

  /** Sends a piece or all; returns false if nothing can be sent now. */
  private static boolean write(SocketChannel channel, ByteBuffer out, Random random)
      throws IOException {
    int limit = out.limit();
    if (random.nextInt(3) == 0) {
      out.limit(Math.min(limit, out.position() + 1 + random.nextInt(MOST_PIECE_BYTES)));
    }
    int written = channel.write(out);
    out.limit(limit);
    return written > 0;
  }

  /** Whether the channel is ready for something. */
  private boolean await(long ms) throws IOException {
    int ready = ms == 0 ? selector.selectNow() : selector.select(ms);
    selector.selectedKeys().clear();
    return ready > 0;
  }

  /** Takes what is there; returns false at the end. */
  private boolean read(SocketChannel channel, ByteArrayOutputStream answered) throws IOException {
    int length;
    do {
      read.clear();
      length = channel.read(read);
      if (length > 0) {
        byte[] bytes = new byte[length];
        read.flip().get(bytes);
        answered.writeBytes(bytes);
      }
    } while (length > 0 && answered.size() <= MOST_ANSWERED_BYTES);
    return length >= 0;
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }
}
