// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How bytes come from the network and go to it: Netty's transports. A group of event loops is made
 * for one of them, and its channels must be of the same.
 */
@InterfaceAudience.Private
public enum NettyTransport {
  /** Linux's completion queues: fewest system calls, from kernel 5.14 on. */
  IO_URING(IoUringIoHandler.class, IoUringSocketChannel.class, IoUringServerSocketChannel.class) {
    @Override
    Throwable obstacle() {
      return IoUring.isAvailable() ? null : IoUring.unavailabilityCause();
    }

    @Override
    public IoHandlerFactory handlers() {
      return IoUringIoHandler.newFactory();
    }
  },

  /** Linux's readiness calls, without the JDK between. */
  EPOLL(EpollIoHandler.class, EpollSocketChannel.class, EpollServerSocketChannel.class) {
    @Override
    Throwable obstacle() {
      return Epoll.isAvailable() ? null : Epoll.unavailabilityCause();
    }

    @Override
    public IoHandlerFactory handlers() {
      return EpollIoHandler.newFactory();
    }
  },

  /** The JDK's selectors, which are everywhere. */
  NIO(NioIoHandler.class, NioSocketChannel.class, NioServerSocketChannel.class) {
    @Override
    Throwable obstacle() {
      return null;
    }

    @Override
    public IoHandlerFactory handlers() {
      return NioIoHandler.newFactory();
    }
  };

  private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);

  private static final String AUTO_NAME = "auto";

  /** The first that the machine has is taken. */
  private static final List<NettyTransport> AUTO = List.of(IO_URING, EPOLL, NIO);

  private final Class<? extends IoHandler> handler;
  private final Class<? extends SocketChannel> socketChannel;
  private final Class<? extends ServerChannel> serverChannel;

  NettyTransport(
      Class<? extends IoHandler> handler,
      Class<? extends SocketChannel> socketChannel,
      Class<? extends ServerChannel> serverChannel) {
    this.handler = handler;
    this.socketChannel = socketChannel;
    this.serverChannel = serverChannel;
  }

  /** Why it cannot be used on this machine; null: it can. */
  abstract Throwable obstacle();

  /** What an event loop is made with by who does not want a group of threads. */
  public abstract IoHandlerFactory handlers();

  /** As settings name it. */
  public String settingName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The transport of a setting.
   *
   * @param key for the error
   * @param name one of these, or auto: the fastest that this machine has
   * @throws SednaException INVALID_ARGUMENT for another name; NOT_SUPPORTED, saying why, where the
   *     machine does not have it
   */
  public static NettyTransport choose(String key, String name) {
    if (name.equals(AUTO_NAME)) {
      return fastest();
    }
    NettyTransport chosen =
        Arrays.stream(values())
            .filter(t -> t.settingName().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new SednaException(
                        ErrorCode.INVALID_ARGUMENT,
                        key + "=" + name + " is not auto, io_uring, epoll or nio"));
    Throwable obstacle = chosen.obstacle();
    if (obstacle != null) {
      throw new SednaException(
          ErrorCode.NOT_SUPPORTED,
          key + "=" + name + " cannot be had on this machine: " + rootMessage(obstacle),
          obstacle);
    }
    return chosen;
  }

  /** The fastest that this machine has. */
  public static NettyTransport fastest() {
    return AUTO.stream().filter(t -> t.obstacle() == null).findFirst().orElse(NIO);
  }

  private static String rootMessage(Throwable obstacle) {
    Throwable root = obstacle;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root == obstacle ? obstacle.getMessage() : obstacle.getMessage() + ": " + root;
  }

  /**
   * A group of daemon threads of the fastest transport.
   *
   * @param threads 0: as many as processors
   * @param name prefix of the threads' names
   */
  public static EventLoopGroup newGroup(int threads, String name) {
    return fastest().group(threads, name);
  }

  /** As {@link #newGroup}, of this transport. */
  public EventLoopGroup group(int threads, String name) {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    LOG.info("{}: {} event loops by {}", name, count, settingName());
    return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name, true), handlers());
  }

  /** The transport that a group from here was made for. */
  public static NettyTransport of(EventLoopGroup group) {
    if (group instanceof IoEventLoopGroup io) {
      for (NettyTransport transport : values()) {
        if (io.isIoType(transport.handler)) {
          return transport;
        }
      }
    }
    throw new IllegalArgumentException("not a group of NettyTransport: " + group);
  }

  /** What connections of the group are. */
  public static Class<? extends SocketChannel> socketChannel(EventLoopGroup group) {
    return of(group).socketChannel;
  }

  /** What listening sockets of the group are. */
  public static Class<? extends ServerChannel> serverChannel(EventLoopGroup group) {
    return of(group).serverChannel;
  }
}
