// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.common.snapshot.SnapshotDirectory;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.common.snapshot.SnapshotFileWriter;
import io.sedna.common.snapshot.SnapshotManifest;
import io.sedna.common.snapshot.SnapshotPart;
import io.sedna.common.snapshot.SnapshotRecord;
import io.sedna.hadoop.mapreduce.SednaCounter;
import io.sedna.hadoop.snapshot.SednaSnapshotInputFormat;
import io.sedna.hadoop.tools.CountRecords;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Snapshots as input of jobs in containers, with no daemon anywhere. */
public class SnapshotMapReduceIT {
  private static final TableName TABLE = TableName.parse("shop.prices");
  private static final int FILES = 8;
  private static final int RECORDS_A_FILE = 500;

  @ClassRule public static final TemporaryFolder FOLDER = new TemporaryFolder();

  @Test
  public void shouldReadASnapshotInContainersThatHaveNothingOfSedna() throws Exception {
    try (var hadoop = MiniHadoopCluster.builder(FOLDER.getRoot().toPath()).datanodes(2).start()) {
      var directory = new SnapshotDirectory(hadoop.fileSystem(), new Path("/snapshots"));
      write(directory);
      var conf = hadoop.configuration();
      // A few files a split.
      conf.setLong(SednaSnapshotInputFormat.SPLIT_BYTES, 40_000);

      var job = CountRecords.snapshotJob(conf, directory.pathOf("snap"), TABLE.toString());

      assertThat(job.waitForCompletion(true)).as("%s", job.getStatus()).isTrue();
      var counters = job.getCounters();
      assertThat(counters.findCounter(SednaCounter.RECORDS_READ).getValue())
          .isEqualTo(FILES * RECORDS_A_FILE);
      assertThat(counters.findCounter(SednaCounter.BYTES_READ).getValue())
          .isEqualTo(FILES * RECORDS_A_FILE * 24L);
    }
  }

  private static void write(SnapshotDirectory directory) {
    var unfinished = directory.begin("snap");
    var files = new ArrayList<SnapshotFile>();
    for (int p = 0; p < FILES; p++) {
      var writer =
          SnapshotFileWriter.create(
              directory.fileSystem(), unfinished, SnapshotPart.of(TABLE, p, p, p));
      for (int i = 0; i < RECORDS_A_FILE; i++) {
        var key = String.format("key-%02d-%05d", p, i).getBytes(UTF_8);
        var value = String.format("%012d", i * 7_919L).getBytes(UTF_8);
        writer.append(new SnapshotRecord(key, value, 1, 0, 0));
      }
      files.add(writer.finish());
    }
    directory.commit(
        unfinished,
        new SnapshotManifest(
            SnapshotManifest.FORMAT_VERSION,
            "test",
            "snap",
            1,
            false,
            FILES,
            List.of(new Table(1, TableSchema.of(TABLE, 3), false, 1)),
            files));
  }
}
