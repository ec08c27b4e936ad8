// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sedna.bench.workload.OperationKind;
import io.sedna.bench.workload.OperationSource;
import io.sedna.common.error.SednaException;
import java.nio.charset.StandardCharsets;
import org.junit.Test;

/** Requests to the byte, and answers cut at every byte, of the two text protocols. */
public class WireCodecTest {
  private static final RecordFormat FORMAT = new RecordFormat(4, 3, 100);
  private static final String VALUE = new String(FORMAT.value(0), StandardCharsets.US_ASCII);

  private final Outstanding requests = new Outstanding(4, 8);
  private final Tally tally = new Tally();

  /** Always the same operation. */
  static OperationSource source(OperationKind kind, long... wanted) {
    return new OperationSource() {
      @Override
      public OperationKind next(long[] keys, int at, int most) {
        System.arraycopy(wanted, 0, keys, at, wanted.length);
        return kind;
      }

      @Override
      public int count() {
        return wanted.length;
      }
    };
  }

  private String encode(WireCodec codec, OperationKind kind, long... keys) {
    int slot = requests.begin(source(kind, keys), 0);
    ByteBuf out = Unpooled.buffer();
    codec.encode(out, requests, slot);
    return out.toString(StandardCharsets.US_ASCII);
  }

  /** Gives the codec the answer byte by byte: before the last one nothing is taken or counted. */
  private int decode(WireCodec codec, String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
    for (int length = 0; length < bytes.length; length++) {
      ByteBuf part = Unpooled.copiedBuffer(bytes, 0, length);
      if (length > 0) {
        assertThat(codec.decode(part, requests, tally)).isNegative();
      }
      assertThat(part.readableBytes()).isEqualTo(length);
      assertThat(tally.hits() + tally.misses() + tally.writes() + tally.errors()).isZero();
    }
    ByteBuf all = Unpooled.copiedBuffer(answer + "rest", StandardCharsets.US_ASCII);
    int slot = codec.decode(all, requests, tally);
    assertThat(all.toString(StandardCharsets.US_ASCII)).isEqualTo("rest");
    return slot;
  }

  private static WireCodec codec(WireProtocol protocol, int batch) {
    return protocol.codec("a.b", FORMAT, batch);
  }

  @Test
  public void shouldSpeakMemcachedsAsciiProtocol() {
    WireCodec codec = codec(WireProtocol.MEMCACHED, 8);

    assertThat(encode(codec, OperationKind.READ, 1)).isEqualTo("get 0001\r\n");
    assertThat(encode(codec, OperationKind.READ, 1, 255)).isEqualTo("get 0001 00ff\r\n");
    assertThat(encode(codec, OperationKind.UPDATE, 1, 2))
        .isEqualTo("set 0001 0 0 3\r\n" + VALUE + "\r\nset 0002 0 0 3\r\n" + VALUE + "\r\n");
  }

  @Test
  public void shouldCountValuesAndMissesOfMemcached() {
    WireCodec codec = codec(WireProtocol.MEMCACHED, 8);
    encode(codec, OperationKind.READ, 1, 2, 3, 4);

    int slot =
        decode(
            codec,
            "VALUE 0002 0 3\r\n"
                + VALUE
                + "\r\nVALUE 0003 0 3 77\r\n".replace(" 77", "")
                + VALUE
                + "\r\nEND\r\n");

    assertThat(slot).isEqualTo(requests.oldest());
    assertThat(tally.hits()).isEqualTo(2);
    assertThat(tally.misses()).isEqualTo(2);
    assertThat(tally.errors()).isZero();
  }

  @Test
  public void shouldCountWritesAndRefusalsOfMemcached() {
    WireCodec codec = codec(WireProtocol.MEMCACHED, 8);
    encode(codec, OperationKind.UPDATE, 1, 2);

    decode(codec, "STORED\r\nSERVER_ERROR out of memory storing object\r\n");

    assertThat(tally.writes()).isEqualTo(1);
    assertThat(tally.errors()).isEqualTo(1);
    assertThat(tally.firstError()).isEqualTo("SERVER_ERROR out of memory storing object");
  }

  @Test
  public void shouldCountAValueOfAnotherLengthAsAnError() {
    WireCodec codec = codec(WireProtocol.MEMCACHED, 1);
    encode(codec, OperationKind.READ, 1);

    decode(codec, "VALUE 0001 0 5\r\nabcde\r\nEND\r\n");

    assertThat(tally.hits()).isZero();
    assertThat(tally.firstError()).contains("0001").contains("5 bytes");
  }

