// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

/** What commands need of their connection. Of its event loop, but for {@link #resume}. */
interface Link {
  /**
   * Sends what has been answered so far.
   *
   * @return false: the peer does not take it; the command is to be suspended
   */
  boolean send();

  /** Nothing is taken up until {@link #resume}. */
  void suspend();

  /** Nothing is taken up for a moment; then what was not consumed is tried again. */
  void tryAgainSoon();

  /** From any thread: runs something on the event loop and goes on with what was suspended. */
  void resume(Runnable first);

  /** Closes the connection when everything answered so far has been sent. */
  void closeAfterAnswers();
}
