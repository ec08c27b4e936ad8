// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What is wrong with the history of a key.
 *
 * @param explanation for people: which operation, what it should have been answered, what surrounds
 *     it; several lines
 */
@InterfaceAudience.LimitedPrivate("tests")
@InterfaceStability.Unstable
public record Finding(String key, Rule rule, String explanation) {
  /** What was broken. */
  public enum Rule {
    /** No order of the operations, each between its sending and its answer, gives these answers. */
    LINEARIZABLE,
    /** The search for such an order was given up: whether there is one is not known. */
    UNDECIDED,
    /** What was read or kept was never written, or not under that version. */
    WRITTEN_BEFORE_READ,
    /** A write that was acknowledged is gone, and nothing newer is there. */
    NO_LOST_WRITE,
    /** A value is there that an acknowledged delete had hidden. */
    DELETED_STAYS_DELETED,
    /** A write that was answered OUTDATED is there all the same. */
    OUTDATED_IS_NOT_THERE,
    /** Replicas hold the same. */
    REPLICAS_ALIKE,
    /** A read sees the writes that were acknowledged before it was sent. */
    READ_SEES_ACKNOWLEDGED,
    /** A client's reads do not go back to older versions. */
    READS_GO_FORWARD
  }

  @Override
  public String toString() {
    return rule + " of key " + key + ": " + explanation;
  }
}
