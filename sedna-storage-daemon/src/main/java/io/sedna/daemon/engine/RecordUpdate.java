// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A change that depends on what is there: compare-and-set, increment, append. It is called while
 * nobody else can change the record, so it must be short, must not wait, and must not call the
 * store.
 */
@InterfaceAudience.Private
public interface RecordUpdate {
  /** What becomes of the record. */
  enum Decision {
    /** It stays as it is. */
    KEEP,
    /** It is forgotten, without a tombstone: right only where there is no other replica. */
    FORGET,
    /**
     * A tombstone takes its place, of the head given in {@link Next}; its expiresAtMs says when the
     * tombstone may go.
     */
    REMOVE,
    /** The value given in {@link Next} takes its place, whatever was there. */
    STORE
  }

  /**
   * The newest live version as it is; valid during the call alone.
   *
   * @see PartitionStore#update
   */
  interface Current {
    /** False: there is none; the rest then means nothing. */
    boolean found();

    VersionHead head();

    long valueAddress();

    int valueLength();

    /**
     * Timestamp of the newest thing held, live or not, tombstones included; Long.MIN_VALUE if
     * nothing is. What takes its place must be newer.
     */
    long newestTimestamp();
  }

  /** Takes the new value: up to two pieces of memory, joined. They may lie in the current value. */
  interface Next {
    void head(long timestamp, int source, int flags, long expiresAtMs);

    void value(long address, int length);

    void value(long firstAddress, int firstLength, long secondAddress, int secondLength);
  }

  Decision decide(Current current, Next next);
}
