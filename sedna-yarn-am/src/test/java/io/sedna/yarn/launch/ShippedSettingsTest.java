// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.conf.SednaConfiguration;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.Test;

public class ShippedSettingsTest {
  @Test
  public void shouldShipWhatIsNoDefaultAndLeaveWhatNodesKnowBetter() {
    var conf = SednaConfiguration.create();
    conf.set("sedna.partitions", "64");
    conf.set("fs.defaultFS", "hdfs://name:8020");
    conf.set("yarn.nodemanager.local-dirs", "/here");
    conf.set("ssl.client.truststore.password", "hush");

    var settings = ShippedSettings.of(conf);

    assertThat(settings)
        .containsEntry("sedna.partitions", "64")
        .containsEntry("fs.defaultFS", "hdfs://name:8020")
        .doesNotContainKeys(
            "sedna.replication", "yarn.nodemanager.local-dirs", "ssl.client.truststore.password");
  }

  @Test
  public void shouldBeReadAsConfiguration() throws Exception {
    var conf = new Configuration(false);
    conf.set("sedna.instance", "a<b");
    var out = new ByteArrayOutputStream();

    ShippedSettings.write(ShippedSettings.of(conf), out);

    var read = new Configuration(false);
    read.addResource(new ByteArrayInputStream(out.toByteArray()));
    assertThat(read.get("sedna.instance")).isEqualTo("a<b");
  }
}
