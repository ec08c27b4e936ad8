// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.client.PutEntry;
import io.sedna.client.SednaClient;
import io.sedna.client.WriteOptions;
import io.sedna.common.conf.ClientConfig;
import io.sedna.common.conf.MapReduceConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Limits;
import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.io.BinaryComparable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;

/**
 * Gathers a task's records into batches, and gives each its version: the job's timestamp plus the
 * number of records that the task wrote before. For one thread, as MapReduce has it.
 */
final class TableRecordWriter extends RecordWriter<BinaryComparable, Writable> {
  private final SednaClient client;
  private final String table;
  private final long jobTimestamp;
  private final int batchRecords;
  private final int batchBytes;
  private final BatchPipeline pipeline;

  private WriteBatch batch = new WriteBatch();
  private long written;

  TableRecordWriter(
      SednaClient client, String table, long jobTimestamp, TaskAttemptContext context) {
    var conf = context.getConfiguration();
    var config = MapReduceConfig.from(conf);
    var clientConfig = ClientConfig.from(conf);
    this.client = client;
    this.table = table;
    this.jobTimestamp = jobTimestamp;
    this.batchRecords = config.writeBatchRecords();
    this.batchBytes = clientConfig.batchMaxBytes();
    // The client gives each batch up after its deadline; this is for a client that does not.
    this.pipeline =
        new BatchPipeline(
            client.table(table), config.writeMaxInflight(), 2 * clientConfig.deadlineMs(), context);
  }

  /**
   * @throws IOException an earlier record could not be written
   * @throws SednaException this one is no legal record
   */
  @Override
  public void write(BinaryComparable key, Writable value) throws IOException, InterruptedException {
    Limits.checkKeyLength(key.getLength());
    try {
      long timestamp = jobTimestamp + written++;
      if (value instanceof SednaRecord record) {
        add(
            bytes(key),
            record.value(),
            record.timestamp() == SednaRecord.JOB_TIMESTAMP ? timestamp : record.timestamp(),
            record.source(),
            ttlMs(record));
      } else if (value instanceof BinaryComparable binary) {
        add(bytes(key), bytes(binary), timestamp, 0, WriteOptions.UNSET);
      } else if (value instanceof NullWritable) {
        batch.delete(bytes(key), timestamp);
      } else {
        throw new SednaException(
            ErrorCode.INVALID_ARGUMENT,
            "a value of type "
                + (value == null ? "null" : value.getClass().getName())
                + " cannot be written: BytesWritable, Text, SednaRecord and NullWritable can");
      }
      if (batch.records() >= batchRecords || batch.bytes() >= batchBytes) {
        flush();
      }
    } catch (WriteFailedException e) {
      throw failed(e);
    }
  }

  private void add(byte[] key, byte[] value, long timestamp, int source, long ttlMs) {
    Limits.checkValueLength(value.length);
    batch.put(new PutEntry(key, value, timestamp, ttlMs), source);
  }

  private static byte[] bytes(BinaryComparable binary) {
    return Arrays.copyOf(binary.getBytes(), binary.getLength());
  }

  private static long ttlMs(SednaRecord record) {
    long expiresAtMs = record.expiresAtMs();
    if (expiresAtMs == SednaRecord.TABLE_EXPIRY) {
      return WriteOptions.UNSET;
    }
    if (expiresAtMs == SednaRecord.NEVER_EXPIRES) {
      return 0;
    }
    // One that has expired is still written, for it hides what is older.
    return Math.max(1, expiresAtMs - System.currentTimeMillis());
  }

  private void flush() throws WriteFailedException, InterruptedException {
    if (batch.records() > 0) {
      pipeline.send(batch);
      batch = new WriteBatch();
    }
  }

  /** Writes what is left and waits until all is acknowledged. */
  @Override
  public void close(TaskAttemptContext context) throws IOException, InterruptedException {
    try {
      flush();
      pipeline.finish();
    } catch (WriteFailedException e) {
      throw failed(e);
    } finally {
      client.close();
    }
  }

  private IOException failed(WriteFailedException e) {
    return new IOException("writing table " + table + " failed: " + e.getCause(), e.getCause());
  }
}
