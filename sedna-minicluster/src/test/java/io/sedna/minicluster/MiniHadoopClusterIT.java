// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IntWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.map.TokenCounterMapper;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.hadoop.mapreduce.lib.reduce.IntSumReducer;
import org.apache.hadoop.yarn.api.records.NodeState;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class MiniHadoopClusterIT {
  @ClassRule public static final TemporaryFolder FOLDER = new TemporaryFolder();
  private static MiniHadoopCluster hadoop;

  @BeforeClass
  public static void start() throws Exception {
    hadoop =
        MiniHadoopCluster.builder(FOLDER.getRoot().toPath())
            .datanodes(3)
            .racks("/rack-a", "/rack-a", "/rack-b")
            .nodeManagers(2)
            .start();
  }

  @AfterClass
  public static void stop() {
    if (hadoop != null) {
      hadoop.close();
    }
  }

  @Test
  public void shouldPlaceBlocksOnBothRacks() throws Exception {
    var fs = hadoop.fileSystem();
    var file = new Path("/racks/file");

    write(file, "some bytes");

    // The name node has promised one copy; it hears of the others a moment later.
    var topology = fs.getFileBlockLocations(file, 0, 1)[0].getTopologyPaths();
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (topology.length < 3 && System.nanoTime() < deadlineNs) {
      TimeUnit.MILLISECONDS.sleep(50);
      topology = fs.getFileBlockLocations(file, 0, 1)[0].getTopologyPaths();
    }
    assertThat(topology).hasSize(3);
    assertThat(topology).anyMatch(path -> path.startsWith("/rack-a/"));
    assertThat(topology).anyMatch(path -> path.startsWith("/rack-b/"));
  }

  @Test
  public void shouldHaveEveryNodeManagerRunning() throws Exception {
    try (var yarn = YarnClient.createYarnClient()) {
      yarn.init(hadoop.configuration());
      yarn.start();

      var nodes = yarn.getNodeReports(NodeState.RUNNING);

      assertThat(nodes).hasSize(2);
      assertThat(nodes).allMatch(node -> node.getCapability().getMemorySize() == 4096);
    }
  }

  @Test
  public void shouldRunMapReduceWithShuffle() throws Exception {
    write(new Path("/count/in/a.txt"), "one two two\nthree three three\n");
    var output = new Path("/count/out");
    var job = Job.getInstance(hadoop.configuration(), "words");
    job.setMapperClass(TokenCounterMapper.class);
    job.setReducerClass(IntSumReducer.class);
    job.setOutputKeyClass(Text.class);
    job.setOutputValueClass(IntWritable.class);
    job.setNumReduceTasks(1);
    FileInputFormat.addInputPath(job, new Path("/count/in"));
    FileOutputFormat.setOutputPath(job, output);

    assertThat(job.waitForCompletion(true)).as(job.getStatus().getFailureInfo()).isTrue();

    try (var in = hadoop.fileSystem().open(new Path(output, "part-r-00000"))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("one\t1\nthree\t3\ntwo\t2\n");
    }
  }

  private static void write(Path path, String text) throws Exception {
    try (var out = hadoop.fileSystem().create(path)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
