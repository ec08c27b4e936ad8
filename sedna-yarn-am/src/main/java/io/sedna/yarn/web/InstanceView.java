// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.web;

import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * An instance, as the page and {@code status.json} show it.
 *
 * @param state one word: starting, serving, degraded, loading, frozen or stopping
 * @param zookeeper where it is to be found in ZooKeeper
 * @param desired how many daemons there should be
 * @param epoch of the partition map; 0: there is none yet
 * @param controller node id; empty: none
 * @param underReplicated partitions that serve with fewer copies than they should have
 * @param loading partitions that are being given back from snapshots
 * @param records counted once
 * @param warnings what people should know, a sentence each
 * @param message why the numbers are not known, if they are not; otherwise empty
 */
@InterfaceAudience.Private
public record InstanceView(
    String instance,
    String application,
    String state,
    String zookeeper,
    long startedAtMs,
    long readAtMs,
    int desired,
    long epoch,
    String controller,
    int partitions,
    int replication,
    int underReplicated,
    int loading,
    long records,
    long bytes,
    double operationsPerSecond,
    List<DaemonView> daemons,
    List<String> warnings,
    String message) {}
