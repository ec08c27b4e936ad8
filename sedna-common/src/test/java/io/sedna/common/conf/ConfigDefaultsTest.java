// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.Test;

public class ConfigDefaultsTest {
  @Test
  public void shouldHaveAConstantForEveryPropertyAndTheSameDefault() throws Exception {
    var xml = new LinkedHashMap<String, String>();
    ConfigKeys.xml().forEach((key, property) -> xml.put(key, property.value()));

    var constants = new LinkedHashMap<String, String>();
    for (Class<?> area : ConfigKeys.AREAS) {
      constants.putAll(ConfigKeys.constantsOf(area));
    }

    assertThat(constants).containsExactlyInAnyOrderEntriesOf(xml);
  }

  @Test
  public void shouldDescribeEveryPropertyInASentence() throws Exception {
    for (Map.Entry<String, ConfigKeys.XmlProperty> entry : ConfigKeys.xml().entrySet()) {
      assertThat(entry.getValue().description())
          .as(entry.getKey())
          .endsWith(".")
          .hasSizeGreaterThan(10);
    }
  }

  @Test
  public void shouldHaveAComponentForEveryKeyOfAnArea() throws Exception {
    for (Class<? extends Record> area : ConfigKeys.AREAS) {
      assertThat(area.getRecordComponents())
          .as(area.getSimpleName())
          .hasSameSizeAs(ConfigKeys.constantsOf(area).keySet());
    }
  }

  @Test
  public void shouldReadTheSameFromTheFileAsFromTheConstants() throws Exception {
    Configuration fromFile = SednaConfiguration.create(new Configuration(false));
    var empty = new Configuration(false);

    for (Class<? extends Record> area : ConfigKeys.AREAS) {
      var from = area.getMethod("from", Configuration.class);
      assertThat(from.invoke(null, fromFile)).isEqualTo(from.invoke(null, empty));
    }
  }
}
