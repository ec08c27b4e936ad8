// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.sedna.client.rpc.DirectCall;
import io.sedna.client.wire.AnswerReader;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.replication.MutationBatch;
import io.sedna.daemon.replication.Write;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TType;

/**
 * {@code applyMutations} of {@code sedna_peer.thrift}, written byte for byte as the generated code
 * would, from the writes as they are: most of what daemons say to each other is this.
 *
 * <pre>
 *   i32 bytes that follow | i32 0x80010001 | i32 14, "applyMutations" | i32 sequence id |
 *   0a 0001 i64 epoch | 0f 0002 0c i32 n | mutation * n | 00
 *
 *   mutation   08 0001 i32 table | 08 0002 i32 kind | 0b 0003 key | 0a 0004 i64 timestamp |
 *              08 0005 i32 source | 0a 0006 i64 expiry | 0b 0007 value | (08 0008 i32 flags) | 00
 * </pre>
 */
final class MutationsCall implements DirectCall {
  private static final String METHOD = "applyMutations";
  private static final byte[] NAME = METHOD.getBytes(US_ASCII);
  private static final int CALL = 0x80010000 | TMessageType.CALL;

  private static final int FIELD_BYTES = 3;
  private static final int I32_FIELD_BYTES = FIELD_BYTES + 4;
  private static final int I64_FIELD_BYTES = FIELD_BYTES + 8;
  private static final int LIST_FIELD_BYTES = FIELD_BYTES + 5;
  private static final int STOP_BYTES = 1;

  /** What all calls have: the length, the header, the epoch, and the list without its elements. */
  private static final int CALL_BYTES =
      4 + 4 + 4 + NAME.length + 4 + I64_FIELD_BYTES + LIST_FIELD_BYTES + STOP_BYTES;

  /** Five numbers of 32 bits, of which two are lengths, and two of 64. */
  private static final int MUTATION_BYTES = 5 * I32_FIELD_BYTES + 2 * I64_FIELD_BYTES + STOP_BYTES;

  private final MutationBatch batch;

  MutationsCall(MutationBatch batch) {
    this.batch = batch;
  }

  @Override
  public String method() {
    return METHOD;
  }

  @Override
  public long bytes() {
    long bytes = CALL_BYTES;
    for (int i = 0; i < batch.size(); i++) {
      Write write = batch.write(i);
      bytes +=
          MUTATION_BYTES
              + write.key().length
              + write.version().value().length
              + (write.version().flags() == 0 ? 0 : I32_FIELD_BYTES);
    }
    return bytes;
  }

  @Override
  public void encode(ByteBuf frame, int sequenceId) {
    frame.writeInt(0);
    frame.writeInt(CALL).writeInt(NAME.length).writeBytes(NAME).writeInt(sequenceId);
    i64(frame, 1, batch.epoch());
    field(frame, TType.LIST, 2);
    frame.writeByte(TType.STRUCT).writeInt(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      mutation(frame, batch.write(i));
    }
    frame.writeByte(TType.STOP);
    frame.setInt(0, frame.readableBytes() - 4);
  }

  private void mutation(ByteBuf frame, Write write) {
    StoredVersion version = write.version();
    i32(frame, 1, batch.tableId());
    i32(frame, 2, write.kind().getValue());
    binary(frame, 3, write.key());
    i64(frame, 4, version.timestamp());
    i32(frame, 5, version.source());
    i64(frame, 6, version.expiresAtMs());
    binary(frame, 7, version.value());
    if (version.flags() != 0) {
      i32(frame, 8, version.flags());
    }
    frame.writeByte(TType.STOP);
  }

  private static void field(ByteBuf frame, byte type, int id) {
    frame.writeByte(type).writeShort(id);
  }

  private static void i32(ByteBuf frame, int id, int value) {
    field(frame, TType.I32, id);
    frame.writeInt(value);
  }

  private static void i64(ByteBuf frame, int id, long value) {
    field(frame, TType.I64, id);
    frame.writeLong(value);
  }

  private static void binary(ByteBuf frame, int id, byte[] value) {
    field(frame, TType.STRING, id);
    frame.writeInt(value.length).writeBytes(value);
  }

  @Override
  public SednaException answered(AnswerReader reader) throws TException {
    int[] codes = new int[batch.size()];
    SednaException refusal = reader.numbers(NAME, codes);
    if (refusal == null) {
      batch.answered(codes);
    }
    return refusal;
  }

  @Override
  public void failed(SednaException e) {
    batch.failed(e);
  }
}
