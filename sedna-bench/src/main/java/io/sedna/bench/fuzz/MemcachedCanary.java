// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** set, get, gets of several keys and mg, in one piece; every byte of the answers is known. */
final class MemcachedCanary implements Canary {
  private static final int FLAGS = 7;
  private static final int OPERATIONS = 5;

  private final String prefix;
  private final Socket socket = new Socket();
  private int step;

  private MemcachedCanary(int number) {
    prefix = "fuzz-canary-" + ProcessHandle.current().pid() + "-" + number + "-";
  }

  static MemcachedCanary connect(InetSocketAddress address, int number, int timeoutMs)
      throws IOException {
    var canary = new MemcachedCanary(number);
    canary.socket.setTcpNoDelay(true);
    canary.socket.setSoTimeout(timeoutMs);
    canary.socket.connect(address, timeoutMs);
    return canary;
  }

  @Override
  public int look() throws IOException, WrongAnswerException {
    String key = prefix + step % KEYS;
    String missing = prefix + "none";
    String value = Canary.value(key, step++);
    String item = FLAGS + " " + value.length() + "\r\n" + value + "\r\n";
    String request =
        "set "
            + key
            + " "
            + FLAGS
            + " 0 "
            + value.length()
            + "\r\n"
            + value
            + "\r\n"
            + "get "
            + key
            + "\r\n"
            + "get "
            + missing
            + " "
            + key
            + " "
            + missing
            + "\r\n"
            + "mg "
            + key
            + " f v\r\n"
            + "mg "
            + missing
            + " v\r\n";
    String expected =
        "STORED\r\n"
            + "VALUE "
            + key
            + " "
            + item
            + "END\r\n"
            + "VALUE "
            + key
            + " "
            + item
            + "END\r\n"
            + "VA "
            + value.length()
            + " f"
            + FLAGS
            + "\r\n"
            + value
            + "\r\n"
            + "EN\r\n";
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    InputStream in = socket.getInputStream();
    byte[] right = expected.getBytes(ISO_8859_1);
    byte[] read = new byte[right.length];
    int at = 0;
    while (at < right.length) {
      int more = in.read(read, at, right.length - at);
      if (more < 0) {
        throw new IOException(
            "the server closed the connection of memcached canary "
                + prefix
                + " after "
                + at
                + " of "
                + right.length
                + " bytes");
      }
      at += more;
      checkSoFar(read, right, at);
    }
    if (in.available() > 0) {
      byte[] extra = new byte[in.available()];
      int length = in.read(extra);
      throw new WrongAnswerException(
          "memcached canary was answered more than it asked for: "
              + Canary.shortened(new String(extra, 0, length, ISO_8859_1)));
    }
    return OPERATIONS;
  }

  /** At once, for the rest of a wrong answer may never come. */
  private static void checkSoFar(byte[] read, byte[] right, int length)
      throws WrongAnswerException {
    int differs = java.util.Arrays.mismatch(read, 0, length, right, 0, length);
    if (differs >= 0) {
      int from = Math.max(0, differs - 40);
      throw new WrongAnswerException(
          "memcached canary was answered, at byte "
              + differs
              + ", '"
              + Canary.shortened(new String(read, from, length - from, ISO_8859_1))
              + "' instead of '"
              + Canary.shortened(new String(right, from, right.length - from, ISO_8859_1))
              + "'");
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }
}
