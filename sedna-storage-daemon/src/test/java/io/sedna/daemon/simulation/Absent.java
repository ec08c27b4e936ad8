// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import java.lang.reflect.Proxy;

/** Stands for parts that a simulated daemon does without. */
final class Absent {
  private Absent() {}

  /** Whose every method fails. */
  static <T> T of(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException("not simulated: " + method.getName());
            }));
  }
}
