// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conflict;

import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Makes one value of those that several sources have written under a key, for tables with the
 * conflict policy MERGE. Daemons call it whenever one value of such a record is asked for (one key,
 * many keys, scans); what is stored stays as each source wrote it, and {@code readAll} answers
 * that. So a merger decides what is read, and never loses anything.
 *
 * <p>A class has a public constructor without arguments and is on the class path of every daemon.
 * One object serves all tables and threads of a daemon.
 *
 * <p><b>Laws.</b> Which daemon merges, when, and in which order it came to know the values, must
 * not matter:
 *
 * <ol>
 *   <li><i>pure</i>: the answer depends on the arguments alone: not on time, chance, the host,
 *       files, or earlier calls; and nothing is changed, the arguments least of all;
 *   <li><i>deterministic</i>: equal arguments give equal bytes, on every daemon, in every version
 *       of the class that runs beside another one;
 *   <li><i>commutative</i>: the order of the list does not matter;
 *   <li><i>quick</i>: it runs on the thread that serves requests. It must not wait for anything.
 * </ol>
 *
 * <p>A merger that throws, or that answers null or more than 8 MiB, makes the read fail with
 * MERGE_FAILED.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public interface ValueMerger {
  /**
   * Merges the values of a record.
   *
   * @param key of the record; not to be changed
   * @param values the newest of each source, two or more, newest first; deleted and expired ones
   *     are not among them. A value that is alone is read as it is, without a call.
   * @return the merged value
   */
  byte[] merge(byte[] key, List<SourceValue> values);
}
