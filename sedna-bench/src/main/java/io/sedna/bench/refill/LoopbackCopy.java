// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.refill;

import io.sedna.bench.compare.Workspace;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.ContentHash;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The least that a copy to another process of this machine takes: so many bytes of this process's
 * memory, written to one TCP connection on 127.0.0.1, 64 KiB at a time, and read into the memory of
 * another process, which had it before. Nothing looks at the bytes while they are copied; after the
 * clock has been stopped the reader tells their hash, so that all are known to have come.
 */
@InterfaceAudience.Private
public final class LoopbackCopy {
  private static final int AT_ONCE = 64 << 10;
  private static final int CHUNK_BYTES = 64 << 20;
  private static final Pattern LISTENS = Pattern.compile("listens on port (\\d+)");
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private LoopbackCopy() {}

  /** Bytes in memory outside the heap, in chunks, all written once. */
  private static final class Memory {
    private final ByteBuffer[] chunks;

    Memory(long bytes) {
      chunks = new ByteBuffer[(int) ((bytes + CHUNK_BYTES - 1) / CHUNK_BYTES)];
      long left = bytes;
      for (int i = 0; i < chunks.length; i++) {
        chunks[i] = ByteBuffer.allocateDirect((int) Math.min(left, CHUNK_BYTES));
        left -= chunks[i].capacity();
      }
    }

    long hash() {
      long hash = 0;
      byte[] copy = new byte[CHUNK_BYTES];
      for (ByteBuffer chunk : chunks) {
        byte[] part = chunk.capacity() == copy.length ? copy : new byte[chunk.capacity()];
        chunk.duplicate().clear().get(part);
        hash = 31 * hash + ContentHash.of(part);
      }
      return hash;
    }
  }

  /** Fills a buffer with what is to be copied next; the last one may be left half full. */
  interface Content {
    void fill(ByteBuffer chunk);
  }

  /**
   * Copies, after one copy that warms up.
   *
   * @param content of the bytes that are copied
   * @return bytes a second
   */
  static double measure(Workspace workspace, long bytes, Content content)
      throws IOException, InterruptedException {
    var memory = new Memory(bytes);
    for (ByteBuffer chunk : memory.chunks) {
      content.fill(chunk.duplicate());
    }
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:MaxDirectMemorySize=" + (bytes + CHUNK_BYTES),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            LoopbackCopy.class.getName(),
            Long.toString(bytes));
    Workspace.Started reader =
        workspace.start("copy", command, Map.of("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"));
    try (SocketChannel socket = SocketChannel.open()) {
      socket.connect(new InetSocketAddress(Workspace.HOST, port(reader)));
      long hash = memory.hash();
      copy(socket, memory, hash);
      return bytes * (double) TimeUnit.SECONDS.toNanos(1) / copy(socket, memory, hash);
    } finally {
      workspace.end(reader.process());
    }
  }

  private static int port(Workspace.Started reader) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() - deadline < 0 && reader.process().isAlive()) {
      Matcher listens = LISTENS.matcher(Files.readString(reader.log()));
      if (listens.find()) {
        return Integer.parseInt(listens.group(1));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new SednaException(
        ErrorCode.INTERNAL, "the reader did not start: " + Files.readString(reader.log()));
  }

  /** Nanoseconds until the reader has said that it has all. */
  private static long copy(SocketChannel socket, Memory memory, long hash) throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(Long.BYTES);
    long begin = System.nanoTime();
    for (ByteBuffer chunk : memory.chunks) {
      ByteBuffer rest = chunk.duplicate().clear();
      while (rest.position() < chunk.capacity()) {
        rest.limit(Math.min(chunk.capacity(), rest.position() + AT_ONCE));
        while (rest.hasRemaining()) {
          int unused = socket.write(rest);
        }
      }
    }
    readFully(socket, answer);
    long nanos = System.nanoTime() - begin;
    readFully(socket, answer.clear());
    if (answer.getLong(0) != hash) {
      throw new SednaException(ErrorCode.INTERNAL, "other bytes came than were sent");
    }
    return nanos;
  }

  private static void readFully(SocketChannel socket, ByteBuffer to) throws IOException {
    while (to.hasRemaining()) {
      if (socket.read(to) < 0) {
        throw new EOFException("the connection was closed");
      }
    }
  }

  /** The reader. */
  public static void main(String[] args) throws IOException {
    var memory = new Memory(Long.parseLong(args[0]));
    try (ServerSocketChannel listening = ServerSocketChannel.open()) {
      listening.bind(new InetSocketAddress(Workspace.HOST, 0));
      System.out.println(
          "listens on port " + ((InetSocketAddress) listening.getLocalAddress()).getPort());
      try (SocketChannel socket = listening.accept()) {
        while (readAll(socket, memory)) {
          answer(socket, 0);
          answer(socket, memory.hash());
        }
      }
    }
  }

  private static boolean readAll(SocketChannel socket, Memory memory) throws IOException {
    for (ByteBuffer chunk : memory.chunks) {
      ByteBuffer rest = chunk.duplicate().clear();
      while (rest.position() < chunk.capacity()) {
        rest.limit(Math.min(chunk.capacity(), rest.position() + AT_ONCE));
        if (socket.read(rest) < 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static void answer(SocketChannel socket, long number) throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(Long.BYTES).putLong(0, number);
    while (answer.hasRemaining()) {
      int unused = socket.write(answer);
    }
  }
}
