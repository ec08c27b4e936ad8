// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.ConsistencyLevel;
import java.util.Locale;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * How many replicas one call of an eventual table is about: how many are read, or have written
 * before the answer. A read of R copies sees every write of W copies that was answered before it if
 * R + W is greater than the table's N. Strong tables refuse it: there every answer is of all copies
 * that are in sync.
 *
 * @param level number of the protocol's ConsistencyLevel; 0: none
 * @param copies 1 to the table's N; 0: not said
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record Consistency(int level, int copies) {
  /** The table's R or W. */
  public static final Consistency TABLE = new Consistency(0, 0);

  public static final Consistency ONE = of(ConsistencyLevel.ONE);

  /** The majority of the table's N. */
  public static final Consistency QUORUM = of(ConsistencyLevel.QUORUM);

  /** All of the table's N. */
  public static final Consistency ALL = of(ConsistencyLevel.ALL);

  public Consistency {
    if (level < 0 || copies < 0 || (level != 0 && copies != 0)) {
      throw illegal("level=" + level + ", copies=" + copies);
    }
  }

  private static Consistency of(ConsistencyLevel level) {
    return new Consistency(level.getValue(), 0);
  }

  /**
   * @param copies 1 to the table's N
   * @throws SednaException INVALID_ARGUMENT
   */
  public static Consistency copies(int copies) {
    if (copies < 1) {
      throw illegal("copies=" + copies + " is not 1 or more");
    }
    return new Consistency(0, copies);
  }

  /**
   * @param text one, quorum, all, table, or a number of copies
   * @throws SednaException INVALID_ARGUMENT
   */
  public static Consistency parse(String text) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "one":
        return ONE;
      case "quorum":
        return QUORUM;
      case "all":
        return ALL;
      case "table":
        return TABLE;
      default:
        try {
          return copies(Integer.parseInt(text));
        } catch (NumberFormatException e) {
          throw illegal("'" + text + "' is not one, quorum, all, table or a number of copies");
        }
    }
  }

  private static SednaException illegal(String what) {
    return new SednaException(ErrorCode.INVALID_ARGUMENT, "impossible consistency: " + what);
  }

  @Override
  public String toString() {
    if (copies != 0) {
      return Integer.toString(copies);
    }
    ConsistencyLevel known = ConsistencyLevel.findByValue(level);
    return level == 0 ? "TABLE" : known != null ? known.name() : "level " + level;
  }
}
