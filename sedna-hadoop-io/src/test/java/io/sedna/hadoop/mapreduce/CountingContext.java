// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.Counter;
import org.apache.hadoop.mapreduce.Counters;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;

/** A task's context that keeps its counters. */
public final class CountingContext extends TaskAttemptContextImpl {
  private final Counters counters = new Counters();

  public CountingContext(Configuration conf) {
    super(conf, new TaskAttemptID());
  }

  @Override
  public Counter getCounter(Enum<?> name) {
    return counters.findCounter(name);
  }
}
