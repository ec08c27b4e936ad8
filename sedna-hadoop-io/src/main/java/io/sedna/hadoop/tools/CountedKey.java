// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.hadoop.io.WritableComparable;
import org.apache.hadoop.io.WritableUtils;

/** A key with its count. Greater counts come first; of equal ones, the lesser key (unsigned). */
final class CountedKey implements WritableComparable<CountedKey> {
  private long count;
  private byte[] key = new byte[0];

  public CountedKey() {}

  CountedKey(long count, byte[] key) {
    this.count = count;
    this.key = Objects.requireNonNull(key);
  }

  long count() {
    return count;
  }

  byte[] key() {
    return key;
  }

  @Override
  public int compareTo(CountedKey other) {
    int byCount = Long.compare(other.count, count);
    return byCount != 0 ? byCount : Arrays.compareUnsigned(key, other.key);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(count);
    WritableUtils.writeVInt(out, key.length);
    out.write(key);
  }

  @Override
  public void readFields(DataInput in) throws IOException {
    count = in.readLong();
    key = new byte[WritableUtils.readVInt(in)];
    in.readFully(key);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CountedKey that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(count) * 31 + Arrays.hashCode(key);
  }
}
