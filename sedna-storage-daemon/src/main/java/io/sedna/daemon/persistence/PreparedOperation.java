// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A snapshot or restore that passed its checks. Must be run or cancelled, once: until then no other
 * can be prepared.
 */
@InterfaceAudience.Private
public interface PreparedOperation {
  /** {@code snapshot} or {@code restore}. */
  String kind();

  /** Name of the snapshot, or URI of its directory. */
  String subject();

  /**
   * Units of work: files of the snapshot that is to be restored, partitions of all tables to be
   * written.
   */
  long total();

  /**
   * Starts the work; never blocks. The future fails with a {@link
   * io.sedna.common.error.SednaException} when the work did, and everything that it made is removed
   * then.
   *
   * @param progress told how many units more are done, from any thread
   */
  CompletableFuture<Void> run(Progress progress);

  /** Gives it up before it was run. */
  void cancel();

  /** Takes progress; must be thread-safe and must not block. */
  @FunctionalInterface
  interface Progress {
    Progress IGNORED = units -> {};

    void advanced(long units);
  }
}
