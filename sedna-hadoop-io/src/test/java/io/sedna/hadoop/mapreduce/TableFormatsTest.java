// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import static io.sedna.hadoop.mapreduce.FakeInstance.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.conf.MapReduceConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.time.HybridClock;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.BinaryComparable;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.IntWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class TableFormatsTest {
  private final FakeInstance instance = new FakeInstance();
  private final Configuration conf = new Configuration();
  private final SednaInputFormat input = new FakeInstance.Input();
  private final SednaOutputFormat output = new FakeInstance.Output();

  @Before
  public void setUp() {
    instance.register(conf);
    instance.create("t.in");
    instance.create("t.out");
    SednaInputFormat.setTable(conf, "t.in");
    SednaOutputFormat.setTable(conf, "t.out");
  }

  @After
  public void shouldCloseEveryClient() {
    assertThat(instance.openClients).hasValue(0);
  }

  // ------------------------------------------------------------------------------------- input

  @Test
  public void shouldReadEveryRecordOnce() throws Exception {
    var expected = fill(200);

    assertThat(readAll()).isEqualTo(expected);
  }

  @Test
  public void shouldReadOnlyKeysOfThePrefix() throws Exception {
    fill(200);
    SednaInputFormat.setKeyPrefix(conf, bytes("key-10"));

    assertThat(readAll().keySet())
        .containsExactlyInAnyOrder(
            "key-10", "key-100", "key-101", "key-102", "key-103", "key-104", "key-105", "key-106",
            "key-107", "key-108", "key-109");
  }

  @Test
  public void shouldGiveVersionsAndCountWhatItReads() throws Exception {
    instance.put("t.in", "k", "value", 4711);
    var job = Job.getInstance(conf);
    var context = context(job.getConfiguration());

    for (var split : input.getSplits(job)) {
      try (var reader = input.createRecordReader(split, context)) {
        reader.initialize(split, context);
        while (reader.nextKeyValue()) {
          assertThat(reader.getCurrentKey().copyBytes()).isEqualTo(bytes("k"));
          assertThat(reader.getCurrentValue())
              .isEqualTo(new SednaRecord(bytes("value"), 4711, 0, SednaRecord.NEVER_EXPIRES));
        }
      }
    }

    assertThat(context.getCounter(SednaCounter.RECORDS_READ).getValue()).isEqualTo(1);
    assertThat(context.getCounter(SednaCounter.BYTES_READ).getValue()).isEqualTo(6);
  }

  @Test
  public void shouldTellTasksWhereTheDaemonsAre() throws Exception {
    var job = Job.getInstance(conf);

    var splits = input.getSplits(job);

    assertThat(splits).hasSize(6);
    assertThat(splits).allMatch(split -> length(split) > 0);
    assertThat(job.getConfiguration().getStrings(SednaInputFormat.BOOTSTRAP))
        .containsExactlyInAnyOrder("host0:7720", "host1:7721", "host2:7722");
  }

  @Test
  public void shouldComeEverNearerToTheEnd() throws Exception {
    fill(300);
    var job = Job.getInstance(conf);
    var split = input.getSplits(job).get(0);
    var context = context(job.getConfiguration());

    try (var reader = input.createRecordReader(split, context)) {
      reader.initialize(split, context);
      float before = 0;
      while (reader.nextKeyValue()) {
        assertThat(reader.getProgress()).isBetween(before, 1f);
        before = reader.getProgress();
      }
      assertThat(reader.getProgress()).isEqualTo(1f);
      assertThat(before).isGreaterThan(0.5f);
    }
  }

  @Test
  public void shouldRefuseATableThatIsNotThere() throws Exception {
    SednaInputFormat.setTable(conf, "t.missing");
    var job = Job.getInstance(conf);

    assertThatThrownBy(() -> input.getSplits(job))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND));
  }

  @Test
  public void shouldRefuseAJobWithoutTable() throws Exception {
    conf.unset(SednaInputFormat.TABLE);
    var job = Job.getInstance(conf);

    assertThatThrownBy(() -> input.getSplits(job)).hasMessageContaining(SednaInputFormat.TABLE);
  }

  @Test
  public void shouldFailWhereTheTableWasReplacedSinceSubmission() throws Exception {
    fill(10);
    var job = Job.getInstance(conf);
    var split = input.getSplits(job).get(0);
    instance.create("t.in");

    assertThatThrownBy(() -> read(split, job.getConfiguration(), new TreeMap<>()))
        .hasMessageContaining("was replaced while the job ran");
  }

  @Test
  public void shouldFailTheTaskWithTheErrorOfTheScan() throws Exception {
    fill(50);
    var job = Job.getInstance(conf);
    var split = input.getSplits(job).get(0);
    var calls = new AtomicInteger();
    instance.interference =
        () ->
            calls.incrementAndGet() < 3
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(
                    new SednaException(ErrorCode.LOADING, "partition 3 is loading"));

    assertThatThrownBy(() -> read(split, job.getConfiguration(), new TreeMap<>()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("t.in")
        .hasMessageContaining("partition 3 is loading");
  }

  // ------------------------------------------------------------------------------------ output

  @Test
  public void shouldWriteBytesTextAndRecordsAndDelete() throws Exception {
    instance.put("t.out", "gone", "x", 1);
    var context = submitted();

    try (var writer = new Writer(context)) {
      writer.write(new BytesWritable(bytes("bytes")), new BytesWritable(bytes("b")));
      writer.write(new Text("text"), new Text("t"));
      writer.write(new Text("record"), new SednaRecord(bytes("r"), 99, 5, 0));
      writer.write(new Text("gone"), NullWritable.get());
    }

    assertThat(instance.contents("t.out"))
        .isEqualTo(Map.of("bytes", "b", "text", "t", "record", "r"));
    assertThat(instance.record("t.out", "record").timestamp()).isEqualTo(99);
    assertThat(instance.record("t.out", "record").source()).isEqualTo(5);
    assertThat(context.getCounter(SednaCounter.RECORDS_WRITTEN).getValue()).isEqualTo(4);
    assertThat(context.getCounter(SednaCounter.RECORDS_OUTDATED).getValue()).isZero();
  }

  @Test
  public void shouldCopyWhatTheTaskUsesAgain() throws Exception {
    var key = new BytesWritable();
    var value = new BytesWritable();

    try (var writer = new Writer(submitted())) {
      for (int i = 0; i < 5000; i++) {
        key.set(bytes("key-" + i), 0, bytes("key-" + i).length);
        value.set(bytes("v" + i), 0, bytes("v" + i).length);
        writer.write(key, value);
      }
    }

    var contents = instance.contents("t.out");
    assertThat(contents)
        .hasSize(5000)
        .containsEntry("key-0", "v0")
        .containsEntry("key-4999", "v4999");
  }

  @Test
  public void shouldWriteTheSameVersionsInEveryAttempt() throws Exception {
    var context = submitted();
    for (int attempt = 0; attempt < 2; attempt++) {
      try (var writer = new Writer(context)) {
        for (int i = 0; i < 10; i++) {
          writer.write(new Text("k" + i), new Text("v" + i));
        }
      }
    }

    long timestamp = context.getConfiguration().getLong(SednaOutputFormat.TIMESTAMP, 0);
    for (int i = 0; i < 10; i++) {
      assertThat(instance.record("t.out", "k" + i).timestamp()).isEqualTo(timestamp + i);
    }
    assertThat(context.getCounter(SednaCounter.RECORDS_OUTDATED).getValue()).isZero();
  }

  @Test
  public void shouldLetTheLastOfATasksRecordsWin() throws Exception {
    conf.setInt(MapReduceConfig.WRITE_BATCH_RECORDS, 1);

    try (var writer = new Writer(submitted())) {
      for (int i = 0; i < 100; i++) {
        writer.write(new Text("same"), new Text("v" + i));
      }
    }

    assertThat(instance.contents("t.out")).isEqualTo(Map.of("same", "v99"));
  }

  @Test
  public void shouldCountWritesThatFindNewerVersions() throws Exception {
    instance.put("t.out", "k", "newer", Long.MAX_VALUE);
    var context = submitted();

    try (var writer = new Writer(context)) {
      writer.write(new Text("k"), new Text("older"));
    }

    assertThat(instance.contents("t.out")).isEqualTo(Map.of("k", "newer"));
    assertThat(context.getCounter(SednaCounter.RECORDS_OUTDATED).getValue()).isEqualTo(1);
  }

  @Test
  public void shouldFixTheTimestampAtSubmission() throws Exception {
    long before = System.currentTimeMillis();

    var first = submitted().getConfiguration().getLong(SednaOutputFormat.TIMESTAMP, 0);

    assertThat(HybridClock.millisOf(first)).isBetween(before, System.currentTimeMillis());
    assertThat(HybridClock.counterOf(first)).isZero();
  }

  @Test
  public void shouldKeepATimestampThatWasSet() throws Exception {
    conf.setLong(SednaOutputFormat.TIMESTAMP, 42);

    assertThat(submitted().getConfiguration().getLong(SednaOutputFormat.TIMESTAMP, 0))
        .isEqualTo(42);
  }

  @Test
  public void shouldFailAtTheEndIfABatchFails() throws Exception {
    var context = submitted();
    instance.interference =
        () ->
            CompletableFuture.failedFuture(
                new SednaException(ErrorCode.OUT_OF_MEMORY, "memory full: used=9 of 9"));
    var writer = new Writer(context);
    writer.write(new Text("k"), new Text("v"));

    assertThatThrownBy(writer::close)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("t.out")
        .hasMessageContaining("OUT_OF_MEMORY")
        .hasMessageContaining("used=9 of 9");
  }

  @Test
  public void shouldFailSoonIfManyBatchesFail() throws Exception {
    conf.setInt(MapReduceConfig.WRITE_BATCH_RECORDS, 1);
    conf.setInt(MapReduceConfig.WRITE_MAX_INFLIGHT, 2);
    var context = submitted();
    instance.interference =
        () -> CompletableFuture.failedFuture(new SednaException(ErrorCode.FROZEN, "frozen"));

    try (var writer = new Writer(context)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1_000_000; i++) {
                  writer.write(new Text("k" + i), new Text("v"));
                }
              })
          .hasMessageContaining("FROZEN");
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("FROZEN");
    }
  }

  @Test
  public void shouldKeepABoundedNumberOfBatchesUnderWay() throws Exception {
    conf.setInt(MapReduceConfig.WRITE_BATCH_RECORDS, 1);
    conf.setInt(MapReduceConfig.WRITE_MAX_INFLIGHT, 3);
    var underWay = new AtomicInteger();
    var most = new AtomicInteger();
    instance.interference =
        () -> {
          most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
          return CompletableFuture.runAsync(underWay::decrementAndGet);
        };

    try (var writer = new Writer(submitted())) {
      for (int i = 0; i < 2000; i++) {
        writer.write(new Text("k" + i), new Text("v"));
      }
    }

    assertThat(most.get()).isBetween(1, 3);
    assertThat(instance.contents("t.out")).hasSize(2000);
  }

  @Test
  public void shouldRefuseWhatIsNoRecord() throws Exception {
    try (var writer = new Writer(submitted())) {
      assertThatThrownBy(() -> writer.write(new Text(""), new Text("v")))
          .isInstanceOfSatisfying(
              SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_EMPTY));
      assertThatThrownBy(() -> writer.write(new Text("k"), new IntWritable(1)))
          .hasMessageContaining("IntWritable");
    }
  }

  @Test
  public void shouldRefuseAMissingOutputTableAtSubmission() throws Exception {
    SednaOutputFormat.setTable(conf, "t.missing");
    var job = Job.getInstance(conf);

    assertThatThrownBy(() -> output.checkOutputSpecs(job))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND));
  }

  @Test
  public void shouldRefuseTasksThatWereNotSubmittedProperly() {
    assertThatThrownBy(() -> output.getRecordWriter(context(conf)))
        .hasMessageContaining(SednaOutputFormat.TIMESTAMP);
  }

  // ----------------------------------------------------------------------------------- helpers

  private final class Writer implements AutoCloseable {
    private final RecordWriter<BinaryComparable, Writable> writer;
    private final TaskAttemptContext context;

    Writer(TaskAttemptContext context) throws Exception {
      this.context = context;
      this.writer = output.getRecordWriter(context);
    }

    void write(BinaryComparable key, Writable value) throws Exception {
      writer.write(key, value);
    }

    @Override
    public void close() throws IOException {
      try {
        writer.close(context);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private TaskAttemptContext submitted() throws Exception {
    var job = Job.getInstance(conf);
    output.checkOutputSpecs(job);
    return context(job.getConfiguration());
  }

  private static TaskAttemptContext context(Configuration conf) {
    return new CountingContext(conf);
  }

  private Map<String, String> fill(int records) {
    var expected = new TreeMap<String, String>();
    for (int i = 0; i < records; i++) {
      instance.put("t.in", "key-" + i, "value-" + i, 1);
      expected.put("key-" + i, "value-" + i);
    }
    return expected;
  }

  private Map<String, String> readAll() throws Exception {
    var job = Job.getInstance(conf);
    var found = new TreeMap<String, String>();
    for (var split : input.getSplits(job)) {
      read(split, job.getConfiguration(), found);
    }
    return found;
  }

  private void read(InputSplit split, Configuration jobConf, Map<String, String> into)
      throws Exception {
    var context = context(jobConf);
    try (var reader = input.createRecordReader(split, context)) {
      reader.initialize(split, context);
      while (reader.nextKeyValue()) {
        var before =
            into.put(
                FakeInstance.text(reader.getCurrentKey().copyBytes()),
                FakeInstance.text(reader.getCurrentValue().value()));
        assertThat(before).as("read twice").isNull();
      }
    }
  }

  private static long length(InputSplit split) {
    return ((SednaInputSplit) split).getLength();
  }
}
