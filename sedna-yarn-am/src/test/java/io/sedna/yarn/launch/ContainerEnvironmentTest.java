// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.conf.YarnConfig;
import org.apache.hadoop.conf.Configuration;
import org.junit.Test;

public class ContainerEnvironmentTest {
  private static final String TUNABLES = "GLIBC_TUNABLES";

  private final Configuration conf = SednaConfiguration.create(new Configuration(false));

  @Test
  public void shouldHaveDaemonsAskForHugePages() {
    assertThat(ContainerEnvironment.ofDaemon(conf, "ann"))
        .containsEntry(TUNABLES, "glibc.malloc.hugetlb=1")
        .containsEntry("HADOOP_USER_NAME", "ann");
    assertThat(ContainerEnvironment.of(conf, "ann")).doesNotContainKey(TUNABLES);
  }

  @Test
  public void shouldTakeTheTunablesOfTheSettings() {
    conf.set(YarnConfig.DAEMON_GLIBC_TUNABLES, "glibc.malloc.hugetlb=2:glibc.malloc.arena_max=4");

    assertThat(ContainerEnvironment.ofDaemon(conf, "ann"))
        .containsEntry(TUNABLES, "glibc.malloc.hugetlb=2:glibc.malloc.arena_max=4");
  }

  @Test
  public void shouldLeaveTheNodesOwnWhereTheSettingIsEmpty() {
    conf.set(YarnConfig.DAEMON_GLIBC_TUNABLES, "");

    assertThat(ContainerEnvironment.ofDaemon(conf, "ann")).doesNotContainKey(TUNABLES);
  }
}
