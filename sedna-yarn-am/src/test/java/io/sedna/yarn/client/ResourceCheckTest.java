// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.conf.StoreConfig;
import io.sedna.common.conf.YarnConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.yarn.launch.InstanceDescriptor;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

public class ResourceCheckTest {
  private final YarnConfig config = YarnConfig.from(SednaConfiguration.create());

  @Test
  public void shouldAcceptWhatFits() {
    assertThat(check(3, 1024, false, limits(3, 4096, 1))).isEmpty();
  }

  @Test
  public void shouldRefuseContainersLargerThanTheLargest() {
    refused(3, 10_240, false, limits(3, 4096, 1), "10240 MiB", "8192 MiB");
  }

  @Test
  public void shouldRefuseWhatTheQueueCannotHave() {
    refused(3, 2048, false, limits(3, 4096, 0.5), "6656 MiB", "6144", "queue steady");
  }

  @Test
  public void shouldRefuseMoreDaemonsThanNodes() {
    refused(4, 1024, false, limits(3, 4096, 1), "4 daemons", "3 nodes 3", "--allow-colocation");
  }

  @Test
  public void shouldRefuseDaemonsThatNoNodeCanHold() {
    refused(1, 4096, true, limits(3, 2048, 1), "3 nodes 0");
  }

  @Test
  public void shouldWarnWhereDaemonsWillShare() {
    assertThat(check(4, 1024, true, limits(3, 4096, 1)).orElseThrow()).contains("share nodes");
  }

  @Test
  public void shouldWarnWhereDaemonsCannotHoldAllCopies() {
    assertThat(ResourceCheck.copies(3, 3)).isEmpty();
    assertThat(ResourceCheck.copies(2, 3).orElseThrow())
        .contains("2 daemons", "sedna.replication=3", "need 2")
        .doesNotContain("refused");
    assertThat(ResourceCheck.copies(1, 3).orElseThrow()).endsWith("so that they will be refused");
  }

  private void refused(
      int daemons, int memoryMb, boolean colocation, ClusterLimits limits, String... values) {
    assertThatThrownBy(() -> check(daemons, memoryMb, colocation, limits))
        .isInstanceOfSatisfying(
            SednaException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.IMPOSSIBLE_RESOURCES))
        .hasMessageContainingAll(values);
  }

  private Optional<String> check(
      int daemons, int memoryMb, boolean colocation, ClusterLimits limits) {
    var instance =
        new InstanceDescriptor("store", daemons, memoryMb, 1, "steady", colocation, Map.of(), 0);
    return ResourceCheck.check(
        instance, StoreConfig.from(SednaConfiguration.create()), config, limits);
  }

  private static ClusterLimits limits(int nodes, long memoryMb, double share) {
    return new ClusterLimits(
        8192, 8, Collections.nCopies(nodes, new ClusterLimits.Node(memoryMb, 8)), "steady", share);
  }
}
