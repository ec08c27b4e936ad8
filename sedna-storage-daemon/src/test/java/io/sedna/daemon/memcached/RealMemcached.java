// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import static org.junit.Assume.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.AssumptionViolatedException;

/** A memcached process, to compare with. */
final class RealMemcached implements AutoCloseable {
  private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
  private static final long ANSWER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
  private static final String END = "MN\r\n";

  private final Process process;
  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

  private RealMemcached(Process process, SocketChannel channel) {
    this.process = process;
    this.channel = channel;
  }

  /**
   * Starts one that listens in a directory. Where there is none, the test is skipped, or on a build
   * server fails.
   */
  static RealMemcached start(File directory) throws Exception {
    boolean installed =
        new ProcessBuilder("sh", "-c", "command -v memcached").start().waitFor() == 0;
    if (!installed && Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError("memcached is not installed: apt-get install memcached");
    }
    assumeTrue("install it with: apt-get install memcached", installed);
    Path socket = directory.toPath().resolve("memcached.sock");
    var command = new ArrayList<String>();
    command.add("memcached");
    if (System.getProperty("user.name").equals("root")) {
      command.add("-u");
      command.add("root");
    }
    command.add("-s");
    command.add(socket.toString());
    // Its own threads hold items now and then, which shows in answers.
    command.add("-o");
    command.add("no_lru_maintainer,no_lru_crawler,no_slab_reassign");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(new File(directory, "memcached.log"))
            .start();
    long deadline = System.nanoTime() + START_TIMEOUT_NS;
    while (System.nanoTime() < deadline && process.isAlive()) {
      if (Files.exists(socket)) {
        try {
          SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
          channel.connect(UnixDomainSocketAddress.of(socket));
          channel.configureBlocking(false);
          return new RealMemcached(process, channel).onlyOfTheRightRelease();
        } catch (IOException e) {
          Thread.onSpinWait();
        }
      }
    }
    process.destroyForcibly();
    throw new AssertionError("memcached did not start within 10 s");
  }

  private RealMemcached onlyOfTheRightRelease() throws Exception {
    String version = ask("version\r\n");
    if (!version.startsWith("VERSION 1.6.18")) {
      close();
      throw new AssumptionViolatedException("answers are those of 1.6.18, this is " + version);
    }
    return this;
  }

  /** What it answers to some commands, up to that of an mn that is sent after them. */
  String ask(String request) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((request + "mn\r\n").getBytes(StandardCharsets.ISO_8859_1));
    long deadline = System.nanoTime() + ANSWER_TIMEOUT_NS;
    var answer = new StringBuilder();
    while (!ended(answer)) {
      if (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      buffer.clear();
      int read = channel.read(buffer);
      if (read < 0 || System.nanoTime() > deadline) {
        throw new IOException("memcached does not answer: " + request);
      }
      answer.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1));
      Thread.onSpinWait();
    }
    return answer.substring(0, answer.length() - END.length());
  }

  private static boolean ended(StringBuilder answer) {
    return answer.length() >= END.length()
        && answer.indexOf(END, answer.length() - END.length()) >= 0;
  }

  @Override
  public void close() throws Exception {
    channel.close();
    process.destroy();
    process.waitFor(10, TimeUnit.SECONDS);
  }
}
