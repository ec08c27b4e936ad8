// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Limits;
import io.sedna.hadoop.mapreduce.SednaRecord;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.io.BinaryComparable;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.mapreduce.Mapper;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;

/** Gives the records of files as the output format takes them. */
final class ImportMapper {
  static final String KEEP_VERSIONS = "sedna.tools.import.keep.versions";
  static final String SKIP_MALFORMED = "sedna.tools.import.skip.malformed";

  private ImportMapper() {}

  /** A record with the version of the file, or with that of the job. */
  private static SednaRecord record(SednaRecord read, boolean keepVersions) {
    return keepVersions
        ? read
        : new SednaRecord(read.value(), SednaRecord.JOB_TIMESTAMP, 0, read.expiresAtMs());
  }

  /** Lines of key and value, or of key, value, timestamp, source and expiry. */
  static final class OfLines extends Mapper<LongWritable, Text, BytesWritable, SednaRecord> {
    private boolean keepVersions;
    private boolean skipMalformed;

    public OfLines() {}

    @Override
    protected void setup(Context context) {
      keepVersions = context.getConfiguration().getBoolean(KEEP_VERSIONS, false);
      skipMalformed = context.getConfiguration().getBoolean(SKIP_MALFORMED, false);
    }

    @Override
    protected void map(LongWritable offset, Text line, Context context)
        throws IOException, InterruptedException {
      BytesWritable key;
      SednaRecord record;
      try {
        var fields = Tsv.fields(line.getBytes(), line.getLength());
        record = parse(fields);
        key = new BytesWritable(fields.get(0));
      } catch (SednaException e) {
        if (!skipMalformed) {
          var file = ((FileSplit) context.getInputSplit()).getPath();
          throw new IOException(
              "malformed line at byte " + offset + " of " + file + ": " + e.getMessage(), e);
        }
        context.getCounter(ToolCounter.MALFORMED_LINES).increment(1);
        return;
      }
      context.write(key, record(record, keepVersions));
    }

    private static SednaRecord parse(List<byte[]> fields) {
      if (fields.size() != 2 && fields.size() != 5) {
        throw SednaTool.refused(
            "fields=" + fields.size() + " is neither 2 (key, value) nor 5 (with versions)");
      }
      Limits.checkKeyLength(fields.get(0).length);
      Limits.checkValueLength(fields.get(1).length);
      if (fields.size() == 2) {
        return new SednaRecord(fields.get(1));
      }
      try {
        return new SednaRecord(
            fields.get(1),
            number(fields.get(2)),
            Math.toIntExact(number(fields.get(3))),
            number(fields.get(4)));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new SednaException(ErrorCode.INVALID_ARGUMENT, "bad version: " + e.getMessage(), e);
      }
    }

    private static long number(byte[] field) {
      return Long.parseLong(new String(field, US_ASCII));
    }
  }

  /** Keys and values of a sequence file. */
  static final class OfRecords extends Mapper<Writable, Writable, BinaryComparable, Writable> {
    private boolean keepVersions;

    public OfRecords() {}

    @Override
    protected void setup(Context context) {
      keepVersions = context.getConfiguration().getBoolean(KEEP_VERSIONS, false);
    }

    @Override
    protected void map(Writable key, Writable value, Context context)
        throws IOException, InterruptedException {
      if (!(key instanceof BinaryComparable binary)) {
        throw SednaTool.refused(
            "a key of type "
                + key.getClass().getName()
                + " cannot be written: BytesWritable and"
                + " Text can");
      }
      context.write(binary, value instanceof SednaRecord read ? record(read, keepVersions) : value);
    }
  }
}
