// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.hash.KeyHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.Test;

/**
 * That whatever several threads do to a record at once comes to what they could have done one after
 * the other to a {@link HeapPartitionStore}. Lincheck makes up the operations of the threads, runs
 * them again and again, and looks for such an order of every outcome.
 *
 * <p>Meanwhile the cleaner moves the records, and other keys come and go, so that pages of the
 * index grow and part.
 */
public class LinearizabilityTest {
  private static final int TABLE = 1;
  private static final long NOW_MS = 1000;
  private static final int ITERATIONS = Integer.getInteger("sedna.test.lincheck.iterations", 25);
  private static final int INVOCATIONS = 1000;

  /** What the threads do. Everything that they see of a record is told. */
  public abstract static class Operations {
    /** Of values; the short ones are copied in another way than the others. */
    private static final int[] LENGTHS = {40, 300, 5000};

    private static final ThreadLocal<ByteBuffer> KEY =
        ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(2 * Long.BYTES));
    private static final ThreadLocal<ByteBuffer> VALUE =
        ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(LENGTHS[LENGTHS.length - 1]));
    private static final ThreadLocal<ByteBuffer> READ =
        ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(LENGTHS[LENGTHS.length - 1]));

    private final PartitionStore store;
    private final KeyHash hash = KeyHash.ofTable(TABLE);
    private final long instance;

    Operations(PartitionStore store, long instance) {
      this.store = store;
      this.instance = instance;
    }

    private ByteBuffer key(int number) {
      return KEY.get().clear().putLong(instance).putLong(number).flip();
    }

    private long hash(ByteBuffer key) {
      return hash.hash(OffHeap.addressOf(key), key.limit());
    }

    private static byte[] array(ByteBuffer key) {
      var bytes = new byte[key.limit()];
      key.get(0, bytes);
      return bytes;
    }

    /** Tells its number in every word, so that a mixture of two is noticed. */
    private static ByteBuffer fill(ByteBuffer value, long number) {
      value.clear().limit(LENGTHS[(int) (number % LENGTHS.length)]);
      for (int i = 0; i < value.limit() / Long.BYTES; i++) {
        value.putLong(number);
      }
      return value.limit(value.position()).flip();
    }

    private static long number(ByteBuffer value) {
      long number = value.getLong(0);
      for (int i = 0; i < value.limit(); i += Long.BYTES) {
        if (value.getLong(i) != number) {
          throw new IllegalStateException(
              "torn: number=%d, at %d=%d".formatted(number, i, value.getLong(i)));
        }
      }
      int expected = LENGTHS[(int) (number % LENGTHS.length)] / Long.BYTES * Long.BYTES;
      if (value.limit() != expected) {
        throw new IllegalStateException("length of " + number + ": " + value.limit());
      }
      return number;
    }

    private static StoredVersion version(int timestamp, int source) {
      ByteBuffer value = fill(VALUE.get(), timestamp * 100L + source);
      return StoredVersion.value(timestamp, source, 0, array(value));
    }

    /** As the hot calls write. */
    @Operation
    public WriteOutcome write(
        @Param(gen = IntGen.class, conf = "1:2") int key,
        @Param(gen = IntGen.class, conf = "1:6") int timestamp) {
      ByteBuffer at = key(key);
      ByteBuffer value = fill(VALUE.get(), timestamp * 100L);
      var head = new VersionHead().set(timestamp, 0, 0, 0);
      return store.writeLatest(
          OffHeap.addressOf(at),
          at.limit(),
          hash(at),
          OffHeap.addressOf(value),
          value.limit(),
          head);
    }

    @Operation
    public WriteOutcome writeAll(
        @Param(gen = IntGen.class, conf = "1:2") int key,
        @Param(gen = IntGen.class, conf = "1:6") int timestamp,
        @Param(gen = IntGen.class, conf = "1:2") int source) {
      ByteBuffer at = key(key);
      return store.writeAll(array(at), hash(at), version(timestamp, source));
    }

    @Operation
    public WriteOutcome remove(
        @Param(gen = IntGen.class, conf = "1:2") int key,
        @Param(gen = IntGen.class, conf = "1:6") int timestamp) {
      ByteBuffer at = key(key);
      return store.remove(array(at), hash(at), StoredVersion.tombstone(timestamp, 0, 0));
    }

    /** As the hot calls read: the value's number; -1: there is none. */
    @Operation
    public long read(@Param(gen = IntGen.class, conf = "1:2") int key) {
      ByteBuffer at = key(key);
      ByteBuffer read = READ.get().clear();
      ReadTarget target =
          (length, head) -> {
            read.limit(length);
            return OffHeap.addressOf(read);
          };
      boolean found = store.readNewest(OffHeap.addressOf(at), at.limit(), hash(at), NOW_MS, target);
      return found ? number(read) : -1;
    }

    /** All versions. */
    @Operation
    public String readAll(@Param(gen = IntGen.class, conf = "1:2") int key) {
      ByteBuffer at = key(key);
      var text = new StringBuilder();
      for (StoredVersion version : store.read(array(at), hash(at)).versions()) {
        text.append(version.timestamp()).append('/').append(version.source()).append('=');
        text.append(version.tombstone() ? "none" : number(ByteBuffer.wrap(version.value())));
        text.append(' ');
      }
      return text.toString();
    }

    /** Reads and writes as one step: what was there, -1 if nothing was. */
    @Operation
    public long increment(@Param(gen = IntGen.class, conf = "1:2") int key) {
      ByteBuffer at = key(key);
      long[] before = {-1};
      WriteOutcome outcome =
          store.update(
              OffHeap.addressOf(at),
              at.limit(),
              hash(at),
              NOW_MS,
              (current, next) -> {
                ByteBuffer read = READ.get().clear();
                if (current.found()) {
                  read.limit(current.valueLength());
                  OffHeap.copy(
                      current.valueAddress(), OffHeap.addressOf(read), current.valueLength());
                }
                before[0] = current.found() ? number(read) : -1;
                ByteBuffer value = fill(VALUE.get(), Math.max(before[0], 0) + 1);
                next.head(Math.max(current.newestTimestamp(), 0) + 1, 0, 0, 0);
                next.value(OffHeap.addressOf(value), value.limit());
                return RecordUpdate.Decision.STORE;
              });
      if (outcome != WriteOutcome.OK) {
        throw new IllegalStateException("increment: " + outcome);
      }
      return before[0];
    }
  }

  private static PartitionStore heapStore() {
    return new HeapPartitionStore(
        () -> NOW_MS, 1000, MemoryBudget.unlimited(), new TableMemory(StoreOptions.STORE));
  }

  /** One after the other. */
  public static final class Specification extends Operations {
    public Specification() {
      super(heapStore(), 0);
    }
  }

  /** A store in which others are at work too. Each invocation has keys of its own. */
  public static final class OffHeapStore extends Operations {
    private static final AtomicInteger INSTANCES = new AtomicInteger();
    static final AtomicReference<Surroundings> SURROUNDINGS = new AtomicReference<>();

    public OffHeapStore() {
      this(INSTANCES.incrementAndGet());
    }

    private OffHeapStore(int instance) {
      super(SURROUNDINGS.get().store(instance), instance);
    }
  }

  /** Loses one of two increments that meet. */
  public static final class LosesIncrements extends Operations {
    public LosesIncrements() {
      super(heapStore(), 0);
    }

    @Operation
    @Override
    public long increment(@Param(gen = IntGen.class, conf = "1:2") int key) {
      long before = read(key);
      Thread.yield();
      write(key, 7 + (int) Math.max(before, 0) / 100);
      return before;
    }
  }

  /** The memory, its cleaner, and a thread that writes other keys into the store under test. */
  private static final class Surroundings implements AutoCloseable {
    /** A store is small again so often, and grows anew: pages of small stores part most often. */
    private static final int INVOCATIONS_OF_A_STORE = 5;

    private static final int OTHERS = 200_000;
    private static final int LARGEST = 60;

    private final OffHeapMemory memory =
        new OffHeapMemory(
            new OffHeapMemory.Options(
                64 << 20,
                128 << 10,
                0.9,
                0,
                () -> NOW_MS,
                1000,
                OffHeapMemory.Options.routingHash()));
    private final KeyHash hash = KeyHash.ofTable(TABLE);
    private final Thread writer = new Thread(this::write, "other keys");
    private final Thread mover = new Thread(this::move, "moves records");
    private volatile PartitionStore store = fresh();
    private volatile boolean over;
    private volatile Throwable failure;

    Surroundings() {
      memory.start("cleaner under test");
      writer.start();
      mover.start();
    }

    private PartitionStore fresh() {
      return memory.create(TABLE, 0, new TableMemory(StoreOptions.STORE));
    }

    /** Called between invocations. */
    PartitionStore store(int instance) {
      if (instance % INVOCATIONS_OF_A_STORE == 0) {
        store.close();
        store = fresh();
      }
      return store;
    }

    private void write() {
      var random = new Random(5);
      var value = new byte[LARGEST];
      long timestamp = 0;
      try {
        while (!over) {
          byte[] key = ("other " + random.nextInt(OTHERS)).getBytes(StandardCharsets.UTF_8);
          StoredVersion version =
              StoredVersion.value(++timestamp, 0, 0, Arrays.copyOf(value, random.nextInt(LARGEST)));
          WriteOutcome unused = store.writeLatest(key, hash.hash(key), version);
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }

    private void move() {
      try {
        while (!over) {
          memory.cleanNow();
          Thread.yield();
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }

    @Override
    public void close() throws InterruptedException {
      over = true;
      writer.join();
      mover.join();
      memory.close();
      assertThat(failure).isNull();
    }
  }

  private static StressOptions options() {
    return new StressOptions()
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(2)
        .actorsAfter(2)
        .invocationsPerIteration(INVOCATIONS)
        .sequentialSpecification(Specification.class);
  }

  @Test
  public void shouldDoWhatThreadsDoAtOnceAsIfOneAfterTheOther() throws InterruptedException {
    try (var surroundings = new Surroundings()) {
      OffHeapStore.SURROUNDINGS.set(surroundings);

      options().iterations(ITERATIONS).check(OffHeapStore.class);
    } finally {
      OffHeapStore.SURROUNDINGS.set(null);
    }
  }

  @Test
  public void shouldNoticeWhatNoOrderExplains() {
    assertThatThrownBy(
            () ->
                options()
                    .iterations(200)
                    .minimizeFailedScenario(false)
                    .check(LosesIncrements.class))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("Invalid execution results");
  }
}
