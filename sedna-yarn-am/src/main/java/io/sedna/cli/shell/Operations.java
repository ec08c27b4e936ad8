// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.thrift.generated.OperationInfo;
import java.time.Duration;

/** Waits for long operations and shows how far they are. */
final class Operations {
  private Operations() {}

  /** Throws the operation's own error if it fails. */
  static OperationInfo await(OperationInfo operation, Duration timeout, Session session) {
    return session
        .client()
        .admin()
        .awaitOperation(
            operation.getId(),
            timeout,
            info ->
                session
                    .out()
                    .progress(
                        info.getKind() + " " + info.getSubject(), info.getDone(), info.getTotal()));
  }
}
