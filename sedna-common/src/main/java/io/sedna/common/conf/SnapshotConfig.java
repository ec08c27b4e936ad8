// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * Where snapshots go, how often they are made and how many are kept. Each component is the setting
 * of the key beside it below. Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record SnapshotConfig(
    Optional<String> directory,
    long intervalMs,
    int retained,
    int parallelism,
    Optional<String> restoreOnStart) {
  /**
   * Directory of this instance's snapshots on any Hadoop file system. Empty:
   * sedna/INSTANCE/snapshots in the user's home directory on fs.defaultFS.
   */
  public static final String DIR = "sedna.snapshot.dir";

  public static final String DIR_DEFAULT = "";

  /** Pause between periodic snapshots of a table that sets none; 0: no periodic snapshots. */
  public static final String INTERVAL_MS = "sedna.snapshot.interval.ms";

  public static final long INTERVAL_MS_DEFAULT = 300_000;

  /** Periodic snapshots kept. */
  public static final String RETAINED = "sedna.snapshot.retained";

  public static final int RETAINED_DEFAULT = 3;

  /** Snapshot files that a daemon writes or reads at once. */
  public static final String PARALLELISM = "sedna.snapshot.parallelism";

  public static final int PARALLELISM_DEFAULT = 2;

  /**
   * Snapshot to restore into a new instance before it serves: a name, a URI, or 'latest'. Empty:
   * none.
   */
  public static final String RESTORE_ON_START = "sedna.snapshot.restore.on.start";

  public static final String RESTORE_ON_START_DEFAULT = "";

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static SnapshotConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    return new SnapshotConfig(
        reader.optional(DIR, DIR_DEFAULT),
        reader.number(INTERVAL_MS, INTERVAL_MS_DEFAULT, 0, Long.MAX_VALUE),
        reader.integer(RETAINED, RETAINED_DEFAULT, 1, Integer.MAX_VALUE),
        reader.integer(PARALLELISM, PARALLELISM_DEFAULT, 1, 1024),
        reader.optional(RESTORE_ON_START, RESTORE_ON_START_DEFAULT));
  }
}
