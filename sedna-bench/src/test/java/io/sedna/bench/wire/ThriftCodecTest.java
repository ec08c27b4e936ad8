// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sedna.bench.workload.OperationKind;
import io.sedna.client.rpc.ByteBufTransport;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.ErrorCategory;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.SednaError;
import io.sedna.thrift.generated.VersionedValue;
import io.sedna.thrift.generated.WriteResult;
import io.sedna.thrift.generated.WriteStatus;
import java.util.List;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializable;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.junit.Test;

/** Requests are read, and answers are written, by the code that Thrift generates. */
public class ThriftCodecTest {
  private static final RecordFormat FORMAT = new RecordFormat(16, 100, 1000);
  private static final SednaError ERROR =
      new SednaError(2001, "LOADING", ErrorCategory.RETRY, "not yet");

  private final Outstanding requests = new Outstanding(4, 8);
  private final Tally tally = new Tally();
  private final WireCodec single = WireProtocol.THRIFT.codec("data.set", FORMAT, 1);
  private final WireCodec batch = WireProtocol.THRIFT.codec("data.set", FORMAT, 8);

  private int begin(OperationKind kind, long... keys) {
    return requests.begin(WireCodecTest.source(kind, keys), 0);
  }

  /** The arguments that the request carries. */
  private <T extends TBase<?, ?>> T encoded(WireCodec codec, int slot, String method, T arguments)
      throws TException {
    ByteBuf out = Unpooled.buffer();
    codec.encode(out, requests, slot);
    assertThat(out.readInt()).isEqualTo(out.readableBytes());
    var protocol = new ByteBufTransport(out).strictBinaryProtocol();
    TMessage message = protocol.readMessageBegin();
    assertThat(message.name).isEqualTo(method);
    assertThat(message.type).isEqualTo(TMessageType.CALL);
    assertThat(message.seqid).isEqualTo(requests.sequenceId(slot));
    arguments.read(protocol);
    assertThat(out.isReadable()).isFalse();
    return arguments;
  }

  private static ByteBuf answer(byte type, int sequenceId, TSerializable result) throws TException {
    ByteBuf frame = Unpooled.buffer().writeInt(0);
    var protocol = new ByteBufTransport(frame).strictBinaryProtocol();
    protocol.writeMessageBegin(new TMessage("anything", type, sequenceId));
    result.write(protocol);
    return frame.setInt(0, frame.readableBytes() - 4);
  }

  private int decode(WireCodec codec, ByteBuf answer) {
    for (int length = 1; length < answer.readableBytes(); length++) {
      ByteBuf part = answer.copy(0, length);
      assertThat(codec.decode(part, requests, tally)).isNegative();
      assertThat(part.readableBytes()).isEqualTo(length);
    }
    assertThat(tally.hits() + tally.misses() + tally.writes() + tally.errors()).isZero();
    int slot = codec.decode(answer, requests, tally);
    assertThat(answer.isReadable()).isFalse();
    return slot;
  }

  private static VersionedValue value(long key) {
    return new VersionedValue().setValue(FORMAT.value(key)).setTimestamp(7).setSource(1);
  }

