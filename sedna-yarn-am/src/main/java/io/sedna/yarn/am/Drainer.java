// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import io.sedna.client.SednaAdmin;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.OperationInfo;
import io.sedna.thrift.generated.OperationState;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has daemons' partitions moved away before they are stopped. Asks and looks after in {@link
 * #poll}, which blocks for an answer but never for the work. Orders may be given on any thread;
 * {@link #poll} is for one.
 */
final class Drainer {
  private static final Logger LOG = LoggerFactory.getLogger(Drainer.class);

  /** Told how drains end, on the thread of {@link #poll}. */
  interface Listener {
    void drained(int slot);

    void drainFailed(int slot, String reason);
  }

  private final Supplier<SednaAdmin> admin;
  private final IntFunction<String> nodeIds;
  private final Listener listener;
  private final Set<Integer> wanted = ConcurrentHashMap.newKeySet();
  private final Set<Integer> unwanted = ConcurrentHashMap.newKeySet();
  private final Map<Integer, String> operations = new HashMap<>();

  Drainer(Supplier<SednaAdmin> admin, IntFunction<String> nodeIds, Listener listener) {
    this.admin = admin;
    this.nodeIds = nodeIds;
    this.listener = listener;
  }

  void drain(int slot) {
    unwanted.remove(slot);
    wanted.add(slot);
  }

  void undrain(int slot) {
    wanted.remove(slot);
    unwanted.add(slot);
  }

  /** Does what is due. */
  void poll() {
    for (var slot : Set.copyOf(unwanted)) {
      operations.remove(slot);
      try {
        admin.get().undrain(nodeIds.apply(slot));
        unwanted.remove(slot);
      } catch (SednaException e) {
        if (e.code() == ErrorCode.NODE_NOT_FOUND) {
          // It left for good, and the mark with it.
          unwanted.remove(slot);
          continue;
        }
        LOG.info("cannot undrain {} yet: {}", nodeIds.apply(slot), e.toString());
      }
    }
    for (var slot : Set.copyOf(wanted)) {
      try {
        look(slot);
      } catch (SednaException e) {
        end(slot);
        listener.drainFailed(slot, e.toString());
      }
    }
  }

  private void look(int slot) {
    var id = operations.get(slot);
    OperationInfo operation;
    if (id == null) {
      LOG.info("draining {}", nodeIds.apply(slot));
      operation = admin.get().drain(nodeIds.apply(slot));
      operations.put(slot, operation.getId());
    } else {
      operation = admin.get().describeOperation(id);
    }
    if (operation.getState() == OperationState.SUCCEEDED) {
      LOG.info("drained {}", nodeIds.apply(slot));
      end(slot);
      listener.drained(slot);
    } else if (operation.getState() == OperationState.FAILED) {
      end(slot);
      listener.drainFailed(
          slot, operation.isSetError() ? operation.getError().getMessage() : "failed");
    }
  }

  private void end(int slot) {
    operations.remove(slot);
    wanted.remove(slot);
  }
}
