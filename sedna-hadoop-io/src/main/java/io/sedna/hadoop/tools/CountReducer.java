// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import java.io.IOException;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Reducer;

/** Adds counts up and gives the sum as a decimal number in text. */
final class CountReducer extends Reducer<Text, LongWritable, Text, Text> {
  private final Text sum = new Text();

  public CountReducer() {}

  @Override
  protected void reduce(Text name, Iterable<LongWritable> counts, Context context)
      throws IOException, InterruptedException {
    long total = 0;
    for (var count : counts) {
      total += count.get();
    }
    sum.set(Long.toString(total));
    context.write(name, sum);
  }
}
