// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import java.util.Locale;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * One operation of a history. It took effect, if at all, between the two times, or at any time
 * after the first where the answer is unknown.
 *
 * @param id number in its history, in the order of invocations
 * @param invokedNanos when it was sent
 * @param returnedNanos when it was answered; {@link #NEVER} where the answer is unknown
 */
@InterfaceAudience.LimitedPrivate("tests")
@InterfaceStability.Unstable
public record Operation(
    int id,
    int client,
    String key,
    Call call,
    long invokedNanos,
    long returnedNanos,
    Answer answer) {
  public static final long NEVER = Long.MAX_VALUE;

  private static final double NANOS_PER_MS = 1e6;

  public boolean isUnknown() {
    return answer instanceof Answer.Unknown;
  }

  /** Whether it was answered before the other was sent. */
  boolean isBefore(Operation other) {
    return returnedNanos < other.invokedNanos;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "#%d client %d [%.3f ms, %s] %s: %s",
        id,
        client,
        invokedNanos / NANOS_PER_MS,
        isUnknown() ? "never" : String.format(Locale.ROOT, "%.3f ms", returnedNanos / NANOS_PER_MS),
        call,
        answer);
  }
}
