// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.Assume.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

public class NettyTransportTest {
  private static final String KEY = "sedna.server.transport";

  @Test
  public void shouldConnectByEveryTransportThatTheMachineHas() {
    for (NettyTransport transport : NettyTransport.values()) {
      if (transport.obstacle() != null) {
        continue;
      }
      EventLoopGroup group = transport.group(1, "test");
      try {
        var server =
            new ServerBootstrap()
                .group(group)
                .channel(NettyTransport.serverChannel(group))
                .childHandler(new ChannelInboundHandlerAdapter())
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        var client =
            new Bootstrap()
                .group(group)
                .channel(NettyTransport.socketChannel(group))
                .handler(new ChannelInboundHandlerAdapter())
                .connect("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();

        assertThat(client.isActive()).as(transport.settingName()).isTrue();
        assertThat(NettyTransport.of(group)).isEqualTo(transport);
      } finally {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5000);
      }
    }
  }

  @Test
  public void shouldChooseByName() {
    assertThat(NettyTransport.choose(KEY, "nio")).isEqualTo(NettyTransport.NIO);
    assertThat(NettyTransport.choose(KEY, "auto").obstacle()).isNull();
  }

  @Test
  public void shouldHaveEpollOnLinux() {
    assumeTrue(System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux"));

    assertThat(NettyTransport.choose(KEY, "epoll")).isEqualTo(NettyTransport.EPOLL);
  }

  @Test
  public void shouldSayWhyATransportCannotBeHad() {
    assertThatThrownBy(() -> NettyTransport.choose(KEY, "tokenring"))
        .isInstanceOfSatisfying(
            SednaException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e).hasMessage(KEY + "=tokenring is not auto, io_uring, epoll or nio");
            });
    for (NettyTransport transport : NettyTransport.values()) {
      if (transport.obstacle() != null) {
        assertThatThrownBy(() -> NettyTransport.choose(KEY, transport.settingName()))
            .isInstanceOfSatisfying(
                SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED))
            .hasMessageContaining(transport.settingName());
      }
    }
  }
}
