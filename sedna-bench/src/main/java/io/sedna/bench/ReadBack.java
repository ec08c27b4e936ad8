// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import io.sedna.client.Record;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Arrays;
import java.util.BitSet;

/** Checks that a scan gives every record of a run, once, with the right bytes. Not thread-safe. */
final class ReadBack {
  private final BulkRecords records;
  private final int count;
  private final BitSet seen;

  ReadBack(BulkRecords records, int count) {
    this.records = records;
    this.count = count;
    this.seen = new BitSet(count);
  }

  /**
   * @throws SednaException INTERNAL naming what is wrong
   */
  void check(Record record) {
    long number = records.numberOf(record.key());
    if (number < 0 || number >= count) {
      throw wrong("a key that was never written: " + Arrays.toString(record.key()));
    }
    if (seen.get((int) number)) {
      throw wrong("record " + number + " twice");
    }
    if (!Arrays.equals(record.value(), records.value(number))) {
      throw wrong("record " + number + " with a value that was never written");
    }
    seen.set((int) number);
  }

  int checked() {
    return seen.cardinality();
  }

  /**
   * @throws SednaException INTERNAL naming the first record that is missing
   */
  void finish() {
    if (checked() != count) {
      throw wrong(checked() + " of " + count + " records; first missing: " + seen.nextClearBit(0));
    }
  }

  private static SednaException wrong(String what) {
    return new SednaException(ErrorCode.INTERNAL, "the scan gave " + what);
  }
}
