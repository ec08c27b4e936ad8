// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.apache.hadoop.classification.InterfaceAudience;

/** Which of Netty's transports this process uses; groups and channels from here fit together. */
@InterfaceAudience.Private
public final class NettyTransport {
  private NettyTransport() {}

  /**
   * A group of daemon threads.
   *
   * @param threads 0: as many as processors
   * @param name prefix of the threads' names
   */
  public static EventLoopGroup newGroup(int threads, String name) {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    return new MultiThreadIoEventLoopGroup(
        count, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  public static Class<? extends SocketChannel> socketChannel() {
    return NioSocketChannel.class;
  }

  public static Class<? extends ServerChannel> serverChannel() {
    return NioServerSocketChannel.class;
  }
}
