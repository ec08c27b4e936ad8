// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.WriteStatus;
import java.util.Arrays;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * How one write of a batch ended: a status, or an error.
 *
 * @param status null where there is an error
 * @param error null where there is a status
 */
@InterfaceAudience.Private
public record WriteReply(WriteStatus status, SednaException error) {
  private static final WriteReply[] OF_STATUS =
      Arrays.stream(WriteStatus.values())
          .map(status -> new WriteReply(status, null))
          .toArray(WriteReply[]::new);

  static WriteReply of(WriteStatus status) {
    return OF_STATUS[status.ordinal()];
  }

  static WriteReply failed(SednaException error) {
    return new WriteReply(null, error);
  }
}
