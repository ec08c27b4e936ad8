// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;

/** How the event loops of the load generator wait: epoll where there is one. */
enum Transport {
  EPOLL {
    @Override
    IoHandlerFactory handler() {
      return EpollIoHandler.newFactory();
    }

    @Override
    Channel channel() {
      return new EpollSocketChannel();
    }
  },
  NIO {
    @Override
    IoHandlerFactory handler() {
      return NioIoHandler.newFactory();
    }

    @Override
    Channel channel() {
      return new NioSocketChannel();
    }
  };

  abstract IoHandlerFactory handler();

  abstract Channel channel();

  static Transport best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }
}
