// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.mapreduce.Mapper;

/** Gives the records of greatest count among those it reads. */
final class TopMapper extends Mapper<BytesWritable, BytesWritable, CountedKey, NullWritable> {
  /** Setting: how many records. */
  static final String LIMIT = "sedna.tools.top.limit";

  /** The least of those kept is the head, to be pushed out. */
  private final PriorityQueue<CountedKey> top = new PriorityQueue<>(Comparator.reverseOrder());

  private int limit;

  public TopMapper() {}

  @Override
  protected void setup(Context context) {
    limit = context.getConfiguration().getInt(LIMIT, 0);
  }

  @Override
  protected void map(BytesWritable key, BytesWritable value, Context context) {
    long count;
    try {
      count = Long.parseLong(new String(value.getBytes(), 0, value.getLength(), US_ASCII));
    } catch (NumberFormatException e) {
      context.getCounter(ToolCounter.NOT_A_NUMBER).increment(1);
      return;
    }
    top.add(new CountedKey(count, key.copyBytes()));
    if (top.size() > limit) {
      top.remove();
    }
  }

  @Override
  protected void cleanup(Context context) throws IOException, InterruptedException {
    for (var counted : top) {
      context.write(counted, NullWritable.get());
    }
  }
}
