// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.cli.ToolProvider;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.hadoop.mapreduce.FakeInstance;
import io.sedna.hadoop.mapreduce.SednaCounter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Counter;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.util.ToolRunner;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The programs as real jobs of Hadoop's local job runner, over a fake instance. */
public class ToolJobsTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final FakeInstance instance = new FakeInstance();
  private final Configuration conf = new Configuration();

  @Before
  public void setUp() {
    instance.register(conf);
    instance.create("t.a");
    instance.create("t.b");
    conf.set("fs.defaultFS", "file:///");
    conf.set("hadoop.tmp.dir", folder.getRoot().toString());
    conf.set("mapreduce.framework.name", "local");
    conf.set("mapreduce.jobtracker.staging.root.dir", new File(folder.getRoot(), "st").toString());
    conf.setInt("mapreduce.task.io.sort.mb", 8);
    conf.setInt("mapreduce.client.completion.pollinterval", 20);
  }

  @Test
  public void shouldCountWords() throws Exception {
    write("in/one.txt", "to be or\tnot to be\n\nthat");
    write("in/deeper/two.txt", "to   question");

    var job = writing(WordCount.job(conf, inputs("in"), "t.a"));

    assertThat(instance.contents("t.a"))
        .isEqualTo(
            Map.of("to", "3", "be", "2", "or", "1", "not", "1", "that", "1", "question", "1"));
    assertThat(counter(job, SednaCounter.RECORDS_WRITTEN)).isEqualTo(6);
  }

  @Test
  public void shouldLeaveOutWordsThatAreTooLongForKeys() throws Exception {
    write("in/one.txt", "short " + "x".repeat(40_000));

    var job = writing(WordCount.job(conf, inputs("in"), "t.a"));

    assertThat(instance.contents("t.a")).isEqualTo(Map.of("short", "1"));
    assertThat(counter(job, ToolCounter.WORDS_TOO_LONG)).isEqualTo(1);
  }

  @Test
  public void shouldCountDependenciesOfPoms() throws Exception {
    for (int i = 0; i < 50; i++) {
      write("repo/g" + i + "/a/1/a-1.pom", pom("org.common:common", "org.mod:m" + i % 5));
    }
    write("repo/broken.pom", "<project>");
    write("repo/a-1.jar", "no pom");
    write("repo/a-1.pom.sha1", "0123");

    var job = writing(PomCount.job(conf, inputs("repo"), "t.a"));

    assertThat(instance.contents("t.a"))
        .hasSize(6)
        .containsEntry("org.common:common", "50")
        .containsEntry("org.mod:m3", "10");
    assertThat(counter(job, ToolCounter.POMS)).isEqualTo(51);
    assertThat(counter(job, ToolCounter.MALFORMED_POMS)).isEqualTo(1);
  }

  @Test
  public void shouldWriteTheTopRecords() throws Exception {
    for (int i = 0; i < 100; i++) {
      instance.put("t.a", "key-" + i, Integer.toString(i / 10), 1);
    }
    instance.put("t.a", "text", "many", 1);
    var output = new Path(folder.getRoot().toString(), "out");

    var job = TopRecords.job(conf, "t.a", 12, output);
    job.setInputFormatClass(FakeInstance.BytesInput.class);
    run(job);

    assertThat(lines("out/part-r-00000"))
        .containsExactly(
            "key-90\t9",
            "key-91\t9",
            "key-92\t9",
            "key-93\t9",
            "key-94\t9",
            "key-95\t9",
            "key-96\t9",
            "key-97\t9",
            "key-98\t9",
            "key-99\t9",
            "key-80\t8",
            "key-81\t8");
    assertThat(counter(job, ToolCounter.NOT_A_NUMBER)).isEqualTo(1);
  }

  @Test
  public void shouldCountRecords() throws Exception {
    for (int i = 0; i < 100; i++) {
      instance.put("t.a", String.format("%03d", i), "12345", 1);
    }

    var job = reading(CountRecords.job(conf, "t.a", new byte[0]));

    assertThat(counter(job, SednaCounter.RECORDS_READ)).isEqualTo(100);
    assertThat(counter(job, SednaCounter.BYTES_READ)).isEqualTo(800);
  }

  @Test
  public void shouldImportWhatItExportedAsText() throws Exception {
    fill();
    var output = new Path(folder.getRoot().toString(), "out");
    reading(ExportTable.job(conf, "t.a", FileFormat.TSV, false, new byte[0], output));

    writing(ImportTable.job(conf, inputs("out"), FileFormat.TSV, false, false, "t.b"));

    assertThat(instance.contents("t.b")).isEqualTo(instance.contents("t.a"));
    assertThat(instance.record("t.b", "key-7").timestamp()).isGreaterThan(1007);
  }

  @Test
  public void shouldKeepVersionsInTextIfAskedTo() throws Exception {
    fill();
    var output = new Path(folder.getRoot().toString(), "out");
    reading(ExportTable.job(conf, "t.a", FileFormat.TSV, true, new byte[0], output));
    instance.put("t.b", "key-7", "newer", 2000);

    var job = writing(ImportTable.job(conf, inputs("out"), FileFormat.TSV, true, false, "t.b"));

    assertThat(instance.record("t.b", "key-8").timestamp()).isEqualTo(1008);
    assertThat(instance.contents("t.b")).containsEntry("key-7", "newer").hasSize(51);
    assertThat(counter(job, SednaCounter.RECORDS_OUTDATED)).isEqualTo(1);
  }

  @Test
  public void shouldImportWhatItExportedAsSequenceFile() throws Exception {
    fill();
    var output = new Path(folder.getRoot().toString(), "out");
    reading(ExportTable.job(conf, "t.a", FileFormat.SEQ, false, new byte[0], output));

    writing(ImportTable.job(conf, inputs("out"), FileFormat.SEQ, true, false, "t.b"));

    assertThat(instance.contents("t.b")).isEqualTo(instance.contents("t.a"));
    assertThat(instance.record("t.b", "key-8").timestamp()).isEqualTo(1008);
  }

  @Test
  public void shouldFailOnMalformedLinesUnlessToldOtherwise() throws Exception {
    write("in/data.tsv", "good\tvalue\nbad line\nbad\\q\tescape\n");

    var strict = ImportTable.job(conf, inputs("in"), FileFormat.TSV, false, false, "t.b");
    strict.setOutputFormatClass(FakeInstance.Output.class);
    assertThat(strict.waitForCompletion(false)).isFalse();

    var lenient = writing(ImportTable.job(conf, inputs("in"), FileFormat.TSV, false, true, "t.b"));
    assertThat(instance.contents("t.b")).isEqualTo(Map.of("good", "value"));
    assertThat(counter(lenient, ToolCounter.MALFORMED_LINES)).isEqualTo(2);
  }

  @Test
  public void shouldRefuseAMissingInputAtSubmission() {
    for (var tool : List.of("wordcount", "pomcount", "import")) {
      assertThatThrownBy(() -> runTool(tool, folder.getRoot() + "/missing", "t.a"))
          .as(tool)
          .isInstanceOfSatisfying(
              SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PATH_NOT_FOUND))
          .hasMessageContaining("missing");
    }
  }

  @Test
  public void shouldRefuseAnOutputThatIsThere() {
    for (var tool : List.of("top", "export")) {
      assertThatThrownBy(() -> runTool(tool, "t.a", folder.getRoot().toString()))
          .as(tool)
          .isInstanceOfSatisfying(
              SednaException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.PATH_NOT_WRITABLE));
    }
  }

  @Test
  public void shouldRefuseIllegalTableNames() {
    assertThatThrownBy(() -> runTool("count", "nodot"))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_NAME));
  }

  @Test
  public void shouldAnswerHelpAndRefuseUnknownOptions() throws Exception {
    for (var tool : ToolProvider.all()) {
      assertThat(runTool(tool.name(), "--help")).as(tool.name()).isZero();
      assertThat(runTool(tool.name(), "--nonsense")).as(tool.name()).isEqualTo(2);
    }
  }

  @Test
  public void shouldBeFoundByTheCommandLine() {
    assertThat(ToolProvider.all())
        .extracting(ToolProvider.ToolEntry::name)
        .containsExactly("count", "export", "import", "pomcount", "top", "wordcount");
  }

  private int runTool(String name, String... arguments) throws Exception {
    var tool = ToolProvider.find(name).orElseThrow();
    return ToolRunner.run(conf, tool.factory().get(), arguments);
  }

  /** Keys and values with everything that text would break at. */
  private void fill() {
    for (int i = 0; i < 50; i++) {
      instance.put("t.a", "key-" + i, "v\t\n\\" + i + "\u00e9", 1000 + i);
    }
    instance.put("t.a", "\tkey\u0000", "", 1);
  }

  private Job reading(Job job) throws Exception {
    job.setInputFormatClass(FakeInstance.Input.class);
    return run(job);
  }

  private Job writing(Job job) throws Exception {
    job.setOutputFormatClass(FakeInstance.Output.class);
    return run(job);
  }

  private static Job run(Job job) throws Exception {
    // All is on the class path of the one process; carrying it would only take time.
    job.getConfiguration().unset("tmpjars");
    assertThat(job.waitForCompletion(false)).as("%s", job.getStatus()).isTrue();
    return job;
  }

  private static long counter(Job job, Enum<?> name) throws IOException {
    Counter counter = job.getCounters().findCounter(name);
    return counter.getValue();
  }

  private void write(String name, String content) throws IOException {
    var file = new File(folder.getRoot(), name).toPath();
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private List<Path> inputs(String... names) {
    var paths = new ArrayList<Path>();
    for (var name : names) {
      paths.add(new Path(folder.getRoot().toString(), name));
    }
    return paths;
  }

  private List<String> lines(String name) throws IOException {
    return Files.readAllLines(new File(folder.getRoot(), name).toPath(), UTF_8);
  }

  private static String pom(String... dependencies) {
    var text = new StringBuilder("<project><dependencies>");
    for (var dependency : dependencies) {
      var parts = dependency.split(":");
      text.append("<dependency><groupId>")
          .append(parts[0])
          .append("</groupId><artifactId>")
          .append(parts[1])
          .append("</artifactId></dependency>");
    }
    return text.append("</dependencies></project>").toString();
  }
}