  @Test
  public void shouldRefuseAValueOfAKeyThatWasNotAskedFor() {
    WireCodec codec = codec(WireProtocol.MEMCACHED, 1);
    encode(codec, OperationKind.READ, 1);
    ByteBuf answer =
        Unpooled.copiedBuffer(
            "VALUE 0007 0 3\r\n" + VALUE + "\r\nEND\r\n", StandardCharsets.US_ASCII);

    assertThatThrownBy(() -> codec.decode(answer, requests, tally))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("0007");
  }

  @Test
  public void shouldSpeakMemcachedsMetaCommands() {
    WireCodec codec = codec(WireProtocol.MEMCACHED_META, 8);

    assertThat(encode(codec, OperationKind.READ, 1, 2)).isEqualTo("mg 0001 v\r\nmg 0002 v\r\n");
    decode(codec, "EN\r\nVA 3\r\n" + VALUE + "\r\n");

    assertThat(tally.hits()).isEqualTo(1);
    assertThat(tally.misses()).isEqualTo(1);
    requests.answered(0);
    assertThat(encode(codec, OperationKind.UPDATE, 1)).isEqualTo("ms 0001 3\r\n" + VALUE + "\r\n");
    tally.reset();
    decode(codec, "HD\r\n");
    assertThat(tally.writes()).isEqualTo(1);
  }

  @Test
  public void shouldSpeakRedisProtocol() {
    WireCodec single = codec(WireProtocol.REDIS, 1);
    WireCodec batch = codec(WireProtocol.REDIS, 8);

    assertThat(encode(single, OperationKind.READ, 1))
        .isEqualTo("*2\r\n$3\r\nGET\r\n$4\r\n0001\r\n");
    assertThat(encode(single, OperationKind.UPDATE, 1))
        .isEqualTo("*3\r\n$3\r\nSET\r\n$4\r\n0001\r\n$3\r\n" + VALUE + "\r\n");
    assertThat(encode(batch, OperationKind.READ, 1, 2))
        .isEqualTo("*3\r\n$4\r\nMGET\r\n$4\r\n0001\r\n$4\r\n0002\r\n");
    assertThat(encode(batch, OperationKind.UPDATE, 1, 2, 3, 4, 5))
        .startsWith("*11\r\n$4\r\nMSET\r\n$4\r\n0001\r\n$3\r\n" + VALUE + "\r\n$4\r\n0002\r\n");
  }

  @Test
  public void shouldCountAnswersOfRedis() {
    WireCodec codec = codec(WireProtocol.REDIS, 8);
    encode(codec, OperationKind.READ, 1, 2, 3);

    decode(codec, "*3\r\n$3\r\n" + VALUE + "\r\n$-1\r\n$2\r\nab\r\n");

    assertThat(tally.hits()).isEqualTo(1);
    assertThat(tally.misses()).isEqualTo(1);
    assertThat(tally.errors()).isEqualTo(1);
  }

  @Test
  public void shouldCountErrorsOfRedis() {
    WireCodec codec = codec(WireProtocol.REDIS, 1);
    encode(codec, OperationKind.UPDATE, 1);

    decode(codec, "-OOM command not allowed\r\n");

    assertThat(tally.writes()).isZero();
    assertThat(tally.firstError()).isEqualTo("OOM command not allowed");
  }

  @Test
  public void shouldRefuseWhatIsNoAnswer() {
    WireCodec redis = codec(WireProtocol.REDIS, 1);
    encode(redis, OperationKind.READ, 1);
    ByteBuf garbage = Unpooled.copiedBuffer("hello\r\n", StandardCharsets.US_ASCII);
    ByteBuf endless = Unpooled.copiedBuffer("+".repeat(5000), StandardCharsets.US_ASCII);

    assertThatThrownBy(() -> redis.decode(garbage, requests, tally))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("hello");
    assertThatThrownBy(() -> redis.decode(endless, requests, tally))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("2048");
  }

  @Test
  public void shouldRefuseAnAnswerThatNobodyWaitsFor() {
    ByteBuf answer = Unpooled.copiedBuffer("END\r\n", StandardCharsets.US_ASCII);

    for (WireProtocol protocol :
        new WireProtocol[] {
          WireProtocol.MEMCACHED, WireProtocol.MEMCACHED_META, WireProtocol.REDIS
        }) {
      assertThatThrownBy(() -> codec(protocol, 1).decode(answer.copy(), requests, tally))
          .isInstanceOf(SednaException.class)
          .hasMessageContaining("nobody asked for");
    }
  }
}
