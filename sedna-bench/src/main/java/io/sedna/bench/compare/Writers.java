// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import io.sedna.client.WriteOptions;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.WriteStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.layered.TFramedTransport;

/** Clients that are compared. */
final class Writers {
  private static final byte[] STORED = "STORED\r\n".getBytes(StandardCharsets.US_ASCII);

  private Writers() {}

  /** Sedna's Java client. */
  static Writer javaClient(DaemonGroup daemons, String table, WriteOptions options) {
    SednaClient client = SednaClient.builder().bootstrap(daemons.bootstrap()).build();
    SednaTable records = client.table(table);
    return new Writer() {
      @Override
      public void write(byte[] key, byte[] value) {
        check(records.put(key, value, options).isOk());
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }

  /** A generated Thrift client on one socket, which holds a copy of every record. */
  static Writer thrift(
      DaemonGroup daemons, String table, io.sedna.thrift.generated.WriteOptions options)
      throws TException {
    var socket = new TSocket(new TConfiguration(), Workspace.HOST, daemons.port(0), 10_000);
    socket.open();
    var client = new Sedna.Client(new TBinaryProtocol(new TFramedTransport(socket)));
    return new Writer() {
      @Override
      public void write(byte[] key, byte[] value) throws TException {
        var result =
            client.writeLatest(0, table, ByteBuffer.wrap(key), ByteBuffer.wrap(value), options);
        check(result.getStatus() == WriteStatus.OK);
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }

  /** A client that sets an item at one server after another. */
  static Writer memcached(List<Server> servers) throws IOException {
    var sockets = new ArrayList<Socket>();
    for (Server server : servers) {
      var socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(Workspace.HOST, server.address().getPort()));
      sockets.add(socket);
    }
    return new Writer() {
      @Override
      public void write(byte[] key, byte[] value) throws IOException {
        byte[] request = set(key, value);
        for (Socket socket : sockets) {
          socket.getOutputStream().write(request);
          check(java.util.Arrays.equals(answer(socket.getInputStream()), STORED));
        }
      }

      @Override
      public void close() throws IOException {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
    };
  }

  private static byte[] set(byte[] key, byte[] value) {
    byte[] head = (" 0 0 " + value.length + "\r\n").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(4 + key.length + head.length + value.length + 2)
        .put(new byte[] {'s', 'e', 't', ' '})
        .put(key)
        .put(head)
        .put(value)
        .put((byte) '\r')
        .put((byte) '\n')
        .array();
  }

  private static byte[] answer(InputStream in) throws IOException {
    byte[] answer = new byte[STORED.length];
    int read = in.readNBytes(answer, 0, answer.length);
    return read == answer.length ? answer : new byte[0];
  }

  private static void check(boolean stored) {
    if (!stored) {
      throw new SednaException(ErrorCode.INTERNAL, "a write was not done");
    }
  }
}
