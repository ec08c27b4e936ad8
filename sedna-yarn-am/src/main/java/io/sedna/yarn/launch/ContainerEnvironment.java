// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import io.sedna.common.conf.YarnConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.yarn.api.ApplicationConstants;
import org.apache.hadoop.yarn.api.ApplicationConstants.Environment;
import org.apache.hadoop.yarn.conf.YarnConfiguration;

/** Environment variables of a container, the class path among them. */
@InterfaceAudience.Private
public final class ContainerEnvironment {
  /** GNU's C library takes its options from here; others do not look at it. */
  private static final String GLIBC_TUNABLES = "GLIBC_TUNABLES";

  private ContainerEnvironment() {}

  /**
   * @param user who the instance belongs to; on a cluster without Kerberos its processes act as
   *     that user, though another one runs them
   */
  public static Map<String, String> of(Configuration conf, String user) {
    var environment = new HashMap<String, String>();
    environment.put(
        Environment.CLASSPATH.name(),
        String.join(ApplicationConstants.CLASS_PATH_SEPARATOR, classPath(conf)));
    if (!UserGroupInformation.isSecurityEnabled()) {
      environment.put("HADOOP_USER_NAME", user);
    }
    return environment;
  }

  /**
   * As {@link #of}, for a daemon, whose records are looked for all over a large memory: it asks for
   * huge pages, unless the instance's settings say otherwise, for nearly every read of a record
   * misses the TLB without them.
   */
  public static Map<String, String> ofDaemon(Configuration conf, String user) {
    var environment = of(conf, user);
    YarnConfig.from(conf)
        .daemonGlibcTunables()
        .ifPresent(tunables -> environment.put(GLIBC_TUNABLES, tunables));
    return environment;
  }

  /** Settings and jar of the instance first, then what the cluster says that applications get. */
  static List<String> classPath(Configuration conf) {
    var entries = new ArrayList<String>();
    // The working directory, for sedna-site.xml.
    entries.add(Environment.PWD.$$());
    entries.add(Environment.PWD.$$() + "/" + StagingDirectory.JAR);
    for (var entry :
        conf.getTrimmedStrings(
            YarnConfiguration.YARN_APPLICATION_CLASSPATH,
            YarnConfiguration.DEFAULT_YARN_CROSS_PLATFORM_APPLICATION_CLASSPATH)) {
      entries.add(entry);
    }
    return entries;
  }
}
