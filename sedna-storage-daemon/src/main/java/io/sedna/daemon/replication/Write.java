// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.daemon.engine.StoredVersion;
import io.sedna.thrift.peer.MutationKind;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * One change to one record, as it is sent to every replica.
 *
 * @param hash of the key, by its table
 * @param version the value or tombstone, with its timestamp and source
 */
@InterfaceAudience.Private
public record Write(MutationKind kind, byte[] key, long hash, StoredVersion version) {
  /** Estimate of what the rest of a mutation takes on the wire. */
  private static final int OVERHEAD_BYTES = 64;

  /** A version as it is, to be merged with what a replica holds. */
  static Write merging(byte[] key, long hash, StoredVersion version) {
    return new Write(
        version.tombstone() ? MutationKind.MERGE_TOMBSTONE : MutationKind.MERGE,
        key,
        hash,
        version);
  }

  int wireBytes() {
    return OVERHEAD_BYTES + key.length + version.value().length;
  }

  boolean merges() {
    return kind == MutationKind.MERGE || kind == MutationKind.MERGE_TOMBSTONE;
  }
}
