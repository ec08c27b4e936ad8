// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.wire.RequestId;
import io.sedna.client.wire.WriteArguments;
import io.sedna.common.conf.HostPort;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.Sedna;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The three kinds of batches. */
final class TableBatches {
  /** What Thrift adds to an entry, about. */
  private static final int ENTRY_OVERHEAD_BYTES = 40;

  private final ClientCore core;
  private final String name;
  private final byte[] utf8Name;

  TableBatches(ClientCore core, String name) {
    this.core = core;
    this.name = name;
    this.utf8Name = name.getBytes(StandardCharsets.UTF_8);
  }

  CompletableFuture<List<ReadResult>> get(
      TableCache.Entry entry, List<byte[]> keys, Consistency consistency) {
    return new BatchCall<>(core, new Gets(entry, keys, consistency)).run();
  }

  CompletableFuture<List<WriteResult>> put(
      TableCache.Entry entry, List<PutEntry> entries, WriteOptions options) {
    if (entry.isStrong()) {
      return putByNumber(entry, entries, options);
    }
    long[] stamps = new long[entries.size()];
    for (int i = 0; i < stamps.length; i++) {
      long given = entries.get(i).timestamp();
      stamps[i] = TableWrites.stamp(core, entry, given != 0 ? given : options.timestamp());
    }
    var batch = new BatchCall<>(core, new Puts(entry, entries, stamps, options));
    return batch
        .run()
        .thenCompose(
            results ->
                lookUp(
                    entry,
                    results,
                    batch.mayBeDone(),
                    i -> entries.get(i).key(),
                    (i, read) ->
                        read.value()
                            .filter(v -> TableWrites.isVersion(v, stamps[i], options.source()))
                            .isPresent()));
  }

  /**
   * Parts of a batch overtake one another, and nothing but the order in which they come orders
   * writes of a strong table. So of entries of one key only the last is sent.
   */
  private CompletableFuture<List<WriteResult>> putByNumber(
      TableCache.Entry entry, List<PutEntry> entries, WriteOptions options) {
    var places = new LinkedHashMap<ByteBuffer, Integer>();
    int[] place = new int[entries.size()];
    var last = new ArrayList<PutEntry>(entries.size());
    for (int i = 0; i < place.length; i++) {
      Integer known = places.putIfAbsent(ByteBuffer.wrap(entries.get(i).key()), last.size());
      place[i] = known != null ? known : last.size();
      if (known == null) {
        last.add(entries.get(i));
      } else {
        last.set(known, entries.get(i));
      }
    }
    long[] stamps = last.stream().mapToLong(PutEntry::timestamp).toArray();
    CompletableFuture<List<WriteResult>> put =
        new BatchCall<>(core, new Puts(entry, last, stamps, options)).run();
    return last.size() == place.length
        ? put
        : put.thenApply(results -> IntStream.of(place).mapToObj(results::get).toList());
  }

  CompletableFuture<List<WriteResult>> delete(
      TableCache.Entry entry, List<byte[]> keys, WriteOptions options) {
    long stamp = TableWrites.stamp(core, entry, options.timestamp());
    var batch = new BatchCall<>(core, new Deletes(entry, keys, stamp, options));
    return batch
        .run()
        .thenCompose(
            results ->
                lookUp(
                    entry,
                    results,
                    batch.mayBeDone(),
                    keys::get,
                    (i, read) -> read.error().isEmpty() && read.value().isEmpty()));
  }

  private interface Stands {
    boolean test(int index, ReadResult read);
  }

  /** Entries that were OUTDATED after an answer was lost are OK if they are what stands there. */
  private CompletableFuture<List<WriteResult>> lookUp(
      TableCache.Entry entry,
      List<WriteResult> results,
      BitSet mayBeDone,
      IntFunction<byte[]> key,
      Stands stands) {
    if (mayBeDone.isEmpty() || entry.isStrong()) {
      return CompletableFuture.completedFuture(results);
    }
    int[] doubtful =
        mayBeDone.stream().filter(i -> results.get(i).status() == WriteStatus.OUTDATED).toArray();
    if (doubtful.length == 0) {
      return CompletableFuture.completedFuture(results);
    }
    return get(entry, Arrays.stream(doubtful).mapToObj(key).toList(), Consistency.TABLE)
        .thenApply(
            reads -> {
              for (int i = 0; i < doubtful.length; i++) {
                int index = doubtful[i];
                if (stands.test(index, reads.get(i))) {
                  results.set(
                      index, new WriteResult(WriteStatus.OK, results.get(index).timestamp()));
                }
              }
              return results;
            });
  }

  private static long[] hashes(TableCache.Entry entry, int size, IntFunction<byte[]> key) {
    long[] hashes = new long[size];
    for (int i = 0; i < size; i++) {
      hashes[i] = entry.hash().hash(key.apply(i));
    }
    return hashes;
  }

  private static List<ByteBuffer> buffers(List<byte[]> keys, int[] indices) {
    var part = new ArrayList<ByteBuffer>(indices.length);
    for (int index : indices) {
      part.add(ByteBuffer.wrap(keys.get(index)));
    }
    return part;
  }

  /** What all kinds have in common. */
  private abstract static class Keyed<R> implements BatchCall.Kind<R> {
    private final long[] hashes;
    private final boolean strong;

    Keyed(TableCache.Entry entry, int size, IntFunction<byte[]> key) {
      this.hashes = hashes(entry, size, key);
      this.strong = entry.isStrong();
    }

    @Override
    public final int size() {
      return hashes.length;
    }

    @Override
    public final long hash(int index) {
      return hashes[index];
    }

