// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What a client asked for of one record. Values are text, so that an explanation can show them; who
 * has bytes records them as ISO 8859-1 or hexadecimal digits. Searches are fast where each written
 * value is another one.
 */
@InterfaceAudience.LimitedPrivate("tests")
@InterfaceStability.Unstable
public sealed interface Call {
  /** The newest version. */
  record Get() implements Call {
    @Override
    public String toString() {
      return "get";
    }
  }

  /** The newest version of each source. */
  record GetAll() implements Call {
    @Override
    public String toString() {
      return "getAll";
    }
  }

  /** Strong tables: put; eventual ones: writeLatest. */
  record Put(String value) implements Call {
    @Override
    public String toString() {
      return "put \"" + value + '"';
    }
  }

  /** writeAll by one source. */
  record PutAll(int source, String value) implements Call {
    @Override
    public String toString() {
      return "putAll of source " + source + " \"" + value + '"';
    }
  }

  record Delete() implements Call {
    @Override
    public String toString() {
      return "delete";
    }
  }

  /**
   * Stores the value if the record has this version.
   *
   * @param expected version; 0: there is no record
   */
  record CompareAndSet(long expected, String value) implements Call {
    @Override
    public String toString() {
      return "compareAndSet of version " + expected + " to \"" + value + '"';
    }
  }

  record CompareAndDelete(long expected) implements Call {
    @Override
    public String toString() {
      return "compareAndDelete of version " + expected;
    }
  }

  record PutIfAbsent(String value) implements Call {
    @Override
    public String toString() {
      return "putIfAbsent \"" + value + '"';
    }
  }

  /** Adds to a decimal number; a missing record counts as 0. */
  record Increment(long delta) implements Call {
    @Override
    public String toString() {
      return "increment by " + delta;
    }
  }

  record Append(String suffix) implements Call {
    @Override
    public String toString() {
      return "append \"" + suffix + '"';
    }
  }

  /** Whether it changes nothing, whatever it is answered. */
  default boolean isRead() {
    return this instanceof Get || this instanceof GetAll;
  }
}
