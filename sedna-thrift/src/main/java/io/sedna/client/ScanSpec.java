// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Limits;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What to scan.
 *
 * @param startHash first hash, unsigned, inclusive
 * @param endHash last hash, unsigned, inclusive; -1 is the greatest
 * @param keyPrefix only keys that begin with these bytes
 * @param maxRecords in one batch, about: records of equal hash are never parted; 1 to 100,000
 * @param maxBytes of keys and values in one batch, about; 1 to 8 MiB
 * @param allSources every source's version instead of the newest alone
 * @param prefetch batches that {@link SednaTable#scanAll} asks for ahead of its reader; 1 or more
 * @param consistency copies asked; on eventual tables only
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record ScanSpec(
    long startHash,
    long endHash,
    Optional<byte[]> keyPrefix,
    int maxRecords,
    int maxBytes,
    boolean allSources,
    int prefetch,
    Consistency consistency) {
  private static final ScanSpec ALL =
      new ScanSpec(0, -1, Optional.empty(), 10_000, 1 << 20, false, 4);

  /** With the table's R. */
  public ScanSpec(
      long startHash,
      long endHash,
      Optional<byte[]> keyPrefix,
      int maxRecords,
      int maxBytes,
      boolean allSources,
      int prefetch) {
    this(
        startHash,
        endHash,
        keyPrefix,
        maxRecords,
        maxBytes,
        allSources,
        prefetch,
        Consistency.TABLE);
  }

  public ScanSpec {
    if (Long.compareUnsigned(startHash, endHash) > 0) {
      throw illegal(
          "startHash="
              + Long.toUnsignedString(startHash)
              + " is above endHash="
              + Long.toUnsignedString(endHash));
    }
    if (maxRecords < 1 || maxRecords > Limits.MAX_SCAN_RECORDS) {
      throw illegal("maxRecords=" + maxRecords + " is not 1 to " + Limits.MAX_SCAN_RECORDS);
    }
    if (maxBytes < 1 || maxBytes > Limits.MAX_SCAN_BYTES) {
      throw illegal("maxBytes=" + maxBytes + " is not 1 to " + Limits.MAX_SCAN_BYTES);
    }
    if (prefetch < 1) {
      throw illegal("prefetch=" + prefetch + " is not 1 or more");
    }
  }

  private static SednaException illegal(String what) {
    return new SednaException(ErrorCode.INVALID_ARGUMENT, "impossible scan: " + what);
  }

  /** The newest versions of the whole table, in batches of about 1 MiB, four asked for ahead. */
  public static ScanSpec all() {
    return ALL;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The same from another hash on. */
  public ScanSpec from(long newStartHash) {
    return within(newStartHash, endHash);
  }

  /** The same of another range. */
  ScanSpec within(long newStartHash, long newEndHash) {
    return new ScanSpec(
        newStartHash,
        newEndHash,
        keyPrefix,
        maxRecords,
        maxBytes,
        allSources,
        prefetch,
        consistency);
  }

  /** Collects what to scan; what is not said is as in {@link #all}. Not thread-safe. */
  public static final class Builder {
    private long startHash = ALL.startHash;
    private long endHash = ALL.endHash;
    private Optional<byte[]> keyPrefix = ALL.keyPrefix;
    private int maxRecords = ALL.maxRecords;
    private int maxBytes = ALL.maxBytes;
    private boolean allSources = ALL.allSources;
    private int prefetch = ALL.prefetch;
    private Consistency consistency = ALL.consistency;

    private Builder() {}

    public Builder startHash(long value) {
      startHash = value;
      return this;
    }

    public Builder endHash(long value) {
      endHash = value;
      return this;
    }

    /** An empty prefix is none. */
    public Builder prefix(byte[] value) {
      keyPrefix = value.length == 0 ? Optional.empty() : Optional.of(value.clone());
      return this;
    }

    public Builder maxRecords(int value) {
      maxRecords = value;
      return this;
    }

    public Builder maxBytes(int value) {
      maxBytes = value;
      return this;
    }

    public Builder allSources(boolean value) {
      allSources = value;
      return this;
    }

    public Builder prefetch(int value) {
      prefetch = value;
      return this;
    }

    public Builder consistency(Consistency value) {
      consistency = value;
      return this;
    }

    /**
     * @throws SednaException INVALID_ARGUMENT naming the value
     */
    public ScanSpec build() {
      return new ScanSpec(
          startHash, endHash, keyPrefix, maxRecords, maxBytes, allSources, prefetch, consistency);
    }
  }
}
