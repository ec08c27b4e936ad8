// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.web;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A daemon, as the page shows it. Numbers are 0 and texts empty while they are not known.
 *
 * @param state of its slot, in lower case
 * @param serving whether it is in ZooKeeper now
 * @param httpPort where its metrics are
 * @param replicas of partitions, primaries included
 * @param records of all replicas held there
 * @param losses how often its container was lost
 * @param note what an administrator should know
 */
@InterfaceAudience.Private
public record DaemonView(
    String nodeId,
    String state,
    boolean serving,
    String host,
    int thriftPort,
    int httpPort,
    String rack,
    String container,
    long heapUsedBytes,
    long heapMaxBytes,
    int primaries,
    int replicas,
    long records,
    double operationsPerSecond,
    long uptimeMs,
    int losses,
    String note) {}
