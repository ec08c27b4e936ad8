// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import java.io.IOException;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Reducer;

/** The first of the mappers' records, which come sorted: key (escaped) and count. */
final class TopReducer extends Reducer<CountedKey, NullWritable, Text, LongWritable> {
  private int left;

  public TopReducer() {}

  @Override
  protected void setup(Context context) {
    left = context.getConfiguration().getInt(TopMapper.LIMIT, 0);
  }

  @Override
  protected void reduce(CountedKey counted, Iterable<NullWritable> same, Context context)
      throws IOException, InterruptedException {
    if (left > 0) {
      left--;
      context.write(new Text(Tsv.escape(counted.key())), new LongWritable(counted.count()));
    }
  }
}
