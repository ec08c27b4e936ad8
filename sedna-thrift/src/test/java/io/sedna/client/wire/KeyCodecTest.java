// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sedna.client.rpc.ByteBufTransport;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.PutEntry;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.VersionedValue;
import io.sedna.thrift.generated.WriteOptions;
import io.sedna.thrift.generated.WriteResult;
import io.sedna.thrift.generated.WriteStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.junit.Test;

/** Holds the codec without generated classes against the one with them. */
public class KeyCodecTest {
  private static final int ROUNDS = 300;
  private static final byte[] TABLE = "shop.prices".getBytes(StandardCharsets.UTF_8);

  private final Random random = new Random(7);
  private final ByteBufTransport transport = new ByteBufTransport(Unpooled.EMPTY_BUFFER);
  private final AnswerReader reader = new AnswerReader(transport.strictBinaryProtocol());

  private record Entry(byte[] key, byte[] value, long stamp, long ttlMs) {}

  private record Entries(List<Entry> entries) implements KeyEntries {
    @Override
    public int size() {
      return entries.size();
    }

    @Override
    public byte[] key(int index) {
      return entries.get(index).key();
    }

    @Override
    public byte[] value(int index) {
      return entries.get(index).value();
    }

    @Override
    public long stamp(int index) {
      return entries.get(index).stamp();
    }

    @Override
    public long ttlMs(int index) {
      return entries.get(index).ttlMs();
    }
  }

  private byte[] bytes(int most) {
    byte[] bytes = new byte[random.nextInt(most + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  private Entries entries() {
    var entries = new ArrayList<Entry>();
    for (int i = random.nextInt(20); i >= 0; i--) {
      long ttl = random.nextBoolean() ? WriteArguments.UNSET : random.nextLong();
      long stamp = random.nextBoolean() ? 0 : random.nextLong();
      entries.add(new Entry(bytes(40), bytes(300), stamp, ttl));
    }
    return new Entries(entries);
  }

  private WriteArguments arguments() {
    return new WriteArguments(
        random.nextBoolean() ? 0 : random.nextLong(),
        random.nextBoolean() ? 0 : random.nextInt(),
        random.nextBoolean() ? WriteArguments.UNSET : random.nextLong(),
        random.nextInt(4),
        random.nextInt(4),
        random.nextBoolean()
            ? null
            : new RequestId(random.nextLong(), random.nextLong(), random.nextLong()));
  }

  private static WriteOptions generated(WriteArguments arguments) {
    var options = new WriteOptions();
    if (arguments.timestamp() != 0) {
      options.setTimestamp(arguments.timestamp());
    }
    if (arguments.source() != 0) {
      options.setSource(arguments.source());
    }
    if (arguments.ttlMs() != WriteArguments.UNSET) {
      options.setTtlMs(arguments.ttlMs());
    }
    if (arguments.consistency() != 0) {
      options.setConsistency(arguments.consistency());
    }
    if (arguments.copies() != 0) {
      options.setCopies(arguments.copies());
    }
    if (arguments.requestId() != null) {
      RequestId id = arguments.requestId();
      options.setRequestId(
          new io.sedna.thrift.generated.RequestId(id.client(), id.sequence(), id.issuedAtMs()));
    }
    return options;
  }

  /** A frame through the generated classes. */
  private static byte[] generated(String method, byte type, int id, TBase<?, ?> struct)
      throws TException {
    ByteBuf frame = Unpooled.buffer();
    frame.writeInt(0);
    var protocol = new ByteBufTransport(frame).strictBinaryProtocol();
    protocol.writeMessageBegin(new TMessage(method, type, id));
    struct.write(protocol);
    protocol.writeMessageEnd();
    frame.setInt(0, frame.readableBytes() - 4);
    return ByteBufUtil.getBytes(frame);
  }

  private interface Encoder {
    void encode(ByteBuf out);
  }

  private static byte[] ours(Encoder encoder) {
    // As small as can be, so that it has to grow, and with something before the frame.
    ByteBuf out = Unpooled.buffer(1);
    out.writeByte(1);
    encoder.encode(out);
    out.skipBytes(1);
    return ByteBufUtil.getBytes(out);
  }

  @Test
  public void shouldWriteReadLatestAsTheGeneratedCodeDoes() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] key = bytes(50);
      int id = random.nextInt();
      long epoch = random.nextLong();

      byte[] ours = ours(out -> KeyRequests.readLatest(out, id, epoch, TABLE, key));

      var args = new Sedna.readLatest_args(epoch, "shop.prices", ByteBuffer.wrap(key));
      assertThat(ours).isEqualTo(generated("readLatest", TMessageType.CALL, id, args));
      assertThat(ours).hasSize(KeyRequests.readLatestBytes(TABLE, key));
    }
  }

