// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.client.ScanSpec;
import io.sedna.common.conf.ClientConfig;
import io.sedna.common.conf.MapReduceConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.hadoop.mapreduce.SednaCounter;
import io.sedna.hadoop.mapreduce.SednaMapReduceUtil;
import io.sedna.hadoop.mapreduce.SednaOutputFormat;
import io.sedna.hadoop.tools.CountRecords;
import io.sedna.hadoop.tools.TopRecords;
import io.sedna.hadoop.tools.WordCount;
import io.sedna.thrift.generated.SnapshotRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.Mapper;
import org.apache.hadoop.mapreduce.TaskCounter;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Jobs in containers of their own, which have nothing of Sedna but what the jobs carry, over real
 * daemons.
 */
public class MapReduceIT {
  private static final int LINES = 2_000;

  @ClassRule public static final TemporaryFolder FOLDER = new TemporaryFolder();

  private static MiniHadoopCluster hadoop;
  private static MiniSednaCluster sedna;

  @BeforeClass
  public static void start() throws Exception {
    hadoop = MiniHadoopCluster.builder(FOLDER.getRoot().toPath()).datanodes(2).start();
    sedna =
        MiniSednaCluster.builder()
            .daemons(3)
            .partitions(32)
            .configuration(hadoop.configuration())
            .snapshotDirectory(hadoop.fileSystem().makeQualified(new Path("/snapshots")).toUri())
            .start();
  }

  @AfterClass
  public static void stop() {
    if (sedna != null) {
      sedna.close();
    }
    if (hadoop != null) {
      hadoop.close();
    }
  }

  @Test
  public void shouldCountIntoATableAndReadItsTopAndItsSnapshotBack() throws Exception {
    createTable("mr.words");
    var text = new StringBuilder();
    for (int i = 1; i <= 40; i++) {
      text.append(("word" + i + " ").repeat(i)).append('\n');
    }
    write(new Path("/words/in/a.txt"), text.toString());
    write(new Path("/words/in/deeper/b.txt"), "word40 word39");

    var count = run(WordCount.job(conf(), List.of(new Path("/words/in")), "mr.words"));
    run(TopRecords.job(conf(), "mr.words", 3, new Path("/words/top")));

    assertThat(counter(count, SednaCounter.RECORDS_WRITTEN)).isEqualTo(40);
    assertThat(read(new Path("/words/top/part-r-00000")))
        .isEqualTo("word40\t41\nword39\t40\nword38\t38\n");
    assertThat(contents("mr.words")).hasSize(40).containsEntry("word7", "7");

    var admin = sedna.client().admin();
    var request = new SnapshotRequest();
    request.setName("words");
    request.setTables(List.of("mr.words"));
    admin.awaitOperation(admin.snapshot(request).getId(), Duration.ofSeconds(60));
    var ofSnapshot =
        run(CountRecords.snapshotJob(conf(), new Path("/snapshots/words"), "mr.words"));
    assertThat(counter(ofSnapshot, SednaCounter.RECORDS_READ)).isEqualTo(40);
  }

  @Test
  public void shouldLeaveExactResultsWhereATaskFailsAfterWriting() throws Exception {
    createTable("mr.retry");
    var lines = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      lines.append("line-").append(i).append('\n');
    }
    write(new Path("/retry/in/lines.txt"), lines.toString());
    var conf = conf();
    conf.setInt(MapReduceConfig.WRITE_BATCH_RECORDS, 100);
    var job = Job.getInstance(conf, "retry");
    FileInputFormat.addInputPath(job, new Path("/retry/in"));
    job.setMapperClass(FailingMapper.class);
    SednaMapReduceUtil.initReducerJob("mr.retry", null, job);

    run(job);

    long timestamp = job.getConfiguration().getLong(SednaOutputFormat.TIMESTAMP, 0);
    var seen = new TreeMap<String, Long>();
    for (var record : sedna.client().table("mr.retry").scanAll(ScanSpec.all())) {
      assertThat(new String(record.value(), UTF_8)).isEqualTo("written");
      seen.put(new String(record.key(), UTF_8), record.timestamp() - timestamp);
    }
    assertThat(seen).hasSize(LINES);
    for (int i = 0; i < LINES; i++) {
      assertThat(seen).containsEntry("line-" + i, (long) i);
    }
    assertThat(counter(job, SednaCounter.RECORDS_OUTDATED)).isZero();
    assertThat(counter(job, TaskCounter.MAP_INPUT_RECORDS)).isEqualTo(LINES);
  }

  @Test
  public void shouldFailAtSubmissionWithoutTheOutputTable() throws Exception {
    write(new Path("/missing/in/a.txt"), "word");
    var job = WordCount.job(conf(), List.of(new Path("/missing/in")), "mr.missing");

    assertThatThrownBy(() -> job.waitForCompletion(false))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND));
  }

  /** Writes everything, and then, the first time, fails. */
  public static final class FailingMapper extends Mapper<LongWritable, Text, Text, Text> {
    private static final Text WRITTEN = new Text("written");

    @Override
    protected void map(LongWritable offset, Text line, Context context)
        throws IOException, InterruptedException {
      context.write(line, WRITTEN);
    }

    @Override
    protected void cleanup(Context context) {
      if (context.getTaskAttemptID().getId() == 0) {
        throw new IllegalStateException("fails on purpose, after writing");
      }
    }
  }

  private static Configuration conf() {
    var conf = hadoop.configuration();
    conf.set(ClientConfig.BOOTSTRAP, sedna.addresses());
    conf.setInt(MapReduceConfig.SPLITS_PER_DAEMON, 1);
    return conf;
  }

  private static void createTable(String table) {
    sedna.client().admin().createTable(table);
  }

  private static Job run(Job job) throws Exception {
    assertThat(job.waitForCompletion(false)).as("%s", job.getStatus()).isTrue();
    return job;
  }

  private static long counter(Job job, Enum<?> name) throws IOException {
    return job.getCounters().findCounter(name).getValue();
  }

  private static Map<String, String> contents(String table) {
    var contents = new TreeMap<String, String>();
    for (var record : sedna.client().table(table).scanAll(ScanSpec.all())) {
      contents.put(new String(record.key(), UTF_8), new String(record.value(), UTF_8));
    }
    return contents;
  }

  private static void write(Path path, String text) throws IOException {
    try (var out = hadoop.fileSystem().create(path)) {
      out.write(text.getBytes(UTF_8));
    }
  }

  private static String read(Path path) throws IOException {
    try (var in = hadoop.fileSystem().open(path)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
