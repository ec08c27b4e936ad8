// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.client.Record;
import io.sedna.client.ScanBatch;
import io.sedna.client.ScanSpec;
import io.sedna.client.SednaClient;
import io.sedna.common.conf.ClientConfig;
import io.sedna.common.conf.MapReduceConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.mapreduce.Counter;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;

/** Reads the ranges of a split. For one thread, as MapReduce has it. */
final class TableRecordReader<V extends Writable> extends RecordReader<BytesWritable, V> {
  private final Function<Configuration, SednaClient> connect;
  private final V value;
  private final BiConsumer<Record, V> fill;
  private final BytesWritable key = new BytesWritable();

  private SednaClient client;
  private PrefetchingScan scan;
  private List<HashRange> ranges = List.of();
  private String table;
  private int tableId;
  private Counter recordsRead;
  private Counter bytesRead;
  private Counter batchesRead;

  private Iterator<Record> batch = Collections.emptyIterator();
  private int range;
  private double sharesBefore;
  private double progress;

  TableRecordReader(
      Function<Configuration, SednaClient> connect, V value, BiConsumer<Record, V> fill) {
    this.connect = connect;
    this.value = value;
    this.fill = fill;
  }

  @Override
  public void initialize(InputSplit split, TaskAttemptContext context) {
    var conf = context.getConfiguration();
    recordsRead = context.getCounter(SednaCounter.RECORDS_READ);
    bytesRead = context.getCounter(SednaCounter.BYTES_READ);
    batchesRead = context.getCounter(SednaCounter.SCAN_BATCHES);
    table = SednaInputFormat.requiredTable(conf);
    ranges = ((SednaInputSplit) split).ranges();
    client = connect.apply(conf);
    var sednaTable = client.table(table);
    tableId = conf.getInt(SednaInputFormat.TABLE_ID, sednaTable.describe().id());
    checkSameTable();

    var config = MapReduceConfig.from(conf);
    var whole =
        ScanSpec.builder()
            .prefix(SednaInputFormat.keyPrefix(conf))
            .maxBytes(config.scanBatchBytes())
            .allSources(conf.getBoolean(SednaInputFormat.ALL_SOURCES, false))
            .build();
    // The client gives each batch up after its deadline; this is for a client that does not.
    long timeoutMs = 2 * ClientConfig.from(conf).deadlineMs();
    scan =
        new PrefetchingScan(
            ranges,
            config.scanPrefetch(),
            timeoutMs,
            (first, last) -> sednaTable.scanAsync(range(whole, first, last)));
  }

  private static ScanSpec range(ScanSpec whole, long first, long last) {
    return new ScanSpec(
        first,
        last,
        whole.keyPrefix(),
        whole.maxRecords(),
        whole.maxBytes(),
        whole.allSources(),
        whole.prefetch());
  }

  private void checkSameTable() {
    int now = client.admin().describeTable(table).id();
    if (now != tableId) {
      throw new SednaException(
          ErrorCode.TABLE_NOT_FOUND,
          "table "
              + table
              + " was replaced while the job ran (truncated, restored or made anew): id="
              + tableId
              + " at submission, id="
              + now
              + " now; run the job again");
    }
  }

  @Override
  public boolean nextKeyValue() throws IOException, InterruptedException {
    try {
      while (!batch.hasNext()) {
        if (!nextBatch()) {
          progress = 1;
          checkSameTable();
          return false;
        }
      }
    } catch (SednaException e) {
      throw new IOException("reading table " + table + " failed: " + e, e);
    }
    var record = batch.next();
    key.set(record.key(), 0, record.key().length);
    fill.accept(record, value);
    recordsRead.increment(1);
    bytesRead.increment(record.key().length + record.value().length);
    return true;
  }

  private boolean nextBatch() throws InterruptedException {
    ScanBatch next = scan.next();
    if (next == null) {
      return false;
    }
    batchesRead.increment(1);
    batch = next.records().iterator();
    var current = ranges.get(range);
    if (next.done()) {
      sharesBefore += current.share();
      range++;
      progress = sharesBefore;
    } else {
      progress = sharesBefore + current.share() * current.fractionBefore(next.nextHash());
    }
    return true;
  }

  @Override
  public BytesWritable getCurrentKey() {
    return key;
  }

  @Override
  public V getCurrentValue() {
    return value;
  }

  /** Part of the split's hashes that have been fetched; hashes are even, so records are too. */
  @Override
  public float getProgress() {
    double total = ranges.stream().mapToDouble(HashRange::share).sum();
    return total == 0 ? 0 : (float) Math.min(1, progress / total);
  }

  @Override
  public void close() {
    if (scan != null) {
      scan.close();
    }
    if (client != null) {
      client.close();
    }
  }
}
