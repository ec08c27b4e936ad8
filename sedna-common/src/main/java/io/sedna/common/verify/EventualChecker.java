// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Whether a history of an eventual table, and what its replicas hold after they have converged, are
 * what it promises:
 *
 * <ul>
 *   <li>all replicas hold the same;
 *   <li>what is there, or was read, was written, under the version that its writer was answered;
 *   <li>of each source the newest acknowledged write is there, or a newer one, or a delete that is
 *       not older hides it; a write of unknown answer may be there;
 *   <li>nothing is there that is older than an acknowledged delete, or that was answered OUTDATED;
 *   <li>reads are as {@link ReadPromises} says.
 * </ul>
 *
 * <p>A key is written either by put and delete or by putAll and delete. All keys are missing at the
 * beginning; expiry is not considered.
 */
@InterfaceAudience.LimitedPrivate("tests")
@InterfaceStability.Unstable
public final class EventualChecker {
  private final ReadPromises promises;

  public EventualChecker(ReadPromises promises) {
    this.promises = promises;
  }

  /**
   * @param history of any keys, in any order
   * @param copies of each key at the end; keys that are absent here are checked for their reads
   *     only
   * @return what is wrong; empty: nothing
   */
  public List<Finding> check(List<Operation> history, Map<String, List<Copy>> copies) {
    var findings = new ArrayList<Finding>();
    LinearizabilityChecker.byKey(history)
        .forEach(
            (key, operations) -> {
              var writes = new KeyWrites(operations);
              new ReadRules(key, operations, writes, promises).check(findings::add);
              new FinalRules(key, operations, writes)
                  .check(copies.getOrDefault(key, List.of()), findings::add);
            });
    return findings;
  }
}
