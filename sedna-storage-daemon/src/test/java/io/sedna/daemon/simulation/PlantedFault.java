// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.SednaPeer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.thrift.async.AsyncMethodCallback;

/** Mistakes that a daemon could make, to show that a simulation finds them. */
enum PlantedFault {
  NONE,
  /** A replica that says OK to some writes and does not store them. */
  ACKNOWLEDGES_WITHOUT_STORING,
  /** A replica that takes writes of coordinators who do not know all replicas. */
  ACCEPTS_OLD_EPOCHS,
  /** A replica that gives tombstones up before the others have them. */
  FORGETS_TOMBSTONES,
  /** A replica that does not answer some reads, be it with an error. */
  DOES_NOT_ANSWER;

  private static final int ONE_IN = 4;

  /** What serves a daemon's peers in the place of a handler. */
  Object peers(Object handler, LongSupplier epoch, Chance chance) {
    if (this == NONE || this == FORGETS_TOMBSTONES) {
      return handler;
    }
    return Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {SednaPeer.AsyncIface.class},
        (proxy, method, arguments) -> call(handler, method, arguments, epoch, chance));
  }

  private Object call(
      Object handler, Method method, Object[] arguments, LongSupplier epoch, Chance chance)
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
      case ACCEPTS_OLD_EPOCHS -> {
        if (arguments[0] instanceof Long old && takesEpoch(method.getName())) {
          arguments[0] = Math.max(old, epoch.getAsLong());
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

  private static boolean takesEpoch(String method) {
    return method.equals("applyMutations") || method.equals("replicate");
  }

  @SuppressWarnings("unchecked")
  private static void answer(Object[] arguments, Object value) {
    ((AsyncMethodCallback<Object>) arguments[arguments.length - 1]).onComplete(value);
  }
}
