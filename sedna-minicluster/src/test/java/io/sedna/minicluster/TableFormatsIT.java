// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.client.PutEntry;
import io.sedna.client.ScanSpec;
import io.sedna.common.conf.ClientConfig;
import io.sedna.common.conf.MapReduceConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.hadoop.mapreduce.SednaInputFormat;
import io.sedna.hadoop.mapreduce.SednaOutputFormat;
import io.sedna.hadoop.mapreduce.SednaRecord;
import io.sedna.hadoop.snapshot.SednaSnapshotInputFormat;
import io.sedna.thrift.generated.SnapshotRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.InputFormat;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TestName;

/** The formats over real daemons, driven as a task would drive them. */
public class TableFormatsIT {
  private static final int RECORDS = 3_000;

  private static MiniSednaCluster sedna;

  @Rule public final TestName test = new TestName();

  @BeforeClass
  public static void start() throws Exception {
    sedna = MiniSednaCluster.builder().daemons(3).partitions(32).start();
  }

  @AfterClass
  public static void stop() {
    if (sedna != null) {
      sedna.close();
    }
  }

  @Test
  public void shouldReadEachRecordOnceWhileADaemonDiesInMidScan() throws Exception {
    var table = createTable();
    var expected = fill(table);
    var conf = sedna.configuration();
    SednaInputFormat.setTable(conf, table);
    // Small batches, so that most of them are fetched after the death.
    conf.setInt(MapReduceConfig.SCAN_BATCH_BYTES, 512);
    conf.setInt(MapReduceConfig.SPLITS_PER_DAEMON, 1);
    var format = new SednaInputFormat();
    var job = Job.getInstance(conf);
    var splits = format.getSplits(job);
    var found = new TreeMap<String, SednaRecord>();

    try {
      for (int i = 0; i < splits.size(); i++) {
        var context = context(job.getConfiguration(), i, 0);
        try (var reader = format.createRecordReader(splits.get(i), context)) {
          reader.initialize(splits.get(i), context);
          for (int read = 0; reader.nextKeyValue(); read++) {
            if (i == 0 && read == 100) {
              sedna.killDaemon(0);
            }
            put(found, reader.getCurrentKey(), reader.getCurrentValue());
          }
        }
      }
    } finally {
      sedna.startDaemon(0);
      sedna.awaitComplete(Duration.ofSeconds(60));
    }

    assertThat(values(found)).isEqualTo(expected);
  }

  @Test
  public void shouldWriteTheSameFromSpeculativeTwinsAndRetries() throws Exception {
    var table = createTable();
    var format = new SednaOutputFormat();
    var job = outputJob(table);
    format.checkOutputSpecs(job);
    long timestamp = job.getConfiguration().getLong(SednaOutputFormat.TIMESTAMP, 0);
    var together = new CountDownLatch(2);
    Callable<Void> attempt =
        () -> {
          together.countDown();
          assertThat(together.await(30, TimeUnit.SECONDS)).isTrue();
          write(format, job.getConfiguration(), 0, RECORDS);
          return null;
        };

    var threads = Executors.newFixedThreadPool(2);
    try {
      for (var ended : threads.invokeAll(List.of(attempt, attempt))) {
        ended.get();
      }
    } finally {
      threads.shutdown();
    }
    // And one that fails half-way, then a whole one.
    write(format, job.getConfiguration(), 2, RECORDS / 2);
    write(format, job.getConfiguration(), 3, RECORDS);

    var seen = new TreeMap<String, Long>();
    sedna
        .client()
        .table(table)
        .scanAll(ScanSpec.all())
        .forEach(
            record -> {
              var key = new String(record.key(), UTF_8);
              assertThat(new String(record.value(), UTF_8)).isEqualTo("value of " + key);
              seen.put(key, record.timestamp());
            });
    assertThat(seen).hasSize(RECORDS);
    for (int i = 0; i < RECORDS; i++) {
      assertThat(seen).containsEntry("key-" + i, timestamp + i);
    }
  }

  @Test
  public void shouldWriteOnWhileADaemonDies() throws Exception {
    var table = createTable();
    var format = new SednaOutputFormat();
    var job = outputJob(table);
    job.getConfiguration().setInt(MapReduceConfig.WRITE_BATCH_RECORDS, 50);
    format.checkOutputSpecs(job);
    var context = context(job.getConfiguration(), 0, 0);
    var writer = format.getRecordWriter(context);

    try {
      for (int i = 0; i < RECORDS; i++) {
        if (i == RECORDS / 2) {
          sedna.killDaemon(1);
        }
        writer.write(new Text("key-" + i), new Text("value"));
      }
      writer.close(context);
    } finally {
      sedna.startDaemon(1);
      sedna.awaitComplete(Duration.ofSeconds(60));
    }

    assertThat(sedna.client().table(table).scanAll(ScanSpec.all())).hasSize(RECORDS);
  }

