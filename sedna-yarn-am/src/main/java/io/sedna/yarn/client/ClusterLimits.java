// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import java.util.List;

/**
 * What a cluster can give, in MiB and virtual cores.
 *
 * @param largestMb largest container
 * @param nodes of those that run now
 * @param queue name of the queue
 * @param queueShare at most this part of the cluster, 0 to 1, is the queue's
 */
record ClusterLimits(
    long largestMb, int largestVcores, List<Node> nodes, String queue, double queueShare) {
  record Node(long memoryMb, int vcores) {}
}
