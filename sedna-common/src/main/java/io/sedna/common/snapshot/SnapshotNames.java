// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** Names of snapshots: 1 to 64 of {@code [A-Za-z0-9_-]}. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SnapshotNames {
  /** Stands for the newest committed snapshot wherever a snapshot is asked for. */
  public static final String LATEST = "latest";

  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private SnapshotNames() {}

  /**
   * @throws SednaException with {@link ErrorCode#INVALID_NAME}
   */
  public static String check(String name) {
    if (!LEGAL.matcher(name).matches() || name.equals(LATEST)) {
      throw new SednaException(
          ErrorCode.INVALID_NAME,
          "illegal snapshot name: '"
              + name
              + "' is not 1 to 64 of [A-Za-z0-9_-], or is the word "
              + LATEST);
    }
    return name;
  }

  /** A name made from the time, in UTC; names of later milliseconds sort later. */
  public static String ofTime(long ms) {
    return TIME.format(Instant.ofEpochMilli(ms));
  }
}
