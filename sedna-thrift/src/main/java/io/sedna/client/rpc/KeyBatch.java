// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import io.sedna.client.wire.KeyAnswers;
import io.sedna.client.wire.KeyEntries;
import io.sedna.client.wire.WriteArguments;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A multiGet or multiPut, and who takes its answers. Either {@link #answered()} is called, after
 * each entry was given its answer, or {@link #failed(SednaException)}, at whatever entry the
 * answers have come to; both on the connection's event loop, unless the request could not even be
 * queued.
 */
@InterfaceAudience.Private
public interface KeyBatch extends KeyEntries, KeyAnswers {
  /** Null: a multiGet. */
  WriteArguments writes();

  /** Every entry has been given its answer. */
  void answered();

  /** The request failed as a whole. */
  void failed(SednaException e);
}
