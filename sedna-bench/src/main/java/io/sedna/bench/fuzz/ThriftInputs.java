// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.WriteOptions;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TIOStreamTransport;

/** Frames of data calls in the binary and the compact protocol, mutated, cut and joined. */
final class ThriftInputs {
  /** A cache, so that it is never full. */
  static final String TABLE = "default.fuzz_inputs";

  private static final List<String> TABLES =
      List.of(TABLE, TABLE, TABLE, "default.fuzz_none", "x", "");
  private static final long[] EPOCHS = {0, 0, 0, 0, 1, 2, -1, Long.MAX_VALUE};
  private static final int[] KEY_SIZES = {0, 32 * 1024, 32 * 1024 + 1};
  private static final long[] LONGS = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 62};
  private static final int MOST_KEYS = 12_000;
  private static final int MOST_VALUE_BYTES = 200_000;

  private final Random random;

  ThriftInputs(Random random) {
    this.random = random;
  }

  /**
   * @param known inputs that are mutated too
   */
  byte[] next(List<byte[]> known) {
    var bytes = new ByteArrayOutputStream();
    for (int i = random.nextInt(5); i >= 0; i--) {
      byte[] message = message();
      for (int mutations = Math.max(0, random.nextInt(5) - 1); mutations > 0; mutations--) {
        message = Mutations.mutated(message, random);
      }
      bytes.writeBytes(framed(message));
      if (!known.isEmpty() && random.nextInt(10) == 0) {
        bytes.writeBytes(Mutations.mutated(known.get(random.nextInt(known.size())), random));
      }
      if (random.nextInt(20) == 0) {
        byte[] garbage = new byte[random.nextInt(200)];
        random.nextBytes(garbage);
        bytes.writeBytes(garbage);
      }
    }
    return bytes.toByteArray();
  }

  /** With a length that is mostly right. */
  private byte[] framed(byte[] message) {
    int length = message.length;
    if (random.nextInt(12) == 0) {
      length = random.nextBoolean() ? length + random.nextInt(9) - 4 : random.nextInt();
    }
    return ByteBuffer.allocate(Integer.BYTES + message.length).putInt(length).put(message).array();
  }

  private record Call(String method, TBase<?, ?> arguments) {}

  private byte[] message() {
    var bytes = new ByteArrayOutputStream();
    try {
      var transport = new TIOStreamTransport(bytes);
      TProtocol protocol =
          random.nextInt(3) == 0 ? new TCompactProtocol(transport) : new TBinaryProtocol(transport);
      Call call = call();
      byte type = random.nextInt(30) == 0 ? (byte) random.nextInt(6) : TMessageType.CALL;
      protocol.writeMessageBegin(new TMessage(call.method, type, random.nextInt()));
      call.arguments.write(protocol);
      protocol.writeMessageEnd();
    } catch (TException e) {
      throw new IllegalStateException("bytes in memory took no message", e);
    }
    return bytes.toByteArray();
  }

  private Call call() {
    long epoch = EPOCHS[random.nextInt(EPOCHS.length)];
    String table = TABLES.get(random.nextInt(TABLES.size()));
    return switch (random.nextInt(13)) {
      case 0, 1, 2 -> new Call("readLatest", new Sedna.readLatest_args(epoch, table, key()));
      case 3, 4, 5 ->
          new Call(
              "writeLatest", new Sedna.writeLatest_args(epoch, table, key(), value(), options()));
      case 6, 7 -> new Call("multiGet", new Sedna.multiGet_args(epoch, table, keys()));
      case 8, 9 ->
          new Call("multiPut", new Sedna.multiPut_args(epoch, table, entries(), options()));
      case 10 -> new Call("remove", new Sedna.remove_args(epoch, table, key(), options()));
      case 11 -> new Call("touch", new Sedna.touch_args(epoch, table, key(), number()));
      default -> new Call("readAll", new Sedna.readAll_args(epoch, table, key()));
    };
  }

  private ByteBuffer key() {
    return random.nextInt(60) == 0
        ? ByteBuffer.allocate(KEY_SIZES[random.nextInt(KEY_SIZES.length)])
        : ByteBuffer.wrap(("key-" + random.nextInt(50)).getBytes(UTF_8));
  }

  private List<ByteBuffer> keys() {
    var keys = new ArrayList<ByteBuffer>();
    for (int i = random.nextInt(random.nextInt(100) == 0 ? MOST_KEYS : 20); i > 0; i--) {
      // Not the large ones: thousands of them are no frame any more.
      keys.add(ByteBuffer.wrap(("key-" + random.nextInt(60)).getBytes(UTF_8)));
    }
    return keys;
  }

  private ByteBuffer value() {
    byte[] value = new byte[random.nextInt(random.nextInt(40) == 0 ? MOST_VALUE_BYTES : 200)];
    random.nextBytes(value);
    return ByteBuffer.wrap(value);
  }

  private List<PutEntry> entries() {
    var entries = new ArrayList<PutEntry>();
    for (int i = random.nextInt(12); i > 0; i--) {
      var entry = new PutEntry(key(), value());
      if (random.nextInt(3) == 0) {
        entry.setTimestamp(number());
      }
      if (random.nextInt(3) == 0) {
        entry.setTtlMs(number());
      }
      entries.add(entry);
    }
    return entries;
  }

  private WriteOptions options() {
    if (random.nextInt(3) == 0) {
      return null;
    }
    var options = new WriteOptions();
    if (random.nextInt(3) == 0) {
      options.setTimestamp(number());
    }
    if (random.nextBoolean()) {
      options.setSource(random.nextInt());
    }
    if (random.nextInt(3) == 0) {
      options.setTtlMs(number());
    }
    if (random.nextBoolean()) {
      options.setFlags(random.nextInt());
    }
    return options;
  }

  /** A timestamp or a time to live: mostly a small one, which is an old timestamp. */
  private long number() {
    return switch (random.nextInt(12)) {
      case 0 -> LONGS[random.nextInt(LONGS.length)];
      case 1 -> random.nextLong();
      default -> 1 + random.nextInt(100_000);
    };
  }
}
