// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;

/**
 * As {@link SednaInputFormat}, with its settings, for jobs that want the bare bytes of the values.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public class SednaBytesInputFormat extends TableInputFormat<BytesWritable> {
  public SednaBytesInputFormat() {}

  @Override
  public RecordReader<BytesWritable, BytesWritable> createRecordReader(
      InputSplit split, TaskAttemptContext context) {
    return new TableRecordReader<>(
        this::connect,
        new BytesWritable(),
        (record, value) -> value.set(record.value(), 0, record.value().length));
  }
}
