// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import io.sedna.client.SednaClient;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.hadoop.mapreduce.SednaCounter;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.Job;

/** What tools ask of an instance beside the job. */
final class Tables {
  private Tables() {}

  /** Creates a table with the instance's defaults unless there is one of that name. */
  static void createIfMissing(Configuration conf, String table) {
    try (var client = SednaClient.builder().configuration(conf).build()) {
      client.admin().createTable(table);
      SednaTool.out().println("created table " + table);
    } catch (SednaException e) {
      if (e.code() != ErrorCode.TABLE_EXISTS) {
        throw e;
      }
    }
  }

  /** A write that changed nothing is no failure, but seldom what was wanted. */
  static void warnOfOutdated(Job job, String table) throws Exception {
    long outdated = SednaTool.counter(job, SednaCounter.RECORDS_OUTDATED);
    if (outdated > 0) {
      SednaTool.out()
          .println(
              outdated + " records changed nothing: " + table + " holds newer versions of them");
    }
  }
}
