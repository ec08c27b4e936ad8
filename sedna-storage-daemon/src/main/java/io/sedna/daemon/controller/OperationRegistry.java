// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.time.WallClock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operations of this controller, the oldest finished ones forgotten beyond a number.
 * Thread-safe.
 */
final class OperationRegistry {
  private static final int KEPT = 1000;

  private final WallClock clock;

  // Guarded by this.
  private final Map<String, Operation> operations = new LinkedHashMap<>();
  private long started;

  OperationRegistry(WallClock clock) {
    this.clock = clock;
  }

  synchronized Operation start(String kind, String subject, long total) {
    started++;
    String id = kind + "-" + Long.toString(clock.millis(), Character.MAX_RADIX) + "-" + started;
    return start(id, kind, subject, total);
  }

  /**
   * @param id the same one, where an operation goes on under another controller
   */
  synchronized Operation start(String id, String kind, String subject, long total) {
    var operation = new Operation(id, kind, subject, total, clock);
    operations.remove(id);
    operations.put(id, operation);
    var oldest = operations.values().iterator();
    while (operations.size() > KEPT && oldest.hasNext()) {
      if (!oldest.next().running()) {
        oldest.remove();
      }
    }
    return operation;
  }

  synchronized Optional<Operation> find(String id) {
    return Optional.ofNullable(operations.get(id));
  }

  /**
   * @throws SednaException OPERATION_NOT_FOUND
   */
  Operation get(String id) {
    return find(id)
        .orElseThrow(
            () ->
                new SednaException(
                    ErrorCode.OPERATION_NOT_FOUND,
                    "no such operation on the active controller: '"
                        + id
                        + "'; one that ran when the controller changed is not known any more"));
  }

  /** What runs has ended with the controller's term. */
  void failRunning(SednaException reason) {
    running().forEach(operation -> operation.fail(reason));
  }

  private synchronized Collection<Operation> running() {
    return List.copyOf(operations.values()).stream().filter(Operation::running).toList();
  }
}
