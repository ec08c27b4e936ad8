// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.sedna.client.rpc.NettyTransport;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** That sockets are read to where a long frame is kept, by every transport. */
@RunWith(Parameterized.class)
public class ReadMemoryTest {
  private static final int TIMEOUT_MS = 20_000;
  private static final int BYTES = 20_000;

  private final String transport;
  private final ByteBuf place = Unpooled.directBuffer(BYTES, BYTES);
  private final ByteBuf shared = Unpooled.directBuffer(BYTES, BYTES);
  private final LinkedBlockingQueue<Read> reads = new LinkedBlockingQueue<>();

  /** Only of the event loop: whether a long frame has begun. */
  private boolean begun;

  private EventLoopGroup loops;
  private Socket socket;

  public ReadMemoryTest(String transport) {
    this.transport = transport;
  }

  @Parameters(name = "{0}")
  public static List<String> transports() {
    return List.of("io_uring", "epoll", "nio");
  }

  private record Read(long address, byte[] bytes) {}

  @Before
  public void start() throws Exception {
    NettyTransport chosen = NettyTransport.choose("transport", transport);
    loops = chosen.group(1, "test");
    var server =
        new ServerBootstrap()
            .group(loops)
            .channel(NettyTransport.serverChannel(loops))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .config()
                        .setRecvByteBufAllocator(
                            ReadMemory.of(
                                chosen,
                                () -> begun ? place.clear().retain() : null,
                                () -> shared.clear().retain()));
                    channel.pipeline().addLast(new Reader());
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
    socket = new Socket("127.0.0.1", ((InetSocketAddress) server.localAddress()).getPort());
    socket.setTcpNoDelay(true);
  }

  private final class Reader extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var read = (ByteBuf) message;
      reads.add(new Read(read.memoryAddress(), ByteBufUtil.getBytes(read)));
      read.release();
      begun = true;
    }
  }

  @After
  public void stop() throws Exception {
    socket.close();
    loops.shutdownGracefully(0, TIMEOUT_MS, TimeUnit.MILLISECONDS).syncUninterruptibly();
    place.release();
    shared.release();
  }

  @Test
  public void shouldReadStraightToWhereALongFrameIsKept() throws Exception {
    byte[] first = {1, 2, 3};
    byte[] second = {4, 5};
    socket.getOutputStream().write(first);
    Read before = reads.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    socket.getOutputStream().write(second);
    Read then = reads.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS);

    assertThat(before.bytes()).isEqualTo(first);
    assertThat(before.address()).isNotEqualTo(place.memoryAddress());
    assertThat(then.bytes()).isEqualTo(second);
    assertThat(then.address()).isEqualTo(place.memoryAddress());
  }
}
