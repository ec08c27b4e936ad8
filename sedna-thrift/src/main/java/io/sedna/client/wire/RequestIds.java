// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.wire;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.hadoop.classification.InterfaceAudience;

/** Gives each change of one client its number. Thread-safe. */
@InterfaceAudience.Private
public final class RequestIds {
  private final long client;
  private final LongSupplier millis;
  private final AtomicLong next = new AtomicLong(1);

  /**
   * @param client a random number
   * @param millis the daemons' time as far as it is known, in milliseconds since 1970
   */
  public RequestIds(long client, LongSupplier millis) {
    this.client = client;
    this.millis = millis;
  }

  /** Of one change. */
  public RequestId next() {
    return reserve(1);
  }

  /** The first of so many changes of one batch; those after it are its {@link RequestId#plus}. */
  public RequestId reserve(int changes) {
    return new RequestId(client, next.getAndAdd(changes), millis.getAsLong());
  }
}
