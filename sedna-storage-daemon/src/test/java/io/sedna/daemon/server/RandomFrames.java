// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

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

/** Messages of data calls, right ones and some that are not, all from one seed. */
final class RandomFrames {
  private final Random random;
  private final List<String> tables;
  private final long nowMs;
  private int sequence;

  RandomFrames(Random random, long nowMs, List<String> tables) {
    this.random = random;
    this.nowMs = nowMs;
    this.tables = tables;
  }

  /** A message as a generated client would write it. */
  byte[] message() {
    return encode(false);
  }

  byte[] compactMessage() {
    return encode(true);
  }

  private byte[] encode(boolean compact) {
    var bytes = new ByteArrayOutputStream();
    try {
      var transport = new TIOStreamTransport(bytes);
      TProtocol protocol =
          compact ? new TCompactProtocol(transport) : new TBinaryProtocol(transport);
      Call call = call();
      int id = random.nextInt(4) == 0 ? -1 - sequence++ : sequence++;
      protocol.writeMessageBegin(new TMessage(call.method, TMessageType.CALL, id));
      call.arguments.write(protocol);
      protocol.writeMessageEnd();
    } catch (TException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private record Call(String method, TBase<?, ?> arguments) {}

  private Call call() {
    long epoch = List.of(0L, 0L, 0L, 1L, 2L, -1L, Long.MAX_VALUE).get(random.nextInt(7));
    String table = tables.get(random.nextInt(tables.size()));
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> new Call("readLatest", new Sedna.readLatest_args(epoch, table, key()));
      case 3, 4, 5 ->
          new Call(
              "writeLatest", new Sedna.writeLatest_args(epoch, table, key(), value(), options()));
      case 6, 7 -> new Call("multiGet", new Sedna.multiGet_args(epoch, table, keys()));
      case 8, 9 ->
          new Call("multiPut", new Sedna.multiPut_args(epoch, table, entries(), options()));
      case 10 -> new Call("remove", new Sedna.remove_args(epoch, table, key(), options()));
      default -> new Call("readAll", new Sedna.readAll_args(epoch, table, key()));
    };
  }

  private ByteBuffer key() {
    if (random.nextInt(60) == 0) {
      return ByteBuffer.allocate(List.of(0, 32 * 1024, 32 * 1024 + 1).get(random.nextInt(3)));
    }
    return ByteBuffer.wrap(("key-" + random.nextInt(50)).getBytes(UTF_8));
  }

  private List<ByteBuffer> keys() {
    var keys = new ArrayList<ByteBuffer>();
    int count = random.nextInt(20) == 0 ? random.nextInt(12_000) : random.nextInt(20);
    for (int i = 0; i < count; i++) {
      keys.add(key());
    }
    return keys;
  }

  private ByteBuffer value() {
    int size = random.nextInt(40) == 0 ? random.nextInt(200_000) : random.nextInt(200);
    byte[] value = new byte[size];
    random.nextBytes(value);
    return ByteBuffer.wrap(value);
  }

  private List<PutEntry> entries() {
    var entries = new ArrayList<PutEntry>();
    int count = random.nextInt(12);
    for (int i = 0; i < count; i++) {
      var entry = new PutEntry(key(), value());
      if (random.nextInt(3) == 0) {
        entry.setTimestamp(timestamp());
      }
      if (random.nextInt(3) == 0) {
        entry.setTtlMs(ttl());
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
      options.setTimestamp(timestamp());
    }
    if (random.nextBoolean()) {
      options.setSource(random.nextInt());
    }
    if (random.nextInt(3) == 0) {
      options.setTtlMs(ttl());
    }
    if (random.nextBoolean()) {
      options.setFlags(random.nextInt());
    }
    if (random.nextInt(8) == 0) {
      options.setConsistency(random.nextInt(5));
    }
    if (random.nextInt(8) == 0) {
      options.setCopies(random.nextInt(3));
    }
    return options;
  }

  private long timestamp() {
    return switch (random.nextInt(30)) {
      case 0 -> 0;
      case 1 -> -random.nextLong(Long.MAX_VALUE);
      case 2 -> Long.MIN_VALUE;
      case 3 -> nowMs + 10_000_000_000L << 16;
      default -> (nowMs << 16) - 1000 + random.nextInt(2000);
    };
  }

  private long ttl() {
    return switch (random.nextInt(30)) {
      case 0 -> -1;
      case 1 -> Long.MIN_VALUE;
      case 2 -> Long.MAX_VALUE;
      case 3, 4, 5 -> 0;
      default -> 1 + random.nextInt(100_000);
    };
  }

  /** The message with one thing changed. */
  byte[] mutated(byte[] message) {
    byte[] changed = message.clone();
    switch (random.nextInt(5)) {
      case 0 -> changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      case 1 -> changed[random.nextInt(Math.min(60, changed.length))] ^= 1 << random.nextInt(8);
      case 2 -> changed = java.util.Arrays.copyOf(changed, random.nextInt(changed.length + 1));
      case 3 -> changed = java.util.Arrays.copyOf(changed, changed.length + random.nextInt(20));
      default -> {
        int at = random.nextInt(changed.length);
        int number = List.of(-1, 0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE).get(random.nextInt(5));
        for (int i = 0; i < 4 && at + i < changed.length; i++) {
          changed[at + i] = (byte) (number >> (24 - 8 * i));
        }
      }
    }
    return changed;
  }
}
