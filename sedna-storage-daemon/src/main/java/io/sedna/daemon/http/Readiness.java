// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.http;

import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;

/** Whether a daemon serves. Thread-safe and never blocks. */
@FunctionalInterface
@InterfaceAudience.Private
public interface Readiness {
  /** Empty: it serves; otherwise what it waits for, in one line. */
  Optional<String> waitsFor();
}
