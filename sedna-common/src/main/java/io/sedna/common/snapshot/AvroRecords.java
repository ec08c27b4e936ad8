// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.ResolvingDecoder;

/**
 * The Avro schema of snapshot files, and how records are read and written in it without Avro's
 * generic objects between.
 */
final class AvroRecords {
  static final Schema SCHEMA =
      SchemaBuilder.record("SnapshotRecord")
          .namespace("io.sedna.snapshot")
          .doc("One source's live version of a key.")
          .fields()
          .name("key")
          .type()
          .bytesType()
          .noDefault()
          .name("value")
          .type()
          .bytesType()
          .noDefault()
          .name("timestamp")
          .doc(
              "Hybrid logical clock: milliseconds since 1970 in the upper 48 bits, then a counter.")
          .type()
          .longType()
          .noDefault()
          .name("source")
          .doc("Who wrote it.")
          .type()
          .intType()
          .noDefault()
          .name("expiresAtMs")
          .doc("Milliseconds since 1970; 0: never.")
          .type()
          .longType()
          .longDefault(0)
          .name("flags")
          .doc("What the writer wanted kept beside the value.")
          .type()
          .intType()
          .intDefault(0)
          .endRecord();

  private AvroRecords() {}

  static final class Writer implements DatumWriter<SnapshotRecord> {
    @Override
    public void setSchema(Schema schema) {
      // There is only the one.
    }

    @Override
    public void write(SnapshotRecord record, Encoder out) throws IOException {
      out.writeBytes(record.key());
      out.writeBytes(record.value());
      out.writeLong(record.timestamp());
      out.writeInt(record.source());
      out.writeLong(record.expiresAtMs());
      out.writeInt(record.flags());
    }
  }

  static final class Reader implements DatumReader<SnapshotRecord> {
    private Schema written = SCHEMA;
    private ResolvingDecoder resolver;

    @Override
    public void setSchema(Schema schema) {
      written = schema;
      resolver = null;
    }

    @Override
    public SnapshotRecord read(SnapshotRecord reuse, Decoder in) throws IOException {
      return written.equals(SCHEMA) ? readPlain(in) : readResolved(in);
    }

    private static SnapshotRecord readPlain(Decoder in) throws IOException {
      return new SnapshotRecord(
          bytes(in), bytes(in), in.readLong(), in.readInt(), in.readLong(), in.readInt());
    }

    /** Files of a schema that other programs or later versions wrote. */
    private SnapshotRecord readResolved(Decoder in) throws IOException {
      if (resolver == null) {
        resolver = DecoderFactory.get().resolvingDecoder(written, SCHEMA, null);
      }
      resolver.configure(in);
      byte[] key = null;
      byte[] value = null;
      long timestamp = 0;
      int source = 0;
      long expiresAtMs = 0;
      int flags = 0;
      for (Schema.Field field : resolver.readFieldOrder()) {
        switch (field.name()) {
          case "key" -> key = bytes(resolver);
          case "value" -> value = bytes(resolver);
          case "timestamp" -> timestamp = resolver.readLong();
          case "source" -> source = resolver.readInt();
          case "expiresAtMs" -> expiresAtMs = resolver.readLong();
          case "flags" -> flags = resolver.readInt();
          default -> throw new IOException("unknown field " + field.name());
        }
      }
      resolver.drain();
      return new SnapshotRecord(key, value, timestamp, source, expiresAtMs, flags);
    }

    private static byte[] bytes(Decoder in) throws IOException {
      ByteBuffer buffer = in.readBytes(null);
      if (buffer.hasArray()
          && buffer.arrayOffset() == 0
          && buffer.remaining() == buffer.array().length) {
        return buffer.array();
      }
      byte[] copy = new byte[buffer.remaining()];
      buffer.get(copy);
      return copy;
    }
  }
}
