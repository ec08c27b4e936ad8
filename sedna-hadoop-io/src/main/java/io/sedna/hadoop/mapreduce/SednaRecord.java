// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.io.WritableUtils;

/**
 * A value with its version and its expiry: what {@link SednaInputFormat} and the snapshot's input
 * format give, and what {@link SednaOutputFormat} takes where a plain value is not enough. The key
 * travels apart. Mutable, as Writables are, and not thread-safe; the value's array is not copied.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SednaRecord implements Writable {
  /** In {@link #timestamp}: the output format gives the job's. */
  public static final long JOB_TIMESTAMP = 0;

  /** In {@link #expiresAtMs}: for ever. */
  public static final long NEVER_EXPIRES = 0;

  /** In {@link #expiresAtMs}: after the time to live of the table that it is written to. */
  public static final long TABLE_EXPIRY = -1;

  private static final byte[] EMPTY = new byte[0];

  private byte[] value = EMPTY;
  private long timestamp;
  private int source;
  private long expiresAtMs = TABLE_EXPIRY;

  /** An empty value, to be set or read into. */
  public SednaRecord() {}

  /** A value to be written with the job's timestamp and the table's time to live. */
  public SednaRecord(byte[] value) {
    this(value, JOB_TIMESTAMP, 0, TABLE_EXPIRY);
  }

  /**
   * @param timestamp hybrid logical timestamp (48 bits of milliseconds, 16 of counter), or {@link
   *     #JOB_TIMESTAMP}
   * @param source who wrote it
   * @param expiresAtMs milliseconds since 1970, {@link #NEVER_EXPIRES} or {@link #TABLE_EXPIRY}
   */
  public SednaRecord(byte[] value, long timestamp, int source, long expiresAtMs) {
    set(value, timestamp, source, expiresAtMs);
  }

  /** Sets everything; arguments as the constructor's. */
  public void set(byte[] newValue, long newTimestamp, int newSource, long newExpiresAtMs) {
    if (newTimestamp < 0 || newExpiresAtMs < TABLE_EXPIRY) {
      throw new IllegalArgumentException(
          "negative time: timestamp=" + newTimestamp + ", expiresAtMs=" + newExpiresAtMs);
    }
    value = Objects.requireNonNull(newValue, "value");
    timestamp = newTimestamp;
    source = newSource;
    expiresAtMs = newExpiresAtMs;
  }

  public byte[] value() {
    return value;
  }

  public long timestamp() {
    return timestamp;
  }

  public int source() {
    return source;
  }

  public long expiresAtMs() {
    return expiresAtMs;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(timestamp);
    WritableUtils.writeVInt(out, source);
    WritableUtils.writeVLong(out, expiresAtMs);
    WritableUtils.writeVInt(out, value.length);
    out.write(value);
  }

  @Override
  public void readFields(DataInput in) throws IOException {
    long newTimestamp = in.readLong();
    int newSource = WritableUtils.readVInt(in);
    long newExpiresAtMs = WritableUtils.readVLong(in);
    int length = WritableUtils.readVInt(in);
    if (length < 0) {
      throw new IOException("corrupt record: value of " + length + " bytes");
    }
    var newValue = new byte[length];
    in.readFully(newValue);
    set(newValue, newTimestamp, newSource, newExpiresAtMs);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SednaRecord that
        && timestamp == that.timestamp
        && source == that.source
        && expiresAtMs == that.expiresAtMs
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(timestamp, source, expiresAtMs, Arrays.hashCode(value));
  }

  @Override
  public String toString() {
    return "SednaRecord{bytes="
        + value.length
        + ", timestamp="
        + timestamp
        + ", source="
        + source
        + ", expiresAtMs="
        + expiresAtMs
        + "}";
  }
}
