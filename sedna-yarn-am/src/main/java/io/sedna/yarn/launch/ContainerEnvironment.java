// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

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
