// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.schema;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * {@code dataset.table}; each part 1 to 64 of {@code [A-Za-z0-9_-]}, beginning with a letter or an
 * underscore.
 */
@InterfaceAudience.Public
@InterfaceStability.Stable
public record TableName(String dataset, String table) implements Comparable<TableName> {
  private static final String PART = "([A-Za-z_][A-Za-z0-9_-]{0,63})";
  private static final Pattern LEGAL = Pattern.compile(PART + "\\." + PART);

  public TableName {
    check(dataset + "." + table);
  }

  /**
   * @throws SednaException with {@link ErrorCode#INVALID_NAME}
   */
  public static TableName parse(String name) {
    Matcher matcher = check(name);
    return new TableName(matcher.group(1), matcher.group(2));
  }

  private static Matcher check(String name) {
    Matcher matcher = LEGAL.matcher(name);
    if (!matcher.matches()) {
      throw new SednaException(
          ErrorCode.INVALID_NAME,
          "illegal table name: '"
              + name
              + "' is not dataset.table, each part 1 to 64 of [A-Za-z0-9_-] beginning with a letter or '_'");
    }
    return matcher;
  }

  @Override
  public int compareTo(TableName other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return dataset + "." + table;
  }
}
