// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.id;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Name of one running Sedna: 1 to 64 of {@code [A-Za-z0-9_-]}, beginning with a letter or a digit.
 * It names a znode and a directory, so it holds nothing that either would take for syntax.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record InstanceName(String value) implements Comparable<InstanceName> {
  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

  /**
   * @throws SednaException with {@link ErrorCode#INVALID_NAME}
   */
  public InstanceName {
    if (!LEGAL.matcher(value).matches()) {
      throw new SednaException(
          ErrorCode.INVALID_NAME,
          "illegal instance name: '"
              + value
              + "' is not 1 to 64 of [A-Za-z0-9_-] beginning with a letter or a digit");
    }
  }

  @Override
  public int compareTo(InstanceName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
