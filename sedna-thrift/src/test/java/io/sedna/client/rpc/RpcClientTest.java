// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.client.testing.Await;
import io.sedna.client.testing.FakeDaemon;
import io.sedna.client.testing.FakeDaemon.Fault;
import io.sedna.client.testing.FakeInstance;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.thrift.TBase;
import org.junit.After;
import org.junit.Test;

public class RpcClientTest {
  private final FakeInstance instance = new FakeInstance(1, 4, 1);
  private final FakeDaemon daemon = instance.daemon(0);
  private final List<RpcClient> clients = new ArrayList<>();

  {
    instance.createTable("t.t");
  }

  @After
  public void closeAll() {
    clients.forEach(RpcClient::close);
    instance.close();
  }

  private RpcClient client(RpcOptions options) {
    var client = new RpcClient(options, null);
    clients.add(client);
    return client;
  }

  private CompletableFuture<Sedna.writeLatest_result> write(
      RpcClient client, String key, int size) {
    return client.call(
        "localhost",
        daemon.port(),
        "writeLatest",
        new Sedna.writeLatest_args(
            0, "t.t", bytes(key), ByteBuffer.allocate(size), new WriteOptions()),
        Sedna.writeLatest_result::new);
  }

  private CompletableFuture<Sedna.readLatest_result> read(RpcClient client, long timeoutMs) {
    return client.call(
        "localhost",
        daemon.port(),
        "readLatest",
        new Sedna.readLatest_args(0, "t.t", bytes("k")),
        Sedna.readLatest_result::new,
        timeoutMs);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static SednaException failureOf(CompletableFuture<?> future) {
    return Errors.of(
        catchThrowableOfType(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS)));
  }

  @Test
  public void shouldAnswerACall() throws Exception {
    var result = write(client(RpcOptions.defaults()), "k", 10).get(20, TimeUnit.SECONDS);

    assertThat(result.getSuccess().getStatus()).isEqualTo(WriteStatus.OK);
  }

  @Test
  public void shouldPipelineManyCallsOverOneConnectionInOrder() throws Exception {
    var client = client(RpcOptions.defaults());
    var futures = new ArrayList<CompletableFuture<Sedna.writeLatest_result>>();

    for (int i = 0; i < 1000; i++) {
      futures.add(write(client, "key" + i, 100));
    }

    CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    assertThat(daemon.connections()).isEqualTo(1);
    assertThat(instance.records("t.t")).isEqualTo(1000);
  }

  @Test
  public void shouldMatchAnswersThatOvertakeEachOther() throws Exception {
    var turn = new AtomicInteger();
    daemon.faults(method -> turn.getAndIncrement() == 0 ? new Fault.Delay(100) : new Fault.None());
    var client = client(RpcOptions.defaults());
    var order = new ConcurrentLinkedQueue<String>();

    var slow = write(client, "slow", 1).thenRun(() -> order.add("slow"));
    var fast = read(client, 5000).thenRun(() -> order.add("fast"));

    CompletableFuture.allOf(slow, fast).get(20, TimeUnit.SECONDS);
    assertThat(order).containsExactly("fast", "slow");
  }

  @Test
  public void shouldTimeOutWithoutLosingTheConnection() throws Exception {
    daemon.faults(method -> new Fault.Swallow());
    var client = client(RpcOptions.defaults());

    SednaException e = failureOf(read(client, 50));
    daemon.healthy();
    read(client, 5000).get(20, TimeUnit.SECONDS);

    assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(e).isNotInstanceOf(RequestNotSentException.class);
    assertThat(e.getMessage()).contains("readLatest", "localhost:" + daemon.port(), "ms=50");
    assertThat(daemon.connections()).isEqualTo(1);
  }

  @Test
  public void shouldIgnoreAnAnswerThatComesTooLate() throws Exception {
    daemon.faults(method -> new Fault.Delay(60));
    var client = client(RpcOptions.defaults());

    SednaException e = failureOf(read(client, 20));
    var second = read(client, 5000).get(20, TimeUnit.SECONDS);

    assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(second.isSetSuccess()).isTrue();
  }

  @Test
  public void shouldFailAllUnderWayWhenTheConnectionBreaks() {
    daemon.faults(method -> new Fault.Swallow());
    var client = client(RpcOptions.defaults());
    var first = read(client, 20_000);
    var second = read(client, 20_000);
    Await.until("both have arrived", () -> daemon.called("readLatest") == 2);

    daemon.disconnect();

    assertThat(failureOf(first).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failureOf(second).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failureOf(second)).isNotInstanceOf(RequestNotSentException.class);
  }

  @Test
  public void shouldConnectAgainAfterTheConnectionBroke() throws Exception {
    var client = client(RpcOptions.defaults());
    read(client, 5000).get(20, TimeUnit.SECONDS);
    daemon.disconnect();

    Await.until(
        "a call succeeds again",
        () -> {
          try {
            return read(client, 5000).get(20, TimeUnit.SECONDS).isSetSuccess();
          } catch (Exception e) {
            return false;
          }
        });

    assertThat(daemon.connections()).isEqualTo(1);
  }

