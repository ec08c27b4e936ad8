// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.WriteOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.junit.Test;

public class ByteBufTransportTest {
  private static ByteBuf message() throws TException {
    ByteBuf buffer = Unpooled.directBuffer();
    var protocol = new ByteBufTransport(buffer).strictBinaryProtocol();
    protocol.writeMessageBegin(new TMessage("multiPut", TMessageType.CALL, 7));
    new Sedna.multiPut_args(
            3,
            "a.b",
            List.of(new PutEntry(ByteBuffer.wrap(new byte[16]), ByteBuffer.wrap(new byte[100]))),
            new WriteOptions().setTtlMs(5))
        .write(protocol);
    protocol.writeMessageEnd();
    return buffer;
  }

  @Test
  public void shouldReadWhatItWrote() throws Exception {
    var protocol = new ByteBufTransport(message()).strictBinaryProtocol();

    TMessage message = protocol.readMessageBegin();
    var arguments = new Sedna.multiPut_args();
    arguments.read(protocol);

    assertThat(message.name).isEqualTo("multiPut");
    assertThat(message.seqid).isEqualTo(7);
    assertThat(arguments.getTable()).isEqualTo("a.b");
    assertThat(arguments.getEntries().get(0).getValue()).hasSize(100);
    assertThat(arguments.getOptions().getTtlMs()).isEqualTo(5);
  }

  @Test
  public void shouldRefuseEveryMessageThatEndsEarly() throws Exception {
    ByteBuf whole = message();
    for (int length = 0; length < whole.readableBytes(); length++) {
      var protocol = new ByteBufTransport(whole.slice(0, length)).strictBinaryProtocol();

      assertThatThrownBy(
              () -> {
                protocol.readMessageBegin();
                new Sedna.multiPut_args().read(protocol);
              })
          .as("length %s", length)
          .isInstanceOf(TException.class);
    }
  }

  @Test
  public void shouldRefuseLengthsBeyondTheFrameBeforeAllocatingForThem() {
    ByteBuf text = Unpooled.buffer().writeInt(Integer.MAX_VALUE).writeByte(1);
    ByteBuf list = Unpooled.buffer().writeByte(12).writeInt(Integer.MAX_VALUE);

    assertThatThrownBy(() -> new ByteBufTransport(text).strictBinaryProtocol().readBinary())
        .isInstanceOf(TException.class);
    assertThatThrownBy(() -> new ByteBufTransport(list).strictBinaryProtocol().readListBegin())
        .isInstanceOf(TException.class);
  }

  @Test
  public void shouldThrowNothingButThriftsExceptionOverGarbage() {
    var random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      try {
        new Sedna.multiPut_args()
            .read(new ByteBufTransport(Unpooled.wrappedBuffer(garbage)).strictBinaryProtocol());
      } catch (TException e) {
        continue;
      }
    }
  }
}
