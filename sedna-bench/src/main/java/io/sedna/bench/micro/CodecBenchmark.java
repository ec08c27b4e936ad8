// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sedna.client.rpc.ByteBufTransport;
import io.sedna.daemon.server.HotCodec;
import io.sedna.thrift.generated.ReadResult;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.generated.VersionedValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializable;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The daemon's codec of frequent calls beside the generated code: reading a call, and writing its
 * answer, of a get of one key and of 16 keys; keys of 16 bytes, values of 100.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class CodecBenchmark {
  private static final int KEYS = 16;
  private static final int KEY_BYTES = 16;
  private static final int VALUE_BYTES = 100;
  private static final int ANSWER_BYTES = 8192;
  private static final long TIMESTAMP = 1L << 56;
  private static final String TABLE = "bench.compare";

  private final HotCodec hot = new HotCodec();
  private ByteBuf getCall;
  private ByteBuf multiGetCall;
  private ByteBuf value;
  private ByteBuf out;
  private ByteBufTransport in;
  private TProtocol reader;
  private TProtocol writer;
  private Sedna.readLatest_result getResult;
  private Sedna.multiGet_result multiGetResult;

  /** Makes the calls and the answers. */
  @Setup
  public void make() throws TException {
    var key = ByteBuffer.wrap(new byte[KEY_BYTES]);
    var keys = new ArrayList<ByteBuffer>();
    var results = new ArrayList<ReadResult>();
    for (int i = 0; i < KEYS; i++) {
      keys.add(key.duplicate());
      results.add(read());
    }
    getCall = call("readLatest", new Sedna.readLatest_args(0, TABLE, key));
    multiGetCall = call("multiGet", new Sedna.multiGet_args(0, TABLE, keys));
    getResult = new Sedna.readLatest_result();
    getResult.setSuccess(read());
    multiGetResult = new Sedna.multiGet_result();
    multiGetResult.setSuccess(results);
    value = Unpooled.directBuffer(VALUE_BYTES).writeZero(VALUE_BYTES);
    out = Unpooled.directBuffer(ANSWER_BYTES);
    in = new ByteBufTransport(getCall);
    reader = in.strictBinaryProtocol();
    writer = new ByteBufTransport(out).strictBinaryProtocol();
  }

  private static ReadResult read() {
    return new ReadResult()
        .setValue(
            new VersionedValue()
                .setValue(new byte[VALUE_BYTES])
                .setTimestamp(TIMESTAMP)
                .setSource(1));
  }

  private static ByteBuf call(String method, TSerializable arguments) throws TException {
    ByteBuf call = Unpooled.directBuffer();
    var protocol = new ByteBufTransport(call).strictBinaryProtocol();
    protocol.writeMessageBegin(new TMessage(method, TMessageType.CALL, 1));
    arguments.write(protocol);
    return call;
  }

  private TBase<?, ?> readGenerated(ByteBuf call, TBase<?, ?> arguments) throws TException {
    in.reset(call.readerIndex(0));
    reader.readMessageBegin();
    arguments.read(reader);
    return arguments;
  }

  private int writeGenerated(String method, TSerializable result) throws TException {
    out.clear().writeInt(0);
    writer.writeMessageBegin(new TMessage(method, TMessageType.REPLY, 1));
    result.write(writer);
    out.setInt(0, out.readableBytes() - Integer.BYTES);
    return out.readableBytes();
  }

  @Benchmark
  public int readGetHot() {
    return hot.read(getCall.memoryAddress(), getCall.writerIndex());
  }

  @Benchmark
  public Object readGetGenerated() throws TException {
    return readGenerated(getCall, new Sedna.readLatest_args());
  }

  @Benchmark
  public int readMultiGetHot() {
    return hot.read(multiGetCall.memoryAddress(), multiGetCall.writerIndex());
  }

  @Benchmark
  public Object readMultiGetGenerated() throws TException {
    return readGenerated(multiGetCall, new Sedna.multiGet_args());
  }

  @Benchmark
  public int answerGetHot() {
    return hot.answerRead(1, value.memoryAddress(), VALUE_BYTES, TIMESTAMP);
  }

  @Benchmark
  public int answerGetGenerated() throws TException {
    return writeGenerated("readLatest", getResult);
  }

  @Benchmark
  public int answerMultiGetHot() {
    return hot.answerReads(1, KEYS, value.memoryAddress(), VALUE_BYTES, TIMESTAMP);
  }

  @Benchmark
  public int answerMultiGetGenerated() throws TException {
    return writeGenerated("multiGet", multiGetResult);
  }

  /** What both write must be equal; a benchmark that compares other things is none. */
  List<Integer> answerBytes() throws TException {
    return List.of(
        answerGetHot(),
        answerGetGenerated() - Integer.BYTES,
        answerMultiGetHot(),
        answerMultiGetGenerated() - Integer.BYTES);
  }
}
