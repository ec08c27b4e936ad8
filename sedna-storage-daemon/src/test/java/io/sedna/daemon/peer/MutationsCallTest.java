// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sedna.client.rpc.ByteBufTransport;
import io.sedna.client.wire.AnswerReader;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.replication.MutationBatch;
import io.sedna.daemon.replication.PeerCodec;
import io.sedna.daemon.replication.Write;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.MutationKind;
import io.sedna.thrift.peer.SednaPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.junit.Test;

public class MutationsCallTest {
  private static final long EPOCH = 0x0102030405060708L;
  private static final int TABLE = 77;
  private static final int SEQUENCE = -5;

  private final Random random = new Random(11);

  private final class Batch implements MutationBatch {
    private final List<Write> writes = new ArrayList<>();
    private int[] codes;
    private SednaException failure;

    @Override
    public long epoch() {
      return EPOCH;
    }

    @Override
    public int tableId() {
      return TABLE;
    }

    @Override
    public int size() {
      return writes.size();
    }

    @Override
    public Write write(int index) {
      return writes.get(index);
    }

    @Override
    public void answered(int[] answer) {
      codes = answer;
    }

    @Override
    public void failed(SednaException e) {
      failure = e;
    }

    void add(MutationKind kind, int keyBytes, int valueBytes, int flags) {
      byte[] key = new byte[keyBytes];
      byte[] value = new byte[valueBytes];
      random.nextBytes(key);
      random.nextBytes(value);
      boolean tombstone = kind == MutationKind.REMOVE || kind == MutationKind.MERGE_TOMBSTONE;
      StoredVersion version =
          tombstone
              ? StoredVersion.tombstone(random.nextLong(), random.nextInt(), random.nextLong())
              : StoredVersion.value(
                  random.nextLong(), random.nextInt(), random.nextLong(), flags, value);
      writes.add(new Write(kind, key, random.nextLong(), version));
    }
  }

  private interface Content {
    void write(TProtocol protocol) throws TException;
  }

  private static ByteBuf message(String name, byte type, Content content) {
    ByteBuf out = Unpooled.buffer();
    try {
      TProtocol protocol = new ByteBufTransport(out).strictBinaryProtocol();
      protocol.writeMessageBegin(new TMessage(name, type, SEQUENCE));
      content.write(protocol);
      protocol.writeMessageEnd();
    } catch (TException e) {
      throw new AssertionError(e);
    }
    return out;
  }

  private static SednaException answered(Batch batch, ByteBuf answer) throws TException {
    var transport = new ByteBufTransport(answer);
    var reader = new AnswerReader(transport.strictBinaryProtocol());
    assertThat(reader.begin(answer)).isEqualTo(SEQUENCE);
    return new MutationsCall(batch).answered(reader);
  }

  private static ByteBuf reply(TBase<?, ?> result) {
    return message("applyMutations", TMessageType.REPLY, result::write);
  }

  @Test
  public void shouldWriteTheBytesOfTheGeneratedCode() {
    for (int round = 0; round < 200; round++) {
      var batch = new Batch();
      for (int i = random.nextInt(5); i >= 0; i--) {
        MutationKind kind = MutationKind.values()[random.nextInt(MutationKind.values().length)];
        int flags = random.nextBoolean() ? 0 : random.nextInt();
        batch.add(kind, 1 + random.nextInt(40), random.nextInt(300), flags);
      }
      List<Mutation> mutations =
          batch.writes.stream().map(write -> PeerCodec.toMutation(TABLE, write)).toList();

      ByteBuf actual = Unpooled.buffer();
      var call = new MutationsCall(batch);
      call.encode(actual, SEQUENCE);

      ByteBuf expected =
          message(
              "applyMutations",
              TMessageType.CALL,
              new SednaPeer.applyMutations_args(EPOCH, mutations)::write);
      assertThat(actual.readableBytes()).isEqualTo((int) call.bytes());
      assertThat(actual.readInt()).isEqualTo(expected.readableBytes());
      assertThat(ByteBufUtil.getBytes(actual)).isEqualTo(ByteBufUtil.getBytes(expected));
    }
  }

  @Test
  public void shouldReadTheCodesOfTheAnswer() throws TException {
    var batch = new Batch();
    batch.add(MutationKind.WRITE_LATEST, 3, 3, 0);
    batch.add(MutationKind.WRITE_LATEST, 3, 3, 0);

    SednaException refusal =
        answered(batch, reply(new SednaPeer.applyMutations_result(List.of(1, 1007), null)));

    assertThat(refusal).isNull();
    assertThat(batch.codes).containsExactly(1, 1007);
  }

  @Test
  public void shouldRefuseAnAnswerOfAnotherSize() throws TException {
    var batch = new Batch();
    batch.add(MutationKind.WRITE_LATEST, 3, 3, 0);

    SednaException refusal =
        answered(batch, reply(new SednaPeer.applyMutations_result(List.of(0, 0), null)));

    assertThat(refusal.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    assertThat(refusal).hasMessageContaining("2 of 1");
    assertThat(batch.codes).isNull();
  }

  @Test
  public void shouldTellWhyTheDaemonRefused() throws TException {
    var batch = new Batch();
    batch.add(MutationKind.WRITE_LATEST, 3, 3, 0);
    var error = Errors.toThrift(new SednaException(ErrorCode.OVERLOADED, "too much: bytes=9"));

    SednaException refused =
        answered(batch, reply(new SednaPeer.applyMutations_result(null, error)));
    SednaException unknown =
        answered(
            batch,
            message(
                "applyMutations",
                TMessageType.EXCEPTION,
                new TApplicationException(TApplicationException.UNKNOWN_METHOD, "what?")::write));
    SednaException nothing =
        answered(batch, reply(new SednaPeer.applyMutations_result(null, null)));

    assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(refused).hasMessageContaining("bytes=9");
    assertThat(unknown.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
    assertThat(nothing.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
  }

  @Test
  public void shouldNotTakeTheAnswerToAnotherMethod() {
    var batch = new Batch();
    batch.add(MutationKind.WRITE_LATEST, 3, 3, 0);
    ByteBuf answer =
        message(
            "readRecords",
            TMessageType.REPLY,
            new SednaPeer.applyMutations_result(List.of(0), null)::write);

    assertThatThrownBy(() -> answered(batch, answer))
        .isInstanceOf(TException.class)
        .hasMessageContaining("readRecords");
  }

  @Test
  public void shouldPassFailuresOn() {
    var batch = new Batch();
    var e = new SednaException(ErrorCode.TIMEOUT, new String("late".getBytes(UTF_8), UTF_8));

    new MutationsCall(batch).failed(e);

    assertThat(batch.failure).isSameAs(e);
  }
}
