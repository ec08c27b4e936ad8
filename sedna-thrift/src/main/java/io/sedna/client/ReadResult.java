// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.SednaException;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * The answer to one read of a batch.
 *
 * @param value the newest version; empty: no such key, or the read failed
 * @param error why this key could not be read
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record ReadResult(Optional<VersionedValue> value, Optional<SednaException> error) {
  /** The key was read. */
  public static ReadResult of(Optional<VersionedValue> value) {
    return new ReadResult(value, Optional.empty());
  }

  /** The key could not be read. */
  public static ReadResult failed(SednaException error) {
    return new ReadResult(Optional.empty(), Optional.of(error));
  }

  /**
   * The newest version, if the read did not fail; empty: no such key.
   *
   * @throws SednaException the key's error
   */
  public Optional<VersionedValue> orThrow() {
    error.ifPresent(
        e -> {
          throw e;
        });
    return value;
  }
}
