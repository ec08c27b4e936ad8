// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.daemon.persistence.PreparedOperation;
import io.sedna.daemon.persistence.SnapshotService;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.OperationInfo;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the controller has snapshots do of its own accord: the periodic ones, giving lost partitions
 * back, and the restore of a new instance. {@link #run} may be called on any thread, the rest on
 * the controller's.
 */
final class SnapshotDuties {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotDuties.class);
  private static final long LOAD_AGAIN_MS = 3000;

  private final Controller controller;
  private final SnapshotService service;
  private boolean loading;
  private boolean restoring;
  private boolean periodic;
  private long loadAtMs;
  private long restoreAtMs;

  /** Terms begun; what an earlier one ordered is of no interest to a later one. */
  private long activity;

  SnapshotDuties(Controller controller, SnapshotService service) {
    this.controller = controller;
    this.service = service;
  }

  SnapshotService service() {
    return service;
  }

  void activated() {
    activity++;
    loading = false;
    restoring = false;
    periodic = false;
    loadAtMs = 0;
    restoreAtMs = 0;
    service.activated();
  }

  void deactivated() {
    service.deactivated();
  }

  void tick() {
    if (periodic) {
      return;
    }
    periodic = true;
    var unused =
        service
            .preparePeriodicSnapshot()
            .thenAccept(prepared -> prepared.ifPresent(this::run))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.warn("periodic snapshot: {}", Errors.of(failure).getMessage());
                  }
                  continueWith(activity, term -> periodic = false);
                });
  }

  /** The map is as it is now: starts what is to be done about it. */
  void stepped(Term term) {
    if (term.core().map().isEmpty()) {
      return;
    }
    restorePending(term);
    loadLost(term);
  }

  private void restorePending(Term term) {
    Optional<String> pending = term.tables().pendingRestore();
    long nowMs = controller.nowMs();
    if (pending.isEmpty() || restoring || nowMs < restoreAtMs) {
      return;
    }
    restoring = true;
    long mine = activity;
    LOG.info("restoring the new instance from {}", pending.get());
    var unused =
        service
            .prepareRestoreOnStart(pending.get())
            .thenCompose(
                prepared ->
                    prepared
                        .map(this::runToEnd)
                        .orElseGet(() -> CompletableFuture.completedFuture(null)))
            .whenComplete(
                (done, failure) -> continueWith(mine, now -> restored(now, pending, failure)));
  }

  private void restored(Term term, Optional<String> snapshot, Throwable failure) {
    restoring = false;
    if (failure != null) {
      LOG.error(
          "cannot restore the new instance from {}: {}; trying again",
          snapshot.get(),
          Errors.of(failure));
      restoreAtMs = controller.nowMs() + LOAD_AGAIN_MS;
      return;
    }
    term.change(before -> CatalogueEdits.pendingRestore(before, Optional.empty()));
    LOG.info("the new instance is restored");
  }

  private void loadLost(Term term) {
    long nowMs = controller.nowMs();
    if (loading || nowMs < loadAtMs) {
      return;
    }
    Set<Integer> lost = term.core().lost();
    if (lost.isEmpty()) {
      return;
    }
    ControllerCore.LoadOrdered order = term.core().orderLoad(lost);
    if (term.tables().all().isEmpty()) {
      // Without tables there was nothing to lose.
      term.core().loaded(order, lost);
      controller.stepWithin(0);
      return;
    }
    loading = true;
    long mine = activity;
    LOG.warn("{} partitions are lost; loading them from snapshots", lost.size());
    var unused =
        // A daemon with an older map would send records to replicas that are none any more.
        controller
            .syncMap(term.core().map().orElseThrow().epoch())
            .thenCompose(known -> service.loadLostPartitions(new TreeSet<>(lost)))
            .whenComplete(
                (given, failure) -> continueWith(mine, now -> given(now, order, given, failure)));
  }

  private void given(
      Term term, ControllerCore.LoadOrdered order, Set<Integer> partitions, Throwable failure) {
    loading = false;
    if (failure != null) {
      LOG.warn("cannot load lost partitions yet: {}", Errors.of(failure).getMessage());
    } else {
      LOG.info("{} of {} lost partitions are loaded", partitions.size(), order.replicas().size());
      term.core().loaded(order, partitions);
    }
    if (failure != null || partitions.size() < order.replicas().size()) {
      loadAtMs = controller.nowMs() + LOAD_AGAIN_MS;
    }
  }

  private void continueWith(long mine, Consumer<Term> work) {
    var unused =
        controller.call(
            term -> {
              if (mine == activity) {
                work.accept(term);
              }
              return null;
            });
  }

  /** Runs what was prepared, as an operation. */
  OperationInfo run(PreparedOperation prepared) {
    Operation operation = start(prepared);
    var unused = run(prepared, operation);
    return operation.info();
  }

  private CompletableFuture<Void> runToEnd(PreparedOperation prepared) {
    return run(prepared, start(prepared));
  }

  private Operation start(PreparedOperation prepared) {
    if (!controller.active()) {
      prepared.cancel();
      throw new SednaException(ErrorCode.NO_CONTROLLER, "the controller is no longer active");
    }
    return controller.operations().start(prepared.kind(), prepared.subject(), prepared.total());
  }

  private static CompletableFuture<Void> run(PreparedOperation prepared, Operation operation) {
    return prepared
        .run(operation::advance)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                operation.succeed();
              } else {
                operation.fail(failure);
                LOG.warn("{} failed: {}", operation.id(), Errors.of(failure).getMessage());
              }
            });
  }
}
