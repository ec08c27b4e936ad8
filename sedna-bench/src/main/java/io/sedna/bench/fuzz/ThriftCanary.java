// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.Sedna;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransportException;
import org.apache.thrift.transport.layered.TFramedTransport;

/**
 * writeLatest, readLatest and multiGet by the code that Thrift generates, which checks the sequence
 * ids; every second canary speaks the compact protocol.
 */
final class ThriftCanary implements Canary {
  /** Of one copy, in memory alone. */
  static final String TABLE = "default.fuzz_canary";

  private static final int OPERATIONS = 3;

  private final String prefix;
  private final Socket socket;
  private final TFramedTransport transport;
  private final Sedna.Client client;
  private final Map<String, String> written = new HashMap<>();
  private int step;

  private ThriftCanary(Socket socket, int number) throws TTransportException {
    this.socket = socket;
    prefix = "fuzz-canary-" + ProcessHandle.current().pid() + "-" + number + "-";
    transport = new TFramedTransport(new TSocket(socket));
    TProtocol protocol =
        number % 2 == 1 ? new TCompactProtocol(transport) : new TBinaryProtocol(transport);
    client = new Sedna.Client(protocol);
  }

  static ThriftCanary connect(InetSocketAddress address, int number, int timeoutMs)
      throws IOException {
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(timeoutMs);
      socket.connect(address, timeoutMs);
      return new ThriftCanary(socket, number);
    } catch (IOException e) {
      socket.close();
      throw e;
    } catch (TTransportException e) {
      socket.close();
      throw new IOException("cannot use the connection to " + address, e);
    }
  }

  @Override
  public int look() throws IOException, WrongAnswerException {
    String key = prefix + step % KEYS;
    String value = Canary.value(key, step++);
    try {
      client.writeLatest(0, TABLE, buffer(key), buffer(value), null);
      written.put(key, value);
      expect(key, value, client.readLatest(0, TABLE, buffer(key)));
      List<String> keys =
          List.of(prefix + step * 7 % KEYS, prefix + "none", key, prefix + step * 11 % KEYS);
      List<ReadResult> read =
          client.multiGet(0, TABLE, keys.stream().map(ThriftCanary::buffer).toList());
      if (read.size() != keys.size()) {
        throw new WrongAnswerException(
            "thrift canary was answered " + read.size() + " results for " + keys.size() + " keys");
      }
      for (int i = 0; i < keys.size(); i++) {
        expect(keys.get(i), written.get(keys.get(i)), read.get(i));
      }
    } catch (TTransportException e) {
      throw new IOException("the connection of thrift canary " + prefix + " broke: " + e, e);
    } catch (TException e) {
      throw new WrongAnswerException("thrift canary was answered " + e);
    }
    if (socket.getInputStream().available() > 0) {
      throw new WrongAnswerException("thrift canary was answered more than it asked for");
    }
    return OPERATIONS;
  }

  /**
   * @param value null: there is none
   */
  private static void expect(String key, String value, ReadResult result)
      throws WrongAnswerException {
    String read = result.isSetValue() ? new String(result.getValue().getValue(), UTF_8) : null;
    if (result.isSetError() || !java.util.Objects.equals(read, value)) {
      throw new WrongAnswerException(
          "thrift canary was answered for key "
              + key
              + ": "
              + Canary.shortened(
                  result.isSetError() ? result.getError().toString() : "'" + read + "'")
              + " instead of '"
              + Canary.shortened(String.valueOf(value))
              + "'");
    }
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  @Override
  public void close() {
    transport.close();
  }
}
