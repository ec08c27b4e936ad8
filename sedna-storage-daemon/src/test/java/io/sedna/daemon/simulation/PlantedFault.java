// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.daemon.cluster.Lease;
import io.sedna.daemon.engine.Engine;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.SednaPeer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import org.apache.thrift.async.AsyncMethodCallback;

/** Mistakes that a daemon could make, to show that a simulation finds them. */
enum PlantedFault {
  NONE,
  /** A replica that says OK to some writes and does not store them. */
  ACKNOWLEDGES_WITHOUT_STORING,
  /** A replica that says that it has what the primary of a strong table sends, and has not. */
  REPLICATES_WITHOUT_STORING,
  /** A replica that does not answer some reads, be it with an error. */
  DOES_NOT_ANSWER,
  /** A primary that answers without knowing that it still is one. */
  IGNORES_LEASE,
  /** A replica that forgets deletes before the others have heard of them. */
  DROPS_TOMBSTONES;

  private static final int ONE_IN = 4;

  /** How long a daemon keeps tombstones. */
  long tombstoneGraceMs(long graceMs) {
    return this == DROPS_TOMBSTONES ? 1 : graceMs;
  }

  /** Which tombstones a daemon may drop. */
  Engine.TombstoneLimit tombstones(Engine.TombstoneLimit limit) {
    return this == DROPS_TOMBSTONES ? (table, partition) -> Long.MAX_VALUE : limit;
  }

  /** By what a daemon knows whether it is still the primary. */
  Lease lease(Lease lease) {
    return this == IGNORES_LEASE ? () -> true : lease;
  }

  /** What serves a daemon's peers in the place of a handler. */
  Object peers(Object handler, Chance chance) {
    if (this == NONE || this == IGNORES_LEASE || this == DROPS_TOMBSTONES) {
      return handler;
    }
    return Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {SednaPeer.AsyncIface.class},
        (proxy, method, arguments) -> call(handler, method, arguments, chance));
  }

  private Object call(Object handler, Method method, Object[] arguments, Chance chance)
      throws Throwable {
    switch (this) {
      case ACKNOWLEDGES_WITHOUT_STORING -> {
        if (method.getName().equals("applyMutations") && chance.oneIn(ONE_IN)) {
          answer(
              arguments,
              Collections.nCopies(((List<?>) arguments[1]).size(), WriteStatus.OK.getValue()));
          return null;
        }
      }
      case REPLICATES_WITHOUT_STORING -> {
        if (method.getName().equals("replicate") && chance.oneIn(ONE_IN)) {
          answer(
              arguments,
              Collections.nCopies(((List<?>) arguments[2]).size(), WriteStatus.OK.getValue()));
          return null;
        }
      }
      case DOES_NOT_ANSWER -> {
        if (method.getName().equals("readRecords") && chance.oneIn(ONE_IN)) {
          return null;
        }
      }
      default -> throw new IllegalStateException("not planted here: " + this);
    }
    try {
      return method.invoke(handler, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @SuppressWarnings("unchecked")
  private static void answer(Object[] arguments, Object value) {
    ((AsyncMethodCallback<Object>) arguments[arguments.length - 1]).onComplete(value);
  }
}
