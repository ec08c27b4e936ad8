// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import io.sedna.common.schema.Limits;
import java.io.IOException;
import java.util.StringTokenizer;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Mapper;

/** Gives 1 for every word of a line, words being what stands between white space. */
final class WordMapper extends Mapper<LongWritable, Text, Text, LongWritable> {
  private static final LongWritable ONE = new LongWritable(1);

  private final Text word = new Text();

  public WordMapper() {}

  @Override
  protected void map(LongWritable offset, Text line, Context context)
      throws IOException, InterruptedException {
    var words = new StringTokenizer(line.toString());
    while (words.hasMoreTokens()) {
      word.set(words.nextToken());
      if (word.getLength() > Limits.MAX_KEY_BYTES) {
        context.getCounter(ToolCounter.WORDS_TOO_LONG).increment(1);
      } else {
        context.write(word, ONE);
      }
    }
  }
}
