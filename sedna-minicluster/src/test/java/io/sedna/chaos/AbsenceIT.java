// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.chaos.Cluster.Daemon;
import io.sedna.client.Consistency;
import io.sedna.client.SednaTable;
import io.sedna.client.WriteOptions;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.testing.Await;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.SednaError;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.layered.TFramedTransport;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A daemon that stood still, with requests waiting in its sockets when it wakes. */
public class AbsenceIT {
  private static final int DAEMONS = 3;
  private static final int SESSION_TIMEOUT_MS = 3_000;
  private static final int ANSWER_MS = 30_000;
  private static final byte[] KEY = "key".getBytes(UTF_8);

  @Rule public final TemporaryFolder folder = new TemporaryFolder(new java.io.File("target"));

  @Test
  public void shouldNotAnswerByTheMapOfBeforeAStandstill() throws Exception {
    Path work = folder.getRoot().toPath().toAbsolutePath();
    var network = new HostNetwork("not used here");
    try (var children = new Children(work.resolve("logs"));
        var cluster = new Cluster(children, network, work, DAEMONS, 0, SESSION_TIMEOUT_MS)) {
      cluster.start();
      // One copy answers a read, so a daemon needs nobody else to be wrong.
      cluster.client().admin().createTable(schema("d.t"));
      SednaTable table = cluster.client().table("d.t");
      var everywhere = WriteOptions.DEFAULT.withConsistency(Consistency.ALL);
      assertThat(table.put(KEY, "old".getBytes(UTF_8), everywhere).isOk()).isTrue();
      Daemon sleeper = cluster.daemons().get(0);
      assertThat(read(sleeper)).isEqualTo("old");

      sleeper.server().pause();
      Await.until(
          "the map goes on without the daemon that stands still",
          () -> !isInMap(cluster.client().refresh(), sleeper));
      assertThat(table.put(KEY, "new".getBytes(UTF_8)).isOk()).isTrue();
      var socket = new TSocket(new TConfiguration(), sleeper.host(), sleeper.port(), ANSWER_MS);
      socket.open();
      var waiting = new Sedna.Client(new TBinaryProtocol(new TFramedTransport(socket)));
      waiting.send_readLatest(0, "d.t", ByteBuffer.wrap(KEY));
      sleeper.server().resume();

      assertThat(answer(waiting)).isNotEqualTo("old");
      socket.close();
      Await.until("it serves again", () -> "new".equals(readOrError(sleeper)));
    }
  }

  private static TableSchema schema(String name) {
    return new TableSchema(
        TableName.parse(name),
        DAEMONS,
        1,
        2,
        ConsistencyMode.EVENTUAL,
        MemoryMode.STORE,
        0,
        PersistenceMode.NONE,
        0,
        0);
  }

  private static boolean isInMap(PartitionMap map, Daemon daemon) {
    return IntStream.range(0, map.partitions())
        .anyMatch(
            p ->
                map.replicas(p).stream()
                    .anyMatch(replica -> replica.node().id().value().equals(daemon.id())));
  }

  private static String read(Daemon daemon) throws Exception {
    var socket = new TSocket(new TConfiguration(), daemon.host(), daemon.port(), ANSWER_MS);
    try {
      socket.open();
      var client = new Sedna.Client(new TBinaryProtocol(new TFramedTransport(socket)));
      client.send_readLatest(0, "d.t", ByteBuffer.wrap(KEY));
      return answer(client);
    } finally {
      socket.close();
    }
  }

  private static String readOrError(Daemon daemon) {
    try {
      return read(daemon);
    } catch (Exception e) {
      return e.toString();
    }
  }

  private static String answer(Sedna.Client client) throws Exception {
    try {
      ReadResult result = client.recv_readLatest();
      return result.isSetValue() ? new String(result.getValue().getValue(), UTF_8) : "none";
    } catch (SednaError e) {
      return e.getMessage();
    }
  }
}
