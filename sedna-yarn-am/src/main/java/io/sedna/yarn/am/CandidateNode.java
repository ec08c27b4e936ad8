// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

/**
 * A node that runs containers, as the resource manager last told.
 *
 * @param id host:port of its node manager, which is unique
 * @param requestName what the scheduler knows it by: its host, or host:port where the cluster says
 *     so; several node managers of one host may share it
 * @param freeMemoryMb memory that no container has, in MiB
 * @param totalMemoryMb memory of all its containers, in MiB
 */
record CandidateNode(
    String id,
    String requestName,
    String rack,
    long freeMemoryMb,
    int freeVcores,
    long totalMemoryMb) {}
