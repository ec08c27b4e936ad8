// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * An instance, as {@code status} and {@code list} tell it. Immutable.
 *
 * @param daemons how many there should be
 * @param memoryMb container size of a daemon, in MiB
 * @param applicationId of the last run; null where YARN has forgotten it
 * @param trackingUrl its web page; null unless it runs
 * @param startedAtMs of the last run, in milliseconds since 1970; 0 if unknown
 * @param diagnostics what YARN says about its end; empty if nothing
 * @param zookeeper where it is found: servers and path
 * @param cluster what its daemons say; null unless asked for and answered
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InstanceStatus(
    String name,
    InstanceState state,
    String user,
    String queue,
    int daemons,
    int memoryMb,
    int vcores,
    String applicationId,
    String trackingUrl,
    long startedAtMs,
    String diagnostics,
    String zookeeper,
    Cluster cluster) {

  /**
   * What the daemons say.
   *
   * @param epoch of the partition map; 0: there is none yet
   * @param complete partitions with all their copies
   * @param warnings tables that have fewer copies than they ask for, a sentence each
   */
  public record Cluster(
      long epoch,
      String controller,
      int partitions,
      int replication,
      int complete,
      int underReplicated,
      int loading,
      boolean frozen,
      List<Daemon> daemons,
      List<String> warnings) {}

  /** One daemon. */
  public record Daemon(
      String nodeId,
      String host,
      int thriftPort,
      int httpPort,
      String rack,
      boolean live,
      boolean draining,
      int primaries,
      int replicas) {}

  InstanceStatus with(Cluster answered) {
    return new InstanceStatus(
        name,
        state,
        user,
        queue,
        daemons,
        memoryMb,
        vcores,
        applicationId,
        trackingUrl,
        startedAtMs,
        diagnostics,
        zookeeper,
        answered);
  }
}
