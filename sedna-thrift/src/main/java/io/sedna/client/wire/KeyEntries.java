// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.wire;

import org.apache.hadoop.classification.InterfaceAudience;

/** What a request for several keys carries. */
@InterfaceAudience.Private
public interface KeyEntries {
  int size();

  byte[] key(int index);

  /** Of writes only. */
  byte[] value(int index);

  /** Of writes only: the entry's timestamp; 0: the daemon's clock. */
  long stamp(int index);

  /** Of writes only: the entry's time to live in milliseconds, or {@link WriteArguments#UNSET}. */
  long ttlMs(int index);
}