  @Test
  public void shouldReadFromASnapshotWhatTheTableHolds() throws Exception {
    var table = createTable();
    fill(table);
    sedna.client().table(table).delete("key-5".getBytes(UTF_8));
    var conf = sedna.configuration();
    SednaInputFormat.setTable(conf, table);
    var admin = sedna.client().admin();
    var request = new SnapshotRequest();
    request.setName("formats");
    request.setTables(List.of(table));

    admin.awaitOperation(admin.snapshot(request).getId(), Duration.ofSeconds(60));

    var info =
        admin.listSnapshots().stream()
            .filter(snapshot -> snapshot.getName().equals("formats"))
            .findFirst()
            .orElseThrow();
    SednaSnapshotInputFormat.setSnapshot(conf, new Path(info.getPath()), null);
    var ofSnapshot = read(new SednaSnapshotInputFormat(), conf);
    assertThat(ofSnapshot).hasSize(RECORDS - 1).isEqualTo(read(new SednaInputFormat(), conf));
  }

  @Test
  public void shouldRefuseAMissingTableAtSubmission() throws Exception {
    var output = outputJob("mr.missing");
    assertThatThrownBy(() -> new SednaOutputFormat().checkOutputSpecs(output))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND))
        .hasMessageContaining("mr.missing");

    var conf = sedna.configuration();
    SednaInputFormat.setTable(conf, "mr.missing");
    var input = Job.getInstance(conf);
    assertThatThrownBy(() -> new SednaInputFormat().getSplits(input))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND));
  }

  @Test
  public void shouldNameTheInstanceThatCannotBeReached() throws Exception {
    var conf = new Configuration();
    conf.set(ClientConfig.BOOTSTRAP, "127.0.0.1:1");
    conf.setLong(ClientConfig.DEADLINE_MS, 500);
    SednaOutputFormat.setTable(conf, "mr.any");
    var job = Job.getInstance(conf);

    assertThatThrownBy(() -> new SednaOutputFormat().checkOutputSpecs(job))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("127.0.0.1:1");
  }

  private String createTable() {
    var table = "mr." + test.getMethodName();
    sedna.client().admin().createTable(table);
    return table;
  }

  private static Map<String, String> fill(String table) {
    var expected = new TreeMap<String, String>();
    var entries = new ArrayList<PutEntry>();
    for (int i = 0; i < RECORDS; i++) {
      expected.put("key-" + i, "value-" + i);
      entries.add(new PutEntry(("key-" + i).getBytes(UTF_8), ("value-" + i).getBytes(UTF_8)));
    }
    sedna.client().table(table).multiPut(entries).forEach(result -> result.orThrow());
    return expected;
  }

  private static Job outputJob(String table) throws Exception {
    var conf = sedna.configuration();
    SednaOutputFormat.setTable(conf, table);
    return Job.getInstance(conf);
  }

  private static void write(SednaOutputFormat format, Configuration conf, int attempt, int count)
      throws Exception {
    var context = context(conf, 0, attempt);
    var writer = format.getRecordWriter(context);
    for (int i = 0; i < count; i++) {
      writer.write(new Text("key-" + i), new Text("value of key-" + i));
    }
    writer.close(context);
  }

  private static Map<String, SednaRecord> read(
      InputFormat<BytesWritable, SednaRecord> format, Configuration conf) throws Exception {
    var job = Job.getInstance(conf);
    var records = new TreeMap<String, SednaRecord>();
    for (var split : format.getSplits(job)) {
      var context = context(job.getConfiguration(), 0, 0);
      try (var reader = format.createRecordReader(split, context)) {
        reader.initialize(split, context);
        while (reader.nextKeyValue()) {
          put(records, reader.getCurrentKey(), reader.getCurrentValue());
        }
      }
    }
    return records;
  }

  private static void put(Map<String, SednaRecord> records, BytesWritable key, SednaRecord value) {
    var copy =
        new SednaRecord(value.value(), value.timestamp(), value.source(), value.expiresAtMs());
    var before = records.put(new String(key.copyBytes(), UTF_8), copy);
    assertThat(before).as("read twice").isNull();
  }

  private static Map<String, String> values(Map<String, SednaRecord> records) {
    var values = new TreeMap<String, String>();
    records.forEach((key, record) -> values.put(key, new String(record.value(), UTF_8)));
    return values;
  }

  private static TaskAttemptContext context(Configuration conf, int task, int attempt) {
    var taskId = new TaskID("test", 1, TaskType.MAP, task);
    return new TaskAttemptContextImpl(conf, new TaskAttemptID(taskId, attempt));
  }
}
