// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

/** How far a step is. */
interface Progress {
  /** So many units of so many are done. */
  void at(long done, long total);

  /** What is going on. */
  void note(String text);
}
