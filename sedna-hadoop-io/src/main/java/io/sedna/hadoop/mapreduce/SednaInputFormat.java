// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.TableName;
import java.util.Base64;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;

/**
 * A table as input: keys, and values with their versions. What to read stands in the job's
 * configuration, set by {@link SednaMapReduceUtil#initMapperJob} or by the methods here.
 *
 * <p>A split holds the ranges of hashes that had the same daemon as primary when the job was
 * submitted, with that daemon's host as location; {@code sedna.mapreduce.splits.per.daemon} of them
 * for each. Batches are fetched ahead; when a daemon dies, its splits are read on from other
 * replicas, each record once. Records that are written while the job runs may or may not be seen. A
 * table that is truncated, restored or made anew meanwhile fails the tasks that read it, because
 * its hashes are others.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public class SednaInputFormat extends TableInputFormat<SednaRecord> {
  /** Table to read, as dataset.table. */
  public static final String TABLE = "sedna.mapreduce.input.table";

  /** Only keys that begin with these bytes, in Base64. */
  public static final String KEY_PREFIX = "sedna.mapreduce.input.key.prefix.base64";

  /** Every source's version as a record of its own, instead of the newest alone. */
  public static final String ALL_SOURCES = "sedna.mapreduce.input.all.sources";

  /**
   * Daemons of the instance to read, as host:port separated by commas. Set at submission; to be set
   * by hand only where a job reads one instance and writes another.
   */
  public static final String BOOTSTRAP = "sedna.mapreduce.input.bootstrap";

  /** Id of the table as of submission. */
  static final String TABLE_ID = "sedna.mapreduce.input.table.id";

  public SednaInputFormat() {}

  /**
   * Sets the table to read.
   *
   * @throws SednaException with {@link ErrorCode#INVALID_NAME}
   */
  public static void setTable(Configuration conf, String table) {
    conf.set(TABLE, TableName.parse(table).toString());
  }

  /** Reads only keys that begin with these bytes; none: all keys. */
  public static void setKeyPrefix(Configuration conf, byte[] prefix) {
    conf.set(KEY_PREFIX, Base64.getEncoder().encodeToString(prefix));
  }

  static byte[] keyPrefix(Configuration conf) {
    var text = conf.getTrimmed(KEY_PREFIX, "");
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, KEY_PREFIX + " is not Base64: '" + text + "'", e);
    }
  }

  static String requiredTable(Configuration conf) {
    var table = conf.getTrimmed(TABLE, "");
    if (table.isEmpty()) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "the job names no table to read: set " + TABLE);
    }
    return TableName.parse(table).toString();
  }

  @Override
  public RecordReader<BytesWritable, SednaRecord> createRecordReader(
      InputSplit split, TaskAttemptContext context) {
    return new TableRecordReader<>(
        this::connect,
        new SednaRecord(),
        (record, value) ->
            value.set(record.value(), record.timestamp(), record.source(), record.expiresAtMs()));
  }
}