  @Test
  public void shouldSayThatNothingWasSentWhereNobodyListens() {
    var client = client(RpcOptions.defaults());
    int port = daemon.port();
    instance.close();

    SednaException e =
        failureOf(
            client.call(
                "localhost",
                port,
                "clusterState",
                new Sedna.clusterState_args(),
                Sedna.clusterState_result::new));

    assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(e).isInstanceOf(RequestNotSentException.class);
    assertThat(e.getMessage()).contains("localhost:" + port);
  }

  @Test
  public void shouldSayThatNothingWasSentToAHostWithoutAddress() {
    SednaException e =
        failureOf(
            client(RpcOptions.defaults())
                .call(
                    "no-such-host.invalid",
                    7720,
                    "clusterState",
                    new Sedna.clusterState_args(),
                    Sedna.clusterState_result::new));

    assertThat(e.code()).isIn(ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT);
    assertThat(e).isInstanceOf(RequestNotSentException.class);
  }

  @Test
  public void shouldRefuseMoreRequestsThanMayBeUnderWay() {
    daemon.faults(method -> new Fault.Swallow());
    var client = client(RpcOptions.defaults().withMaxInflight(2));
    var first = read(client, 20_000);
    var second = read(client, 20_000);

    SednaException e = failureOf(read(client, 20_000));

    assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(e.getMessage()).contains("limit of each=2");
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
  }

  @Test
  public void shouldTakeRequestsAgainWhenOthersHaveEnded() throws Exception {
    var client = client(RpcOptions.defaults().withMaxInflight(1).withMaxInflightBytes(200));

    for (int i = 0; i < 50; i++) {
      assertThat(write(client, "k" + i, 150).get(20, TimeUnit.SECONDS).isSetSuccess()).isTrue();
    }
  }

  @Test
  public void shouldRefuseMoreBytesThanMayBeUnderWay() {
    daemon.faults(method -> new Fault.Swallow());
    var client = client(RpcOptions.defaults().withMaxInflightBytes(1000));
    var unused = write(client, "a", 800);

    SednaException e = failureOf(write(client, "b", 800));

    assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(e.getMessage()).contains("limit=1000");
  }

  @Test
  public void shouldRefuseARequestBeyondTheFrameLimitAndGoOn() throws Exception {
    var client = client(RpcOptions.defaults().withMaxFrameBytes(1000));

    SednaException e = failureOf(write(client, "k", 2000));

    assertThat(e.code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
    assertThat(e.getMessage()).contains("limit=1000");
    assertThat(write(client, "k", 100).get(20, TimeUnit.SECONDS).isSetSuccess()).isTrue();
  }

  @Test
  public void shouldCloseTheConnectionOverAnAnswerBeyondTheFrameLimit() throws Exception {
    write(client(RpcOptions.defaults()), "k", 2000).get(20, TimeUnit.SECONDS);
    var client = client(RpcOptions.defaults().withMaxFrameBytes(1000));

    SednaException e = failureOf(read(client, 5000));

    assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    assertThat(e.getMessage()).contains("1000 bytes");
    Await.until("its connection has gone", () -> daemon.connections() == 1);
  }

  @Test
  public void shouldCloseTheConnectionOverGarbage() {
    var client = client(RpcOptions.defaults());
    for (Fault fault :
        List.of(
            new Fault.Answer("HTTP/1.1 400 Bad Request".getBytes(StandardCharsets.UTF_8)),
            new Fault.Answer(new byte[0]),
            new Fault.Raw(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff}))) {
      daemon.faults(method -> fault);

      SednaException e = failureOf(read(client, 5000));

      assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      Await.until("the connection has gone", () -> daemon.connections() == 0);
    }
  }

  @Test
  public void shouldGiveTheDaemonsErrorWithItsCategoryAndEpoch() {
    daemon.faults(
        method ->
            FakeDaemon.failing(new SednaException(ErrorCode.STALE_MAP, "stale: epoch=1", 7, null)));

    SednaException e = failureOf(read(client(RpcOptions.defaults()), 5000));

    assertThat(e.code()).isEqualTo(ErrorCode.STALE_MAP);
    assertThat(e.epoch()).isEqualTo(7);
    assertThat(e.getMessage()).isEqualTo("stale: epoch=1");
  }

  @Test
  public void shouldCallAnUnknownMethodNotSupported() {
    SednaException e =
        failureOf(
            client(RpcOptions.defaults())
                .call(
                    "localhost",
                    daemon.port(),
                    "fly",
                    new Sedna.clusterState_args(),
                    Sedna.clusterState_result::new));

    assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
    assertThat(e.getMessage()).contains("fly");
  }

  @Test
  public void shouldFailWhatIsUnderWayWhenClosed() {
    daemon.faults(method -> new Fault.Swallow());
    var client = client(RpcOptions.defaults());
    var underWay = read(client, 20_000);
    Await.until("it has arrived", () -> daemon.called("readLatest") == 1);

    client.close();

    assertThat(failureOf(underWay).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    assertThat(failureOf(read(client, 5000)).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
  }

  @Test
  public void shouldOpenAsManyConnectionsAsAllowed() {
    daemon.faults(method -> new Fault.Swallow());
    var client = client(RpcOptions.defaults().withConnections(3));

    List<CompletableFuture<? extends TBase<?, ?>>> calls = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      calls.add(read(client, 20_000));
    }
    Await.until("all have arrived", () -> daemon.called("readLatest") == 9);

    assertThat(daemon.connections()).isEqualTo(3);
    assertThat(calls).noneMatch(CompletableFuture::isDone);
  }
}
