// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.client.SednaClient;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.TableName;
import io.sedna.common.time.HybridClock;
import io.sedna.common.time.WallClock;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.BinaryComparable;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.OutputCommitter;
import org.apache.hadoop.mapreduce.OutputFormat;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;

/**
 * A table as output. Keys are {@link org.apache.hadoop.io.BytesWritable} or {@link
 * org.apache.hadoop.io.Text}. Values are the same, or {@link SednaRecord} where version or time to
 * live matter, or {@link org.apache.hadoop.io.NullWritable}, which deletes the key.
 *
 * <p><b>Retries and speculative twins.</b> Tasks write as they run, not when they commit. That is
 * safe because every version is fixed when the job is submitted: the n-th record that a task writes
 * has the timestamp of the submission plus n, whichever attempt writes it. So a task that gives the
 * same records in the same order again writes the very same versions, which changes nothing; where
 * a task writes a key twice, the later record wins; and a job that is submitted later wins over the
 * whole of one that ended before. What cannot be undone is a record that only a failed attempt
 * wrote, because the task is not deterministic. If the job fails, what its tasks wrote stays.
 *
 * <p>Records are written in batches, several under way at once. An error fails the task at the next
 * record or at its end, and no task succeeds before all its records are acknowledged by W replicas.
 * Writes that find a newer version in the table change nothing and are counted as {@link
 * SednaCounter#RECORDS_OUTDATED}.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public class SednaOutputFormat extends OutputFormat<BinaryComparable, Writable> {
  /** Table to write, as dataset.table. */
  public static final String TABLE = "sedna.mapreduce.output.table";

  /**
   * Hybrid logical timestamp of the job's writes. Set at submission to the submitter's clock;
   * another may be set by hand, for example to let a job's records lose against newer ones.
   */
  public static final String TIMESTAMP = "sedna.mapreduce.output.timestamp";

  /**
   * Daemons of the instance to write, as host:port separated by commas. Set at submission; to be
   * set by hand only where a job reads one instance and writes another.
   */
  public static final String BOOTSTRAP = "sedna.mapreduce.output.bootstrap";

  public SednaOutputFormat() {}

  /**
   * Sets the table to write.
   *
   * @throws SednaException with {@link ErrorCode#INVALID_NAME}
   */
  public static void setTable(Configuration conf, String table) {
    conf.set(TABLE, TableName.parse(table).toString());
  }

  /**
   * Asks the instance for the table, and fixes the job's timestamp.
   *
   * @throws SednaException with {@link ErrorCode#INVALID_ARGUMENT} if the job names no table, with
   *     {@link ErrorCode#TABLE_NOT_FOUND}, or with the error that tells why the instance cannot be
   *     reached
   */
  @Override
  public void checkOutputSpecs(JobContext context) {
    var conf = context.getConfiguration();
    var table = requiredTable(conf);
    try (var client = connect(conf)) {
      client.admin().describeTable(table);
      JobClients.pinAddresses(conf, BOOTSTRAP, client);
    }
    if (conf.getLong(TIMESTAMP, 0) <= 0) {
      conf.setLong(TIMESTAMP, HybridClock.ofMillis(WallClock.system().millis()));
    }
  }

  @Override
  public RecordWriter<BinaryComparable, Writable> getRecordWriter(TaskAttemptContext context) {
    var conf = context.getConfiguration();
    var table = requiredTable(conf);
    long timestamp = conf.getLong(TIMESTAMP, 0);
    if (timestamp <= 0) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "the job has no timestamp, so that a retry would not write what the first attempt did:"
              + " submit it through checkOutputSpecs or set "
              + TIMESTAMP);
    }
    return new TableRecordWriter(connect(conf), table, timestamp, context);
  }

  /** One that has nothing to do: what is written is there. */
  @Override
  public OutputCommitter getOutputCommitter(TaskAttemptContext context) {
    return new NothingToCommit();
  }

  /** A client of the instance that holds the table; the caller closes it. */
  SednaClient connect(Configuration conf) {
    return JobClients.connect(conf, BOOTSTRAP);
  }

  private static String requiredTable(Configuration conf) {
    var table = conf.getTrimmed(TABLE, "");
    if (table.isEmpty()) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "the job names no table to write: set " + TABLE);
    }
    return TableName.parse(table).toString();
  }
}
