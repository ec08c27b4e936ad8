// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.SednaException;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * The answer to one write.
 *
 * @param timestamp hybrid logical timestamp that the write was given; 0 where it failed
 * @param error in batches only, with {@link WriteStatus#FAILED}: why this entry failed
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record WriteResult(WriteStatus status, long timestamp, Optional<SednaException> error) {
  public WriteResult(WriteStatus status, long timestamp) {
    this(status, timestamp, Optional.empty());
  }

  /** One that failed. */
  public static WriteResult failed(SednaException error) {
    return new WriteResult(WriteStatus.FAILED, 0, Optional.of(error));
  }

  public boolean isOk() {
    return status == WriteStatus.OK;
  }

  /**
   * This result, if the write did not fail.
   *
   * @throws SednaException the entry's error
   */
  public WriteResult orThrow() {
    error.ifPresent(
        e -> {
          throw e;
        });
    return this;
  }
}
