// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** As much of Redis as the loader asks for, a thread a connection. */
final class TinyRedis implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getByName("127.0.0.1"));
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Map<String, String> records = new ConcurrentHashMap<>();
  private final AtomicLong stallMs = new AtomicLong();
  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

  TinyRedis() throws IOException {
    daemon(this::accept);
  }

  private static void daemon(Runnable work) {
    var thread = new Thread(work, "tiny-redis");
    thread.setDaemon(true);
    thread.start();
  }

  InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", listener.getLocalPort());
  }

  int records() {
    return records.size();
  }

  /** The next command is answered so much later. */
  void stallOnceMs(long ms) {
    stallMs.set(ms);
  }

  /** So many commands, then connections are closed. */
  void closeAfter(int commands) {
    left.set(commands);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket;
        var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        var out = new BufferedOutputStream(socket.getOutputStream())) {
      for (String line = line(in); line != null; line = line(in)) {
        if (!line.startsWith("*")) {
          out.write("-ERR unknown command\r\n".getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
          continue;
        }
        String[] words = new String[Integer.parseInt(line.substring(1))];
        for (int i = 0; i < words.length; i++) {
          byte[] word = new byte[Integer.parseInt(line(in).substring(1))];
          in.readFully(word);
          line(in);
          words[i] = new String(word, StandardCharsets.ISO_8859_1);
        }
        if (left.decrementAndGet() < 0) {
          return;
        }
        long stall = stallMs.getAndSet(0);
        if (stall > 0) {
          long end = System.nanoTime() + stall * 1_000_000;
          while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
          }
        }
        out.write(answer(words).getBytes(StandardCharsets.ISO_8859_1));
        if (in.available() == 0) {
          out.flush();
        }
      }
    } catch (IOException e) {
      // The loader went away.
    }
  }

  private String answer(String[] words) {
    switch (words[0]) {
      case "SET", "MSET" -> {
        for (int i = 1; i < words.length; i += 2) {
          records.put(words[i], words[i + 1]);
        }
        return "+OK\r\n";
      }
      case "GET" -> {
        return bulk(records.get(words[1]));
      }
      default -> {
        var answer = new StringBuilder("*" + (words.length - 1) + "\r\n");
        for (int i = 1; i < words.length; i++) {
          answer.append(bulk(records.get(words[i])));
        }
        return answer.toString();
      }
    }
  }

  private static String bulk(String value) {
    return value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n";
  }

  private static String line(DataInputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        return line.toString();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
