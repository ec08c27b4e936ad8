// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

/** The bounds of what a client that is being left may take of the daemon. */
public class LingeringCloseTest {
  private static final LingeringClose.Bounds BOUNDS = new LingeringClose.Bounds(60_000, 5_000, 100);

  private final HalfClosable channel = new HalfClosable();
  private final ChannelPromise lastAnswer = channel.newPromise();
  private final LingeringClose end = LingeringClose.begin(channel, BOUNDS);

  private void advance(long ms) {
    channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
    channel.runPendingTasks();
  }

  private ByteBuf send(int bytes) {
    ByteBuf in = Unpooled.buffer(bytes).writeZero(bytes);
    channel.writeInbound(in);
    return in;
  }

  @Test
  public void shouldEndTheOutputAfterTheLastAnswer() {
    end.after(lastAnswer);
    channel.runPendingTasks();
    assertThat(channel.isOutputShutdown()).isFalse();

    lastAnswer.setSuccess();
    channel.runPendingTasks();

    assertThat(channel.isOutputShutdown()).isTrue();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  public void shouldCloseAtOnceWhenTheLastAnswerCannotBeSent() {
    end.after(lastAnswer);

    lastAnswer.setFailure(new java.io.IOException("reset"));
    channel.runPendingTasks();

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  public void shouldReadOnAndKeepNothing() {
    channel.config().setAutoRead(false);
    LingeringClose.begin(channel, BOUNDS);

    ByteBuf sent = send(70);

    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(sent.refCnt()).isZero();
    assertThat((Object) channel.readInbound()).isNull();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  public void shouldCloseWhenTooMuchComes() {
    send(70);
    assertThat(channel.isOpen()).isTrue();

    send(31);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  public void shouldNotWaitForAnswersForEver() {
    advance(59_999);
    assertThat(channel.isOpen()).isTrue();

    advance(1);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  public void shouldNotWaitForTheClientsEndForEver() {
    end.after(lastAnswer);
    advance(1000);
    lastAnswer.setSuccess();
    advance(4_999);
    assertThat(channel.isOpen()).isTrue();

    advance(1);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  public void shouldLeaveNothingBehindWhenTheClientCloses() {
    end.after(lastAnswer);
    lastAnswer.setSuccess();
    advance(1);

    var unused = channel.close();
    channel.runPendingTasks();

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
  }

  /** A channel in memory whose output can be shut down, in a time that the test makes pass. */
  private static final class HalfClosable extends EmbeddedChannel implements DuplexChannel {
    private boolean outputShutdown;

    HalfClosable() {
      freezeTime();
    }

    @Override
    public boolean isInputShutdown() {
      return false;
    }

    @Override
    public ChannelFuture shutdownInput() {
      throw new AssertionError("input is shut down");
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
      throw new AssertionError("input is shut down");
    }

    @Override
    public boolean isOutputShutdown() {
      return outputShutdown;
    }

    @Override
    public ChannelFuture shutdownOutput() {
      return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
      outputShutdown = true;
      return promise.setSuccess();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public ChannelFuture shutdown() {
      throw new AssertionError("both are shut down");
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
      throw new AssertionError("both are shut down");
    }
  }
}
