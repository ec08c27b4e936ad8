// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.workload;

import org.apache.hadoop.classification.InterfaceAudience;

/** Draws numbers of keys, from 0. For one thread. */
@FunctionalInterface
@InterfaceAudience.Private
public interface KeyChooser {
  long next();
}
