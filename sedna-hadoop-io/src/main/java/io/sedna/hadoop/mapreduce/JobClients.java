// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.client.SednaClient;
import io.sedna.common.conf.ClientConfig;
import io.sedna.common.conf.HostPort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** Connects jobs and their tasks to an instance. */
final class JobClients {
  /** Enough that some will be there when a task starts, few enough for a line of a file. */
  private static final int MAX_ADDRESSES = 32;

  private JobClients() {}

  /**
   * A client for one side of a job.
   *
   * @param sideBootstrap setting that holds the daemons of that side, where input and output are
   *     different instances; if it is not set, what the job says for both holds
   */
  static SednaClient connect(Configuration conf, String sideBootstrap) {
    var builder = SednaClient.builder().configuration(conf);
    var side = conf.getTrimmed(sideBootstrap, "");
    return (side.isEmpty() ? builder : builder.bootstrap(side)).build();
  }

  /**
   * Writes the addresses of the instance's daemons into the job, so that its tasks need neither
   * ZooKeeper nor the few daemons that the user may have named.
   */
  static void pinAddresses(Configuration conf, String sideBootstrap, SednaClient client) {
    var nodes = new ArrayList<>(client.partitionMap().nodes());
    Collections.shuffle(nodes);
    var configured = conf.getTrimmed(sideBootstrap, conf.getTrimmed(ClientConfig.BOOTSTRAP, ""));
    Set<HostPort> addresses = new LinkedHashSet<>();
    nodes.stream()
        .limit(MAX_ADDRESSES)
        .forEach(node -> addresses.add(new HostPort(node.host(), node.thriftPort())));
    addresses.addAll(HostPort.parseList(configured));
    conf.set(
        sideBootstrap, addresses.stream().map(HostPort::toString).collect(Collectors.joining(",")));
  }
}
