// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conflict;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;

/** Finds merge classes by their names. */
@InterfaceAudience.Private
public final class ValueMergers {
  private ValueMergers() {}

  /**
   * Makes a merger; its class is looked for by the thread's context class loader, then by the one
   * that loaded Sedna.
   *
   * @throws SednaException INVALID_ARGUMENT: there is no such class, or it is no merger
   */
  public static ValueMerger load(String className) {
    try {
      return find(className).asSubclass(ValueMerger.class).getDeclaredConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw refused(className, "is not on the daemon's class path", e);
    } catch (ClassCastException e) {
      throw refused(className, "does not implement " + ValueMerger.class.getName(), e);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      throw refused(className, "cannot be made by a public constructor without arguments: " + e, e);
    }
  }

  private static Class<?> find(String className) throws ClassNotFoundException {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null) {
      try {
        return Class.forName(className, true, context);
      } catch (ClassNotFoundException e) {
        return Class.forName(className);
      }
    }
    return Class.forName(className);
  }

  private static SednaException refused(String className, String why, Throwable cause) {
    return new SednaException(
        ErrorCode.INVALID_ARGUMENT, "merge class " + className + " " + why, cause);
  }
}
