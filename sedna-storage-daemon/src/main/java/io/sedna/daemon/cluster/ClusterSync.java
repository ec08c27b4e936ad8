// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.time.SerialScheduler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Tells when this daemon knows something. Nothing blocks; futures complete on the thread that
 * learns it, or fail with TIMEOUT on that of the timers. Thread-safe.
 */
@InterfaceAudience.Private
public final class ClusterSync implements ClusterListener {
  private final ClusterView view;
  private final long timeoutMs;
  private final SerialScheduler timers;
  private final List<Waiter> waiters = new CopyOnWriteArrayList<>();

  private record Waiter(BooleanSupplier known, CompletableFuture<Void> future) {}

  /**
   * Becomes a listener of the view.
   *
   * @param timers ends the waiting for what does not come
   */
  public ClusterSync(ClusterView view, long timeoutMs, SerialScheduler timers) {
    this.view = view;
    this.timeoutMs = timeoutMs;
    this.timers = timers;
    view.addListener(this);
  }

  /** This daemon has a map of at least this epoch. */
  public CompletableFuture<Void> map(long epoch) {
    return await(
        () -> view.map().map(PartitionMap::epoch).orElse(0L) >= epoch, "partition map " + epoch);
  }

  /** This daemon knows at least this version of the table catalogue. */
  public CompletableFuture<Void> catalogue(long version) {
    return await(() -> view.catalogue().version() >= version, "table catalogue " + version);
  }

  /** This daemon refuses, or takes, writes. */
  public CompletableFuture<Void> frozen(boolean frozen) {
    return await(() -> view.frozen() == frozen, "frozen=" + frozen);
  }

  private CompletableFuture<Void> await(BooleanSupplier known, String what) {
    if (known.getAsBoolean()) {
      return CompletableFuture.completedFuture(null);
    }
    var waiter = new Waiter(known, new CompletableFuture<>());
    waiters.add(waiter);
    SerialScheduler.Scheduled end = timers.schedule(() -> giveUp(waiter, what), timeoutMs);
    check();
    return waiter
        .future()
        .whenComplete(
            (done, late) -> {
              end.cancel();
              waiters.remove(waiter);
            });
  }

  private void giveUp(Waiter waiter, String what) {
    waiter
        .future()
        .completeExceptionally(
            new SednaException(
                ErrorCode.TIMEOUT,
                "daemon "
                    + view.self()
                    + " has not heard of "
                    + what
                    + " for "
                    + timeoutMs
                    + " ms"));
  }

  private void check() {
    for (Waiter waiter : waiters) {
      if (waiter.known().getAsBoolean()) {
        waiter.future().complete(null);
      }
    }
  }

  @Override
  public void mapChanged(Optional<PartitionMap> before, PartitionMap now) {
    check();
  }

  @Override
  public void catalogueChanged(TableCatalogue before, TableCatalogue now) {
    check();
  }

  @Override
  public void frozenChanged(boolean now) {
    check();
  }
}