    @Override
    public final boolean isStrong() {
      return strong;
    }
  }

  private final class Gets extends Keyed<ReadResult> {
    private final List<byte[]> keys;
    private final Consistency consistency;

    Gets(TableCache.Entry entry, List<byte[]> keys, Consistency consistency) {
      super(entry, keys.size(), keys::get);
      this.keys = keys;
      this.consistency = consistency;
    }

    @Override
    public int bytes(int index) {
      return keys.get(index).length + ENTRY_OVERHEAD_BYTES;
    }

    @Override
    public CompletableFuture<List<ReadResult>> send(
        HostPort to, long epoch, int[] indices, long timeoutMs) {
      if (!consistency.equals(Consistency.TABLE)) {
        return core.calls()
            .call(
                to,
                "multiGetWith",
                new Sedna.multiGetWith_args(
                    epoch, name, buffers(keys, indices), Values.options(consistency)),
                Sedna.multiGetWith_result::new,
                result -> result.getSuccess().stream().map(this::read).toList(),
                timeoutMs);
      }
      return new PartCall<ReadResult>(core, utf8Name, to, epoch, indices, timeoutMs) {
        @Override
        public byte[] key(int index) {
          return keys.get(indices[index]);
        }

        @Override
        public void value(int index, byte[] value, long timestamp, int source, long expiresAtMs) {
          core.clock().observe(timestamp);
          set(
              index,
              ReadResult.of(
                  Optional.of(new VersionedValue(value, timestamp, source, expiresAtMs))));
        }

        @Override
        public void absent(int index) {
          set(index, ReadResult.of(Optional.empty()));
        }

        @Override
        public void failed(int index, SednaException e) {
          set(index, ReadResult.failed(e));
        }
      }.start();
    }

    private ReadResult read(io.sedna.thrift.generated.ReadResult answer) {
      ReadResult result = Values.read(answer);
      result.value().ifPresent(version -> core.clock().observe(version.timestamp()));
      return result;
    }

    @Override
    public SednaException error(ReadResult result) {
      return result.error().orElse(null);
    }

    @Override
    public ReadResult failed(SednaException e) {
      return ReadResult.failed(e);
    }
  }

  private abstract class Writes extends Keyed<WriteResult> {
    private final BatchNumbers numbers;

    Writes(TableCache.Entry entry, int size, IntFunction<byte[]> key) {
      super(entry, size, key);
      this.numbers = entry.isStrong() ? new BatchNumbers(core.requests(), size) : null;
    }

    @Override
    public final BatchNumbers numbers() {
      return numbers;
    }

    /** Null: the table knows writes again by their timestamps. */
    final RequestId request(int[] indices) {
      return numbers == null ? null : numbers.of(indices);
    }

    @Override
    public SednaException error(WriteResult result) {
      return result.error().orElse(null);
    }

    @Override
    public WriteResult failed(SednaException e) {
      return WriteResult.failed(e);
    }
  }

  private final class Puts extends Writes {
    private final List<PutEntry> entries;
    private final long[] stamps;
    private final WriteOptions options;

    Puts(TableCache.Entry entry, List<PutEntry> entries, long[] stamps, WriteOptions options) {
      super(entry, entries.size(), i -> entries.get(i).key());
      this.entries = entries;
      this.stamps = stamps;
      this.options = options;
    }

    @Override
    public int bytes(int index) {
      PutEntry entry = entries.get(index);
      return entry.key().length + entry.value().length + ENTRY_OVERHEAD_BYTES;
    }

    @Override
    public CompletableFuture<List<WriteResult>> send(
        HostPort to, long epoch, int[] indices, long timeoutMs) {
      WriteArguments arguments = Values.arguments(options).withRequestId(request(indices));
      return new PartCall<WriteResult>(core, utf8Name, to, epoch, indices, timeoutMs) {
        @Override
        public WriteArguments writes() {
          return arguments;
        }

        @Override
        public byte[] key(int index) {
          return entries.get(indices[index]).key();
        }

        @Override
        public byte[] value(int index) {
          return entries.get(indices[index]).value();
        }

        @Override
        public long stamp(int index) {
          return stamps[indices[index]];
        }

        @Override
        public long ttlMs(int index) {
          return entries.get(indices[index]).ttlMs();
        }

        @Override
        public void written(int index, int status, long timestamp) {
          core.clock().observe(timestamp);
          set(index, new WriteResult(Values.status(status), timestamp));
        }

        @Override
        public void failed(int index, SednaException e) {
          set(index, WriteResult.failed(e));
        }
      }.start();
    }
  }

  private final class Deletes extends Writes {
    private final List<byte[]> keys;
    private final long stamp;
    private final WriteOptions options;

    Deletes(TableCache.Entry entry, List<byte[]> keys, long stamp, WriteOptions options) {
      super(entry, keys.size(), keys::get);
      this.keys = keys;
      this.stamp = stamp;
      this.options = options;
    }

    @Override
    public int bytes(int index) {
      return keys.get(index).length + ENTRY_OVERHEAD_BYTES;
    }

    @Override
    public CompletableFuture<List<WriteResult>> send(
        HostPort to, long epoch, int[] indices, long timeoutMs) {
      return core.calls()
          .call(
              to,
              "multiDelete",
              new Sedna.multiDelete_args(
                  epoch,
                  name,
                  buffers(keys, indices),
                  Values.options(options, stamp, request(indices))),
              Sedna.multiDelete_result::new,
              result -> result.getSuccess().stream().map(Values::write).toList(),
              timeoutMs);
    }
  }
}
