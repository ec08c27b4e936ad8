// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.conf.ServerConfig;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.ManualWallClock;
import io.sedna.daemon.metrics.DaemonMetrics;
import org.junit.After;
import org.junit.Test;

/** Answers of connections that share an event loop, and so the buffer that they are put into. */
public class OutgoingTest {
  private final EmbeddedChannel first = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private final EmbeddedChannel second = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private final LoopState loop = loop();
  private final Outgoing ofFirst = new Outgoing(context(first), loop);
  private final Outgoing ofSecond = new Outgoing(context(second), loop);

  private LoopState loop() {
    ServerOptions options = ServerOptions.from(ServerConfig.from(SednaConfiguration.create()));
    var clock = new HybridClock(new ManualWallClock(1_700_000_000_000L), 1000);
    var parts =
        new ServerParts(
            options,
            Dispatcher.builder().build(),
            new HotPath(null, clock, null),
            new RequestsUnderWay(),
            new NetworkMemory(options.networkMemoryBytes()),
            () -> true,
            new DaemonMetrics());
    return new LoopState(first.eventLoop(), NettyTransport.NIO, parts, ByteBufAllocator.DEFAULT);
  }

  private static ChannelHandlerContext context(EmbeddedChannel channel) {
    return channel.pipeline().firstContext();
  }

  @After
  public void close() {
    loop.release();
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  /** As a frequent call is answered. */
  private void put(Outgoing outgoing, String answer) {
    loop.answers().beginFrame();
    loop.answers().room(answer.length());
    loop.answers().putBytes(answer.getBytes(UTF_8));
    loop.answers().endFrame();
    outgoing.put();
  }

  private static ByteBuf frame(String answer) {
    return ByteBufUtil.writeUtf8(ByteBufAllocator.DEFAULT, answer);
  }

  private static String sent(EmbeddedChannel channel) {
    var all = new StringBuilder();
    channel.runPendingTasks();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.append(part.toString(UTF_8));
      part.release();
    }
    return all.toString();
  }

  @Test
  public void shouldNotTakeAnswersOfTheConnectionThatIsBeingRead() {
    ofFirst.beginTurn();
    put(ofFirst, "a1");
    ofFirst.endRead();

    ofSecond.beginTurn();
    put(ofSecond, "b1");
    ofFirst.send(null, frame("a2"));
    put(ofSecond, "b2");
    ofSecond.endRead();
    ofFirst.endTurn();
    ofSecond.endTurn();

    assertThat(sent(first)).isEqualTo("\0\0\0\2a1a2");
    assertThat(sent(second)).isEqualTo("\0\0\0\2b1\0\0\0\2b2");
  }
}