  @Test
  public void shouldWriteWriteLatestAsTheGeneratedCodeDoes() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] key = bytes(50);
      byte[] value = bytes(1000);
      int id = random.nextInt();
      long epoch = random.nextLong();
      WriteArguments options = arguments();

      byte[] ours =
          ours(out -> KeyRequests.writeLatest(out, id, epoch, TABLE, key, value, options));

      var args =
          new Sedna.writeLatest_args(
              epoch,
              "shop.prices",
              ByteBuffer.wrap(key),
              ByteBuffer.wrap(value),
              generated(options));
      assertThat(ours).isEqualTo(generated("writeLatest", TMessageType.CALL, id, args));
      assertThat(ours).hasSize(KeyRequests.writeLatestBytes(TABLE, key, value, options));
    }
  }

  @Test
  public void shouldWriteMultiGetAsTheGeneratedCodeDoes() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Entries keys = entries();
      int id = random.nextInt();
      long epoch = random.nextLong();

      int bytes = (int) KeyRequests.multiGetBytes(TABLE, keys);
      byte[] ours = ours(out -> KeyRequests.multiGet(out, bytes, id, epoch, TABLE, keys));

      List<ByteBuffer> list = keys.entries().stream().map(e -> ByteBuffer.wrap(e.key())).toList();
      var args = new Sedna.multiGet_args(epoch, "shop.prices", list);
      assertThat(ours).isEqualTo(generated("multiGet", TMessageType.CALL, id, args));
    }
  }

  @Test
  public void shouldWriteMultiPutAsTheGeneratedCodeDoes() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Entries entries = entries();
      int id = random.nextInt();
      long epoch = random.nextLong();
      WriteArguments options = arguments();

      int bytes = (int) KeyRequests.multiPutBytes(TABLE, entries, options);
      byte[] ours =
          ours(out -> KeyRequests.multiPut(out, bytes, id, epoch, TABLE, entries, options));

      List<PutEntry> list = entries.entries().stream().map(KeyCodecTest::generated).toList();
      var args = new Sedna.multiPut_args(epoch, "shop.prices", list, generated(options));
      assertThat(ours).isEqualTo(generated("multiPut", TMessageType.CALL, id, args));
    }
  }

  private static PutEntry generated(Entry entry) {
    var generated = new PutEntry(ByteBuffer.wrap(entry.key()), ByteBuffer.wrap(entry.value()));
    if (entry.stamp() != 0) {
      generated.setTimestamp(entry.stamp());
    }
    return entry.ttlMs() == WriteArguments.UNSET ? generated : generated.setTtlMs(entry.ttlMs());
  }

  /** What the answers were, as text. */
  private static final class Told implements KeyAnswers {
    final List<String> lines = new ArrayList<>();

    @Override
    public void value(int index, byte[] value, long timestamp, int source, long expiresAtMs) {
      lines.add(
          index
              + " "
              + ByteBufUtil.hexDump(value)
              + " "
              + timestamp
              + " "
              + source
              + " "
              + expiresAtMs);
    }

    @Override
    public void absent(int index) {
      lines.add(index + " absent");
    }

    @Override
    public void written(int index, int status, long timestamp) {
      lines.add(index + " " + WriteStatus.findByValue(status) + " " + timestamp);
    }

    @Override
    public void failed(int index, SednaException e) {
      lines.add(index + " " + e.code() + " " + e.getMessage() + " " + e.epoch());
    }
  }

  private ReadResult readResult() {
    if (random.nextInt(5) == 0) {
      return new ReadResult();
    }
    if (random.nextInt(5) == 0) {
      return new ReadResult().setError(Errors.toThrift(error()));
    }
    var version =
        new VersionedValue(ByteBuffer.wrap(bytes(200)), random.nextLong(), random.nextInt());
    return new ReadResult()
        .setValue(random.nextBoolean() ? version : version.setExpiresAtMs(random.nextLong()));
  }

  private SednaException error() {
    return new SednaException(ErrorCode.STALE_MAP, "stale: " + random.nextInt(), 9, null);
  }

  private WriteResult writeResult() {
    var result = new WriteResult(WriteStatus.findByValue(random.nextInt(4)), random.nextLong());
    return random.nextInt(5) == 0 ? result.setError(Errors.toThrift(error())) : result;
  }

  private static String line(int index, ReadResult result) {
    if (result.isSetError()) {
      return line(index, Errors.fromThrift(result.getError()));
    }
    if (!result.isSetValue()) {
      return index + " absent";
    }
    VersionedValue version = result.getValue();
    return index
        + " "
        + ByteBufUtil.hexDump(version.getValue())
        + " "
        + version.getTimestamp()
        + " "
        + version.getSource()
        + " "
        + version.getExpiresAtMs();
  }

  private static String line(int index, WriteResult result) {
    return result.isSetError()
        ? line(index, Errors.fromThrift(result.getError()))
        : index + " " + result.getStatus() + " " + result.getTimestamp();
  }

  private static String line(int index, SednaException e) {
    return index + " " + e.code() + " " + e.getMessage() + " " + e.epoch();
  }

  private interface Decoder {
    SednaException decode(KeyAnswers to) throws TException;
  }

  private Told read(byte[] frame, Decoder decoder) throws TException {
    ByteBuf in = Unpooled.wrappedBuffer(frame, 4, frame.length - 4);
    transport.reset(in);
    var told = new Told();
    int id = reader.begin(in);
    SednaException refusal = decoder.decode(told);
    if (refusal != null) {
      told.lines.add("refused " + refusal.code() + " " + refusal.getMessage());
    }
    assertThat(id).isEqualTo(5);
    assertThat(in.readableBytes()).isZero();
    return told;
  }

  @Test
  public void shouldReadAnswersAsTheGeneratedCodeWritesThem() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      ReadResult one = readResult();
      var list = new ArrayList<ReadResult>();
      var expected = new ArrayList<String>();
      for (int n = random.nextInt(10); n > 0; n--) {
        list.add(readResult());
        expected.add(line(list.size() - 1, list.get(list.size() - 1)));
      }

      byte[] single = reply("readLatest", new Sedna.readLatest_result(one, null));
      byte[] many = reply("multiGet", new Sedna.multiGet_result(list, null));

      assertThat(read(single, reader::readLatest).lines).containsExactly(line(0, one));
      assertThat(read(many, to -> reader.multiGet(list.size(), to)).lines).isEqualTo(expected);
    }
  }

  @Test
  public void shouldReadAnswersToWritesAsTheGeneratedCodeWritesThem() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      WriteResult one = writeResult();
      var list = new ArrayList<WriteResult>();
      var expected = new ArrayList<String>();
      for (int n = random.nextInt(10); n > 0; n--) {
        list.add(writeResult());
        expected.add(line(list.size() - 1, list.get(list.size() - 1)));
      }

      byte[] single = reply("writeLatest", new Sedna.writeLatest_result(one, null));
      byte[] many = reply("multiPut", new Sedna.multiPut_result(list, null));

      assertThat(read(single, reader::writeLatest).lines).containsExactly(line(0, one));
      assertThat(read(many, to -> reader.multiPut(list.size(), to)).lines).isEqualTo(expected);
    }
  }

  private static byte[] reply(String method, TBase<?, ?> result) throws TException {
    return generated(method, TMessageType.REPLY, 5, result);
  }

  @Test
  public void shouldTellOfARefusedCall() throws Exception {
    var error = Errors.toThrift(new SednaException(ErrorCode.LOADING, "wait"));
    byte[] refused = reply("readLatest", new Sedna.readLatest_result(null, error));
    byte[] all = reply("multiPut", new Sedna.multiPut_result(null, error));
    byte[] neither = reply("multiGet", new Sedna.multiGet_result());
    byte[] few = reply("multiGet", new Sedna.multiGet_result(List.of(readResult()), null));

    assertThat(read(refused, reader::readLatest).lines).containsExactly("refused LOADING wait");
    assertThat(read(all, to -> reader.multiPut(3, to)).lines)
        .containsExactly("refused LOADING wait");
    assertThat(read(neither, to -> reader.multiGet(3, to)).lines.get(0))
        .contains("PROTOCOL_ERROR", "neither value nor error");
    assertThat(read(few, to -> reader.multiGet(3, to)).lines.get(0))
        .contains("PROTOCOL_ERROR", "answered 1 of 3");
  }

  @Test
  public void shouldTellOfAMethodThatTheDaemonDoesNotKnow() throws Exception {
    ByteBuf frame = Unpooled.buffer().writeInt(0);
    var protocol = new ByteBufTransport(frame).strictBinaryProtocol();
    protocol.writeMessageBegin(new TMessage("multiGet", TMessageType.EXCEPTION, 5));
    new TApplicationException(TApplicationException.UNKNOWN_METHOD, "no multiGet").write(protocol);

    Told told = read(ByteBufUtil.getBytes(frame), to -> reader.multiGet(3, to));

    assertThat(told.lines.get(0)).contains("NOT_SUPPORTED", "multiGet");
  }

  @Test
  public void shouldRefuseTheAnswerToAnotherMethod() throws Exception {
    byte[] frame = reply("readLatest", new Sedna.readLatest_result(new ReadResult(), null));

    Throwable failure = catchThrowable(() -> read(frame, reader::writeLatest));

    assertThat(failure).isInstanceOf(TException.class).hasMessageContaining("name=readLatest");
  }

  /** An answer that was cut, at every place, is refused, and never taken for a whole one. */
  @Test
  public void shouldRefuseEveryPartOfAnAnswer() throws Exception {
    var list = new ArrayList<ReadResult>();
    for (int i = 0; i < 20; i++) {
      list.add(readResult());
    }
    byte[] whole = reply("multiGet", new Sedna.multiGet_result(list, null));
    for (int length = 4; length < whole.length; length++) {
      byte[] part = java.util.Arrays.copyOf(whole, length);

      Throwable failure = catchThrowable(() -> read(part, to -> reader.multiGet(20, to)));

      assertThat(failure).isInstanceOfAny(TException.class, IndexOutOfBoundsException.class);
    }
  }

  /** Bytes changed at random are refused or read as something; nothing else comes of them. */
  @Test
  public void shouldSurviveGarbage() throws Exception {
    for (int i = 0; i < 20 * ROUNDS; i++) {
      var list = List.of(readResult(), readResult(), readResult());
      byte[] frame = reply("multiGet", new Sedna.multiGet_result(list, null));
      for (int n = random.nextInt(4); n >= 0; n--) {
        frame[4 + random.nextInt(frame.length - 4)] = (byte) random.nextInt(256);
      }
      ByteBuf in = Unpooled.wrappedBuffer(frame, 4, frame.length - 4);
      transport.reset(in);

      Throwable failure =
          catchThrowable(
              () -> {
                reader.begin(in);
                var unused = reader.multiGet(3, new Told());
              });

      if (failure != null) {
        assertThat(failure).isInstanceOfAny(TException.class, RuntimeException.class);
      }
    }
  }
}
