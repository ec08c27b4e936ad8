// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What the reads of an eventual table promise beyond answering what was written.
 *
 * @param seeAcknowledged a read sees every write that was acknowledged before it was sent: R + W >
 *     N and no copies were lost
 * @param goForward reads of one client do not go back to older versions
 */
@InterfaceAudience.LimitedPrivate("tests")
@InterfaceStability.Unstable
public record ReadPromises(boolean seeAcknowledged, boolean goForward) {
  public static final ReadPromises NONE = new ReadPromises(false, false);
}
