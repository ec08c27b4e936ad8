// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * What a bulk run measured.
 *
 * @param records written, and read back correct
 * @param replicas copies of each
 */
record BulkReport(
    int records,
    int valueBytes,
    int daemons,
    int replicas,
    int batch,
    long writeNanos,
    long scanNanos) {
  private static final double NANOS = 1e9;

  long writtenPerSecond() {
    return Math.round(records * NANOS / writeNanos);
  }

  long scannedPerSecond() {
    return Math.round(records * NANOS / scanNanos);
  }

  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%,d records of %d bytes (keys of %d), %d daemons, %d copies, batches of %,d%n",
        records,
        valueBytes,
        BulkRecords.KEY_BYTES,
        daemons,
        replicas,
        batch);
    out.printf(
        Locale.ROOT,
        "multiPut  %,10d records/s  (%.2f s)%n",
        writtenPerSecond(),
        writeNanos / NANOS);
    out.printf(
        Locale.ROOT,
        "scan      %,10d records/s  (%.2f s), every record checked%n",
        scannedPerSecond(),
        scanNanos / NANOS);
    out.flush();
  }

  void printJson(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "{\"benchmark\":\"bulk\",\"records\":%d,\"valueBytes\":%d,\"keyBytes\":%d,\"daemons\":%d,"
            + "\"replicas\":%d,\"batch\":%d,\"writeSeconds\":%.3f,\"writtenPerSecond\":%d,"
            + "\"scanSeconds\":%.3f,\"scannedPerSecond\":%d}%n",
        records,
        valueBytes,
        BulkRecords.KEY_BYTES,
        daemons,
        replicas,
        batch,
        writeNanos / NANOS,
        writtenPerSecond(),
        scanNanos / NANOS,
        scannedPerSecond());
    out.flush();
  }
}
