// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.id;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Stable name of a daemon, given by the application master or the administrator: 1 to 64 of {@code
 * [A-Za-z0-9._-]}. Never host:port, because a restarted container comes back elsewhere.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record NodeId(String value) implements Comparable<NodeId> {
  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public NodeId {
    if (!LEGAL.matcher(value).matches()) {
      throw new SednaException(
          ErrorCode.INVALID_NAME,
          "illegal node id: '" + value + "' is not 1 to 64 of [A-Za-z0-9._-]");
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
