// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.wire;

import io.netty.buffer.ByteBuf;

/** readLatest and writeLatest, or multiGet and multiPut, as {@code sedna.thrift} has them. */
final class ThriftCodec implements WireCodec {
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int WRITTEN_VALUE = 4;

  private final RecordFormat format;
  private final boolean batched;
  private final ThriftAnswers answers;
  private final ThriftTemplate read;
  private final ThriftTemplate write;

  /**
   * @param batched several keys in a request
   */
  ThriftCodec(String table, RecordFormat format, boolean batched) {
    this.format = format;
    this.batched = batched;
    answers = new ThriftAnswers(format);
    byte argument = batched ? ThriftTemplate.LIST : ThriftTemplate.STRING;
    read = new ThriftTemplate(batched ? "multiGet" : "readLatest", table, argument);
    write = new ThriftTemplate(batched ? "multiPut" : "writeLatest", table, argument);
  }

  @Override
  public void encode(ByteBuf out, Outstanding requests, int slot) {
    boolean writing = requests.isWriting(slot);
    int start = (writing ? write : read).begin(out, requests.sequenceId(slot));
    if (batched) {
      int count = requests.count(slot);
      out.writeByte(writing ? ThriftTemplate.STRUCT : ThriftTemplate.STRING).writeInt(count);
      for (int i = 0; i < count; i++) {
        if (writing) {
          entry(out, requests.key(slot, i));
        } else {
          key(out, requests.key(slot, i));
        }
      }
    } else {
      key(out, requests.key(slot, 0));
      if (writing) {
        field(out, WRITTEN_VALUE);
        value(out, requests.key(slot, 0));
      }
    }
    ThriftTemplate.end(out, start);
  }

  private void entry(ByteBuf out, long key) {
    field(out, KEY);
    key(out, key);
    field(out, VALUE);
    value(out, key);
    out.writeByte(ThriftTemplate.STOP);
  }

  private static void field(ByteBuf out, int id) {
    out.writeByte(ThriftTemplate.STRING).writeShort(id);
  }

  private void key(ByteBuf out, long key) {
    out.writeInt(format.keyBytes());
    format.writeKey(out, key);
  }

  private void value(ByteBuf out, long key) {
    out.writeInt(format.valueBytes());
    format.writeValue(out, key);
  }

  @Override
  public int decode(ByteBuf in, Outstanding requests, Tally tally) {
    return answers.decode(in, requests, tally);
  }
}
