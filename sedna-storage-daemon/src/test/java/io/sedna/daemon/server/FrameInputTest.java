// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.After;
import org.junit.Test;

public class FrameInputTest {
  private static final int MAX_FRAME_BYTES = 1 << 20;
  private static final int LONG_BYTES = 300_000;

  private final Random random = new Random(11);
  private final FrameInput input = new FrameInput(MAX_FRAME_BYTES, Unpooled::directBuffer);

  @After
  public void close() {
    input.close();
    assertThat(input.keptBytes()).isZero();
  }

  private byte[] frame(int bytes) {
    var body = new byte[bytes];
    random.nextBytes(body);
    return body;
  }

  private static ByteBuf wire(byte[]... bodies) {
    ByteBuf out = Unpooled.directBuffer();
    for (byte[] body : bodies) {
      out.writeInt(body.length).writeBytes(body);
    }
    return out;
  }

  private void shouldFind(byte[] body) {
    assertThat(input.next()).isEqualTo(body.length);
    var found = new byte[body.length];
    input.frames().getBytes(input.frames().readerIndex(), found);
    assertThat(found).isEqualTo(body);
  }

  private void turn(ByteBuf read) {
    input.take(read);
    assertThat(input.next()).isEqualTo(FrameInput.NONE);
    input.endOf(read);
  }

  @Test
  public void shouldReadTheRestOfALongFrameToWhereItIsKept() {
    byte[] body = frame(LONG_BYTES);
    ByteBuf all = wire(body);
    turn(all.readBytes(70_000));

    int turns = 0;
    long place = 0;
    while (all.isReadable()) {
      ByteBuf to = input.placeOfLongFrame();
      assertThat(to).as("after %s turns", turns).isNotNull();
      assertThat(place == 0 || place == to.memoryAddress()).as("it has not moved").isTrue();
      place = to.memoryAddress();
      to.writeBytes(all, Math.min(all.readableBytes(), 50_000));
      if (all.isReadable()) {
        turn(to);
      } else {
        input.take(to);
        shouldFind(body);
        assertThat(input.frames().memoryAddress()).isEqualTo(place);
        input.endOf(to);
      }
      turns++;
    }

    assertThat(turns).isEqualTo(5);
    assertThat(input.placeOfLongFrame()).isNull();
    all.release();
  }

  /** With io_uring the kernel may be reading while a connection that was paused goes on. */
  @Test
  public void shouldLeaveALongFrameInPlaceInATurnWhileItsRestIsRead() {
    byte[] body = frame(LONG_BYTES);
    ByteBuf all = wire(frame(100), body);
    ByteBuf begun = all.readBytes(70_000);
    input.take(begun);
    assertThat(input.next()).isEqualTo(100);
    assertThat(input.next()).isEqualTo(FrameInput.NONE);
    input.endOf(begun);
    ByteBuf underWay = input.placeOfLongFrame();

    input.takeKept();
    assertThat(input.next()).isEqualTo(FrameInput.NONE);
    input.endOf(null);

    underWay.writeBytes(all);
    input.take(underWay);
    shouldFind(body);
    input.endOf(underWay);
    all.release();
  }

  @Test
  public void shouldHaveNoPlaceForShortFramesNorForWhatHasNotBegun() {
    assertThat(input.placeOfLongFrame()).isNull();
    ByteBuf all = wire(frame(100));
    turn(all.readBytes(50));

    assertThat(input.placeOfLongFrame()).isNull();
    all.release();
  }

  @Test
  public void shouldTakeNoMemoryForAllOfALongFrameBeforeMuchOfItHasCome() {
    ByteBuf all = wire(frame(LONG_BYTES));
    turn(all.readBytes(10_000));

    ByteBuf to = input.placeOfLongFrame();
    assertThat(to.capacity()).isLessThanOrEqualTo(64 << 10);
    to.release();
    all.release();
  }

  @Test
  public void shouldFindFramesHoweverTheyAreCut() {
    for (int run = 0; run < 200; run++) {
      var bodies = new byte[1 + random.nextInt(6)][];
      for (int i = 0; i < bodies.length; i++) {
        bodies[i] = frame(random.nextInt(random.nextBoolean() ? 200 : 150_000));
      }
      ByteBuf all = wire(bodies);
      int found = 0;
      while (all.isReadable()) {
        ByteBuf to = random.nextInt(4) == 0 ? null : input.placeOfLongFrame();
        if (to == null) {
          to = Unpooled.directBuffer(64 << 10);
        }
        int most = Math.min(all.readableBytes(), to.writableBytes());
        to.writeBytes(all, 1 + random.nextInt(most));
        input.take(to);
        for (int length = input.next(); length != FrameInput.NONE; length = input.next()) {
          var body = new byte[length];
          input.frames().getBytes(input.frames().readerIndex(), body);
          assertThat(body).isEqualTo(bodies[found++]);
        }
        input.endOf(to);
      }
      assertThat(found).isEqualTo(bodies.length);
      assertThat(input.keptBytes()).isZero();
      all.release();
    }
  }
}
