// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import io.sedna.client.CopyWarnings;
import io.sedna.client.SednaAdmin;
import io.sedna.client.SednaClient;
import io.sedna.client.discovery.InstanceDiscovery;
import io.sedna.common.conf.ZooKeeperConfig;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;

/**
 * The client of a running instance, found through ZooKeeper when it is first needed. From then on
 * it follows the instance by itself, unless all daemons that it knew are gone: {@link #reset} then
 * lets it be found again. Thread-safe.
 */
@InterfaceAudience.Private
public final class InstanceConnector implements AutoCloseable {
  private final Configuration conf;
  private final String instance;
  private final Duration deadline;
  private SednaClient client;

  /**
   * @param deadline how long a call may take
   */
  public InstanceConnector(Configuration conf, String instance, Duration deadline) {
    this.conf = conf;
    this.instance = instance;
    this.deadline = deadline;
  }

  /**
   * A client of the instance; the caller closes it.
   *
   * @throws io.sedna.common.error.SednaException UNAVAILABLE if it has no daemons,
   *     ZOOKEEPER_UNREACHABLE
   */
  public static SednaClient connect(Configuration conf, String instance, Duration deadline) {
    return SednaClient.builder()
        .configuration(conf)
        .bootstrap(InstanceDiscovery.find(ZooKeeperConfig.from(conf), instance))
        .deadline(deadline)
        .build();
  }

  /**
   * @throws io.sedna.common.error.SednaException as {@link #connect}
   */
  public synchronized SednaAdmin admin() {
    if (client == null) {
      client = connect(conf, instance, deadline);
    }
    return client.admin();
  }

  /**
   * Which tables have fewer copies than they ask for.
   *
   * @throws io.sedna.common.error.SednaException as {@link #connect}
   */
  public synchronized List<String> copyWarnings() {
    admin();
    return CopyWarnings.of(client);
  }

  public synchronized void reset() {
    close();
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
