// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** What a client was answered. A version of 0 was not told. */
@InterfaceAudience.LimitedPrivate("tests")
@InterfaceStability.Unstable
public sealed interface Answer {
  /** A read found this. */
  record Found(String value, long version) implements Answer {
    @Override
    public String toString() {
      return "found \"" + value + "\" of version " + version;
    }
  }

  /** A read found these, one of each source. */
  record FoundAll(List<SourcedValue> values) implements Answer {
    public FoundAll {
      values = List.copyOf(values);
    }

    @Override
    public String toString() {
      return "found " + values;
    }
  }

  /** There is no such record: an answer to reads and to updates of what is not there. */
  record Missing() implements Answer {
    @Override
    public String toString() {
      return "missing";
    }
  }

  /** The change was made, and has this version. */
  record Written(long version) implements Answer {
    @Override
    public String toString() {
      return "written as version " + version;
    }
  }

  /** Nothing was changed, because something newer was there: eventual tables only. */
  record Outdated(long version) implements Answer {
    @Override
    public String toString() {
      return "outdated, as version " + version;
    }
  }

  /** Nothing was changed, because the record had not the version that was expected, but this. */
  record Mismatch(long version) implements Answer {
    @Override
    public String toString() {
      return "mismatch with version " + version;
    }
  }

  /** The sum after an increment. */
  record Sum(long value) implements Answer {
    @Override
    public String toString() {
      return "sum " + value;
    }
  }

  /** None came. What was asked for may have been done, may be done at any later time, or never. */
  record Unknown() implements Answer {
    @Override
    public String toString() {
      return "unknown";
    }
  }
}
