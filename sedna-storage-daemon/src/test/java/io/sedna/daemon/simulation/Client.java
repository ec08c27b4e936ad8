// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

/** Does so many operations, one after another, and writes down what it is answered. */
interface Client {
  void start();

  boolean isDone();

  /** Operations that did not fail. */
  long answers();
}
