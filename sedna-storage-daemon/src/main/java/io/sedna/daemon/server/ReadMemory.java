// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.sedna.client.rpc.NettyTransport;
import java.util.function.Supplier;

/**
 * Has a connection's socket read to where the connection wants it: straight into a long frame that
 * has begun, and else to memory that is given back after the turn.
 */
final class ReadMemory {
  private ReadMemory() {}

  /**
   * @param longFrame where the rest of a long frame belongs; null: none has begun
   * @param shared what all connections of the event loop use in turn
   */
  static RecvByteBufAllocator of(
      NettyTransport transport, Supplier<ByteBuf> longFrame, Supplier<ByteBuf> shared) {
    return transport == NettyTransport.IO_URING
        ? new Submitted(longFrame)
        : new AtOnce(longFrame, shared);
  }

  /** For transports that read as soon as they have been given memory, which can be shared then. */
  private static final class AtOnce extends DefaultMaxMessagesRecvByteBufAllocator {
    private final Supplier<ByteBuf> longFrame;
    private final Supplier<ByteBuf> shared;

    AtOnce(Supplier<ByteBuf> longFrame, Supplier<ByteBuf> shared) {
      this.longFrame = longFrame;
      this.shared = shared;
    }

    @Override
    public Handle newHandle() {
      return new ReadHandle();
    }

    private final class ReadHandle extends MaxMessageHandle {
      @Override
      public ByteBuf allocate(ByteBufAllocator unused) {
        ByteBuf place = longFrame.get();
        return place == null ? shared.get() : place;
      }

      @Override
      public int guess() {
        return LoopState.READ_BYTES;
      }
    }
  }

  /**
   * For a transport that asks the kernel to read for many connections, and sees to what it read
   * later: each has memory of its own meanwhile, about as much as came the last time. It asks once
   * there is something to read, so that connections at rest have none.
   */
  private static final class Submitted extends AdaptiveRecvByteBufAllocator {
    private final Supplier<ByteBuf> longFrame;

    Submitted(Supplier<ByteBuf> longFrame) {
      this.longFrame = longFrame;
    }

    @Override
    @SuppressWarnings("deprecation") // So is what it overrides.
    public Handle newHandle() {
      return new SubmittedHandle(super.newHandle());
    }

    private final class SubmittedHandle extends DelegatingHandle implements ExtendedHandle {
      private final ExtendedHandle adaptive;

      SubmittedHandle(Handle adaptive) {
        super(adaptive);
        this.adaptive = (ExtendedHandle) adaptive;
      }

      @Override
      public ByteBuf allocate(ByteBufAllocator allocator) {
        ByteBuf place = longFrame.get();
        return place == null ? super.allocate(allocator) : place;
      }

      @Override
      public boolean continueReading(UncheckedBooleanSupplier maybeMoreDataSupplier) {
        return adaptive.continueReading(maybeMoreDataSupplier);
      }
    }
  }
}
