// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.client.SednaClient;
import io.sedna.common.conf.MapReduceConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.TableStatistics;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.mapreduce.InputFormat;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the input formats over tables share: the splits. */
abstract class TableInputFormat<V extends Writable> extends InputFormat<BytesWritable, V> {
  private static final Logger LOG = LoggerFactory.getLogger(TableInputFormat.class);

  /**
   * Splits by the daemons that are the primaries now.
   *
   * @throws SednaException with {@link ErrorCode#INVALID_ARGUMENT} if the job names no table, with
   *     {@link ErrorCode#TABLE_NOT_FOUND}, or with the error that tells why the instance cannot be
   *     reached
   */
  @Override
  public List<InputSplit> getSplits(JobContext context) {
    var conf = context.getConfiguration();
    var name = SednaInputFormat.requiredTable(conf);
    var config = MapReduceConfig.from(conf);
    try (var client = connect(conf)) {
      var table = client.admin().describeTable(name);
      // Another table under the same name has other hashes: tasks check that it is still this one.
      conf.setInt(SednaInputFormat.TABLE_ID, table.id());
      var map = client.refresh();
      JobClients.pinAddresses(conf, SednaInputFormat.BOOTSTRAP, client);
      var splits = SplitPlanner.plan(map, config.splitsPerDaemon(), bytes(client, name));
      LOG.info("{} splits of table {}, map epoch {}", splits.size(), name, map.epoch());
      return new ArrayList<>(splits);
    }
  }

  /** Only an estimate hangs on the statistics, so that a job does not fail for the want of them. */
  private static long bytes(SednaClient client, String table) {
    try {
      return client.admin().statistics().getTables().stream()
          .filter(statistics -> statistics.getName().equals(table))
          .mapToLong(TableStatistics::getBytes)
          .findFirst()
          .orElse(0);
    } catch (SednaException e) {
      LOG.warn("no statistics of table {}, so lengths of splits are unknown: {}", table, e);
      return 0;
    }
  }

  /** A client of the instance that holds the table; the caller closes it. */
  SednaClient connect(Configuration conf) {
    return JobClients.connect(conf, SednaInputFormat.BOOTSTRAP);
  }
}
