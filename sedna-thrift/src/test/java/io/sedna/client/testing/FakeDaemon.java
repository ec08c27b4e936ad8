// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.testing;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sedna.client.rpc.ByteBufTransport;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.common.conf.HostPort;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.SednaError;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.thrift.ProcessFunction;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;

/**
 * A real Netty server that answers the generated processor's calls from any implementation of the
 * interface, and does what a broken network or daemon does when a test says so.
 */
public final class FakeDaemon implements AutoCloseable {
  /** What happens to one call. */
  public sealed interface Fault {
    /** Nothing out of the way. */
    record None() implements Fault {}

    /** The connection closes before the call is done. */
    record Close() implements Fault {}

    /** The call is done, and its answer lost with the connection. */
    record LoseAnswer() implements Fault {}

    /** The call is done, and never answered; the connection stays. */
    record Swallow() implements Fault {}

    /** The call is done after so many milliseconds, and answered; others overtake it. */
    record Delay(long ms) implements Fault {}

    /** The call is done at once, and answered after so many milliseconds. */
    record AnswerLate(long ms) implements Fault {}

    /** The call is not done and answered with this error. */
    record Fail(SednaError error) implements Fault {}

    /** These bytes are the answer's frame. */
    record Answer(byte[] frame) implements Fault {}

    /** These bytes are sent as they are, without a length before them. */
    record Raw(byte[] bytes) implements Fault {}
  }

  private final Sedna.Processor<Sedna.Iface> processor;
  private final EventLoopGroup loops = NettyTransport.newGroup(1, "fake-daemon");
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final AtomicReference<Function<String, Fault>> faults =
      new AtomicReference<>(method -> new Fault.None());
  private final Queue<String> methods = new ConcurrentLinkedQueue<>();
  private final int port;
  private Channel listener;

  /** Listens on a free port. */
  public FakeDaemon(Sedna.Iface service) {
    this(service, 0);
  }

  public FakeDaemon(Sedna.Iface service, int fixedPort) {
    this.processor = new Sedna.Processor<>(service);
    this.listener =
        new ServerBootstrap()
            .group(loops)
            .channel(NettyTransport.serverChannel(loops))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    channel
                        .pipeline()
                        .addLast(
                            new LengthFieldBasedFrameDecoder(64 << 20, 0, 4, 0, 4),
                            new LengthFieldPrepender(4),
                            new Requests());
                  }
                })
            .bind("localhost", fixedPort)
            .syncUninterruptibly()
            .channel();
    this.port = ((InetSocketAddress) listener.localAddress()).getPort();
  }

  public HostPort address() {
    return new HostPort("localhost", port);
  }

  public int port() {
    return port;
  }

  /** Decides from now on what happens to each call, by the method's name. */
  public void faults(Function<String, Fault> decide) {
    faults.set(decide);
  }

  public void healthy() {
    faults(method -> new Fault.None());
  }

  /** The methods that were called, in order. */
  public Queue<String> methods() {
    return methods;
  }

  public long called(String method) {
    return methods.stream().filter(method::equals).count();
  }

  public int connections() {
    return connections.size();
  }

  /** Closes every connection; it still listens. */
  public void disconnect() {
    connections.close().syncUninterruptibly();
  }

  /** Stops listening and closes every connection. */
  @Override
  public void close() {
    if (loops.isShuttingDown()) {
      return;
    }
    listener.close().syncUninterruptibly();
    disconnect();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Requests extends SimpleChannelInboundHandler<ByteBuf> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) throws Exception {
      var protocol = new ByteBufTransport(frame).strictBinaryProtocol();
      TMessage message = protocol.readMessageBegin();
      methods.add(message.name);
      ProcessFunction<Sedna.Iface, ?, ?> function = processor.getProcessMapView().get(message.name);
      if (function == null) {
        unknown(context, message);
        return;
      }
      TBase<?, ?> arguments = function.getEmptyArgsInstance();
      arguments.read(protocol);
      Fault fault = faults.get().apply(message.name);
      if (fault instanceof Fault.None) {
        write(context, perform(message, arguments));
      } else if (fault instanceof Fault.Close) {
        var unused = context.close();
      } else if (fault instanceof Fault.LoseAnswer) {
        perform(message, arguments).release();
        var unused = context.close();
      } else if (fault instanceof Fault.Swallow) {
        perform(message, arguments).release();
      } else if (fault instanceof Fault.Delay delay) {
        var unused =
            context
                .executor()
                .schedule(
                    () -> {
                      write(context, perform(message, arguments));
                      return null;
                    },
                    delay.ms(),
                    TimeUnit.MILLISECONDS);
      } else if (fault instanceof Fault.AnswerLate late) {
        ByteBuf answer = perform(message, arguments);
        var unused =
            context
                .executor()
                .schedule(() -> write(context, answer), late.ms(), TimeUnit.MILLISECONDS);
      } else if (fault instanceof Fault.Fail fail) {
        write(context, failure(message, function, fail.error()));
      } else if (fault instanceof Fault.Answer answer) {
        write(context, Unpooled.wrappedBuffer(answer.frame()));
      } else if (fault instanceof Fault.Raw raw) {
        var unused =
            context.pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(raw.bytes()));
      }
    }

    private void write(ChannelHandlerContext context, ByteBuf answer) {
      var unused = context.writeAndFlush(answer, context.voidPromise());
    }

    private ByteBuf perform(TMessage message, TBase<?, ?> arguments) throws TException {
      // The processor reads a whole message, so the call is written again for it.
      ByteBuf in = Unpooled.buffer();
      var call = new ByteBufTransport(in).strictBinaryProtocol();
      call.writeMessageBegin(message);
      arguments.write(call);
      ByteBuf out = Unpooled.buffer();
      processor.process(
          new ByteBufTransport(in).strictBinaryProtocol(),
          new ByteBufTransport(out).strictBinaryProtocol());
      return out;
    }

    private ByteBuf failure(
        TMessage message, ProcessFunction<Sedna.Iface, ?, ?> function, SednaError error)
        throws TException {
      ByteBuf out = Unpooled.buffer();
      var protocol = new ByteBufTransport(out).strictBinaryProtocol();
      protocol.writeMessageBegin(new TMessage(message.name, TMessageType.REPLY, message.seqid));
      setError(function.getEmptyResultInstance(), error).write(protocol);
      return out;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private TBase<?, ?> setError(TBase result, SednaError error) {
      result.setFieldValue(result.fieldForId(1), error);
      return result;
    }

    private void unknown(ChannelHandlerContext context, TMessage message) throws TException {
      ByteBuf out = Unpooled.buffer();
      var protocol = new ByteBufTransport(out).strictBinaryProtocol();
      protocol.writeMessageBegin(new TMessage(message.name, TMessageType.EXCEPTION, message.seqid));
      new TApplicationException(TApplicationException.UNKNOWN_METHOD, "no " + message.name)
          .write(protocol);
      write(context, out);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var unused = context.close();
    }
  }

  /** An error as a daemon gives it. */
  public static Fault failing(io.sedna.common.error.SednaException e) {
    return new Fault.Fail(Errors.toThrift(e));
  }
}