  @Test
  public void shouldWriteRequestsThatGeneratedCodeReads() throws TException {
    var read =
        encoded(single, begin(OperationKind.READ, 5), "readLatest", new Sedna.readLatest_args());
    var write =
        encoded(
            single, begin(OperationKind.UPDATE, 6), "writeLatest", new Sedna.writeLatest_args());
    var get =
        encoded(batch, begin(OperationKind.READ, 7, 8), "multiGet", new Sedna.multiGet_args());
    var put =
        encoded(batch, begin(OperationKind.INSERT, 9, 10), "multiPut", new Sedna.multiPut_args());

    assertThat(read.getTable()).isEqualTo("data.set");
    assertThat(read.getEpoch()).isZero();
    assertThat(read.getKey())
        .isEqualTo("0000000000000005".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThat(write.getKey()).isEqualTo(FORMAT.key(6));
    assertThat(write.getValue()).isEqualTo(FORMAT.value(6));
    assertThat(write.isSetOptions()).isFalse();
    assertThat(get.getKeys()).hasSize(2);
    assertThat(get.getKeys().get(1).array()).isEqualTo(FORMAT.key(8));
    assertThat(put.getEntries()).hasSize(2);
    assertThat(put.getEntries().get(1).getKey()).isEqualTo(FORMAT.key(10));
    assertThat(put.getEntries().get(1).getValue()).isEqualTo(FORMAT.value(10));
  }

  @Test
  public void shouldCountAValue() throws TException {
    int slot = begin(OperationKind.READ, 5);
    var result = new Sedna.readLatest_result();
    result.setSuccess(new ReadResult().setValue(value(5).setExpiresAtMs(9)));

    int answered = decode(single, answer(TMessageType.REPLY, requests.sequenceId(slot), result));

    assertThat(answered).isEqualTo(slot);
    assertThat(tally.hits()).isEqualTo(1);
    assertThat(tally.errors()).isZero();
  }

  @Test
  public void shouldCountAnotherKeysValueAsAnError() throws TException {
    int slot = begin(OperationKind.READ, 5);
    var result = new Sedna.readLatest_result();
    result.setSuccess(new ReadResult().setValue(value(6)));

    decode(single, answer(TMessageType.REPLY, requests.sequenceId(slot), result));

    assertThat(tally.hits()).isZero();
    assertThat(tally.firstError()).contains("0000000000000005");
  }

  @Test
  public void shouldCountEachResultOfABatch() throws TException {
    int slot = begin(OperationKind.READ, 1, 2, 3);
    var result = new Sedna.multiGet_result();
    result.setSuccess(
        List.of(
            new ReadResult().setValue(value(1)),
            new ReadResult(),
            new ReadResult().setError(ERROR)));

    decode(batch, answer(TMessageType.REPLY, requests.sequenceId(slot), result));

    assertThat(tally.hits()).isEqualTo(1);
    assertThat(tally.misses()).isEqualTo(1);
    assertThat(tally.errors()).isEqualTo(1);
    assertThat(tally.firstError()).isEqualTo("LOADING: not yet");
  }

  @Test
  public void shouldCountEachWriteOfABatch() throws TException {
    int slot = begin(OperationKind.UPDATE, 1, 2, 3);
    var result = new Sedna.multiPut_result();
    result.setSuccess(
        List.of(
            new WriteResult(WriteStatus.OK, 1),
            new WriteResult(WriteStatus.OUTDATED, 1),
            new WriteResult(WriteStatus.OK, 0).setError(ERROR)));

    decode(batch, answer(TMessageType.REPLY, requests.sequenceId(slot), result));

    assertThat(tally.writes()).isEqualTo(2);
    assertThat(tally.errors()).isEqualTo(1);
  }

  @Test
  public void shouldCountExceptionsAsErrors() throws TException {
    int declared = begin(OperationKind.UPDATE, 1);
    var result = new Sedna.writeLatest_result();
    result.setError(ERROR);
    int undeclared = begin(OperationKind.UPDATE, 1);
    var failure = new TApplicationException(TApplicationException.INTERNAL_ERROR, "broken");

    decode(single, answer(TMessageType.REPLY, requests.sequenceId(declared), result));
    assertThat(tally.firstError()).isEqualTo("LOADING: not yet");
    tally.reset();
    decode(single, answer(TMessageType.EXCEPTION, requests.sequenceId(undeclared), failure));

    assertThat(tally.firstError()).contains("broken");
    assertThat(tally.errors()).isEqualTo(1);
  }

  @Test
  public void shouldFindTheRequestWhateverTheOrderOfAnswers() throws TException {
    int first = begin(OperationKind.READ, 1);
    int second = begin(OperationKind.READ, 2);
    var result = new Sedna.readLatest_result();
    result.setSuccess(new ReadResult());
    ByteBuf toSecond = answer(TMessageType.REPLY, requests.sequenceId(second), result);
    ByteBuf again = toSecond.copy();

    int answered = single.decode(toSecond, requests, tally);
    requests.answered(answered);
    requests.release(answered);

    assertThat(answered).isEqualTo(second);
    assertThat(requests.oldest()).isEqualTo(first);
    assertThatThrownBy(() -> single.decode(again, requests, tally))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("sequence id");
  }

  @Test
  public void shouldRefuseFramesThatAreNone() {
    begin(OperationKind.READ, 1);
    ByteBuf negative = Unpooled.buffer().writeInt(-1);
    ByteBuf tooShort = Unpooled.buffer().writeInt(6).writeInt(ThriftTemplate.REPLY).writeShort(0);

    assertThatThrownBy(() -> single.decode(negative, requests, tally))
        .isInstanceOf(SednaException.class);
    assertThatThrownBy(() -> single.decode(tooShort, requests, tally))
        .isInstanceOf(SednaException.class);
  }
}
