// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * How an instance runs on YARN. Each component is the setting of the key beside it below.
 * Immutable.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record YarnConfig(
    String queue,
    Optional<String> stagingDirectory,
    int amMemoryMb,
    int amVcores,
    int amMaxAttempts,
    long amFailuresValidityIntervalMs,
    long amAdoptWaitMs,
    int daemonVcores,
    Optional<String> daemonJavaOpts,
    Optional<String> daemonGlibcTunables,
    int daemonOverheadMb,
    int daemonDirectMb,
    int daemonHeapMb,
    long daemonRestartBaseMs,
    long daemonRestartMaxMs,
    long placementWaitMs,
    Optional<String> javaHome) {
  /** Queue that instances are submitted to. */
  public static final String QUEUE = "sedna.yarn.queue";

  public static final String QUEUE_DEFAULT = "default";

  /**
   * Directory of jars and configuration of instances. Empty: .sedna in the user's home directory on
   * fs.defaultFS.
   */
  public static final String STAGING_DIR = "sedna.yarn.staging.dir";

  public static final String STAGING_DIR_DEFAULT = "";

  /** Container size of the application master. */
  public static final String AM_MEMORY_MB = "sedna.yarn.am.memory.mb";

  public static final int AM_MEMORY_MB_DEFAULT = 512;

  /** Virtual cores of the application master. */
  public static final String AM_VCORES = "sedna.yarn.am.vcores";

  public static final int AM_VCORES_DEFAULT = 1;

  /** Attempts that YARN gives the application master within the validity interval. */
  public static final String AM_MAX_ATTEMPTS = "sedna.yarn.am.max.attempts";

  public static final int AM_MAX_ATTEMPTS_DEFAULT = 4;

  /** Failures of the application master older than this do not count. */
  public static final String AM_FAILURES_VALIDITY_INTERVAL_MS =
      "sedna.yarn.am.failures.validity.interval.ms";

  public static final long AM_FAILURES_VALIDITY_INTERVAL_MS_DEFAULT = 600_000;

  /**
   * How long a restarted application master waits for containers of earlier attempts before it asks
   * for new ones.
   */
  public static final String AM_ADOPT_WAIT_MS = "sedna.yarn.am.adopt.wait.ms";

  public static final long AM_ADOPT_WAIT_MS_DEFAULT = 20_000;

  /** Virtual cores of a daemon. */
  public static final String DAEMON_VCORES = "sedna.yarn.daemon.vcores";

  public static final int DAEMON_VCORES_DEFAULT = 1;

  /** Java options added to those of a daemon. */
  public static final String DAEMON_JAVA_OPTS = "sedna.yarn.daemon.java.opts";

  public static final String DAEMON_JAVA_OPTS_DEFAULT = "";

  /**
   * GLIBC_TUNABLES of a daemon, name=value[:name=value]; others than GNU's C library ignore it. The
   * default has large blocks of memory ask for huge pages. Empty: the node's own.
   */
  public static final String DAEMON_GLIBC_TUNABLES = "sedna.yarn.daemon.glibc.tunables";

  public static final String DAEMON_GLIBC_TUNABLES_DEFAULT = "glibc.malloc.hugetlb=1";

  /** YARN writes it into a shell script, so nothing else may come there. */
  private static final Pattern GLIBC_TUNABLES =
      Pattern.compile("[\\w.-]+=[\\w.-]*(:[\\w.-]+=[\\w.-]*)*");

  /**
   * Least part of a daemon's container kept for metaspace, stacks and code, beside heap and direct
   * memory.
   */
  public static final String DAEMON_OVERHEAD_MB = "sedna.yarn.daemon.overhead.mb";

  public static final int DAEMON_OVERHEAD_MB_DEFAULT = 192;

  /** Direct memory of a daemon, for network buffers. */
  public static final String DAEMON_DIRECT_MB = "sedna.yarn.daemon.direct.mb";

  public static final int DAEMON_DIRECT_MB_DEFAULT = 64;

  /** Heap of a daemon; records are not on it. 0: an eighth of its container, 128 to 2048 MiB. */
  public static final String DAEMON_HEAP_MB = "sedna.yarn.daemon.heap.mb";

  public static final int DAEMON_HEAP_MB_DEFAULT = 0;

  /**
   * First pause before a lost daemon is replaced; it doubles with each loss of the same daemon in a
   * row.
   */
  public static final String DAEMON_RESTART_BASE_MS = "sedna.yarn.daemon.restart.base.ms";

  public static final long DAEMON_RESTART_BASE_MS_DEFAULT = 1000;

  /** Longest pause before a lost daemon is replaced. */
  public static final String DAEMON_RESTART_MAX_MS = "sedna.yarn.daemon.restart.max.ms";

  public static final long DAEMON_RESTART_MAX_MS_DEFAULT = 60_000;

  /** How long to wait for distinct nodes before falling back, where the user allows it. */
  public static final String PLACEMENT_WAIT_MS = "sedna.yarn.placement.wait.ms";

  public static final long PLACEMENT_WAIT_MS_DEFAULT = 15_000;

  /** Java of the containers. Empty: the node's JAVA_HOME. */
  public static final String JAVA_HOME = "sedna.yarn.java.home";

  public static final String JAVA_HOME_DEFAULT = "";

  /**
   * @throws io.sedna.common.error.SednaException naming the key and the value that is illegal
   */
  public static YarnConfig from(Configuration conf) {
    var reader = new ConfReader(conf);
    var config =
        new YarnConfig(
            reader.string(QUEUE, QUEUE_DEFAULT),
            reader.optional(STAGING_DIR, STAGING_DIR_DEFAULT),
            reader.integer(AM_MEMORY_MB, AM_MEMORY_MB_DEFAULT, 64, Integer.MAX_VALUE),
            reader.integer(AM_VCORES, AM_VCORES_DEFAULT, 1, Integer.MAX_VALUE),
            reader.integer(AM_MAX_ATTEMPTS, AM_MAX_ATTEMPTS_DEFAULT, 1, Integer.MAX_VALUE),
            reader.number(
                AM_FAILURES_VALIDITY_INTERVAL_MS,
                AM_FAILURES_VALIDITY_INTERVAL_MS_DEFAULT,
                -1,
                Long.MAX_VALUE),
            reader.number(AM_ADOPT_WAIT_MS, AM_ADOPT_WAIT_MS_DEFAULT, 0, Long.MAX_VALUE),
            reader.integer(DAEMON_VCORES, DAEMON_VCORES_DEFAULT, 1, Integer.MAX_VALUE),
            reader.optional(DAEMON_JAVA_OPTS, DAEMON_JAVA_OPTS_DEFAULT),
            reader.optional(DAEMON_GLIBC_TUNABLES, DAEMON_GLIBC_TUNABLES_DEFAULT),
            reader.integer(DAEMON_OVERHEAD_MB, DAEMON_OVERHEAD_MB_DEFAULT, 1, Integer.MAX_VALUE),
            reader.integer(DAEMON_DIRECT_MB, DAEMON_DIRECT_MB_DEFAULT, 1, Integer.MAX_VALUE),
            reader.integer(DAEMON_HEAP_MB, DAEMON_HEAP_MB_DEFAULT, 0, Integer.MAX_VALUE),
            reader.number(
                DAEMON_RESTART_BASE_MS, DAEMON_RESTART_BASE_MS_DEFAULT, 0, Long.MAX_VALUE),
            reader.number(DAEMON_RESTART_MAX_MS, DAEMON_RESTART_MAX_MS_DEFAULT, 0, Long.MAX_VALUE),
            reader.number(PLACEMENT_WAIT_MS, PLACEMENT_WAIT_MS_DEFAULT, 0, Long.MAX_VALUE),
            reader.optional(JAVA_HOME, JAVA_HOME_DEFAULT));
    if (config.daemonRestartBaseMs > config.daemonRestartMaxMs) {
      throw ConfReader.refused(
          DAEMON_RESTART_MAX_MS,
          config.daemonRestartMaxMs,
          "at least " + DAEMON_RESTART_BASE_MS + "=" + config.daemonRestartBaseMs);
    }
    config.daemonGlibcTunables.ifPresent(YarnConfig::checkTunables);
    return config;
  }

  private static void checkTunables(String tunables) {
    if (!GLIBC_TUNABLES.matcher(tunables).matches()) {
      throw ConfReader.refused(DAEMON_GLIBC_TUNABLES, tunables, "name=value[:name=value]");
    }
  }
}
