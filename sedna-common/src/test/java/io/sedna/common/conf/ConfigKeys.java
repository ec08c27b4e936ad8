// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/** What the configuration records and sedna-default.xml say, for the tests that compare them. */
final class ConfigKeys {
  static final List<Class<? extends Record>> AREAS =
      List.of(
          ZooKeeperConfig.class,
          ClusterConfig.class,
          ServerConfig.class,
          TransportConfig.class,
          MemcachedConfig.class,
          ReplicationConfig.class,
          StrongConfig.class,
          EventualConfig.class,
          RepairConfig.class,
          StoreConfig.class,
          SnapshotConfig.class,
          ClientConfig.class,
          ClientBatchingConfig.class,
          NearCacheConfig.class,
          MapReduceConfig.class,
          YarnConfig.class);

  private static final String DEFAULT_SUFFIX = "_DEFAULT";

  record XmlProperty(String value, String description) {}

  private ConfigKeys() {}

  /** Keys of an area with their defaults as text, in the order of their constants. */
  static Map<String, String> constantsOf(Class<?> area) throws ReflectiveOperationException {
    var keys = new LinkedHashMap<String, String>();
    for (Field field : area.getFields()) {
      boolean constant = Modifier.isStatic(field.getModifiers());
      if (constant && !field.getName().endsWith(DEFAULT_SUFFIX)) {
        Field defaultValue = area.getField(field.getName() + DEFAULT_SUFFIX);
        keys.put((String) field.get(null), String.valueOf(defaultValue.get(null)));
      }
    }
    return keys;
  }

  /** Every property of sedna-default.xml, in its order. */
  static Map<String, XmlProperty> xml() throws Exception {
    var properties = new LinkedHashMap<String, XmlProperty>();
    try (InputStream in = SednaConfiguration.class.getResourceAsStream("/sedna-default.xml")) {
      var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
      var nodes = document.getElementsByTagName("property");
      for (int i = 0; i < nodes.getLength(); i++) {
        var property = (Element) nodes.item(i);
        var found = new XmlProperty(text(property, "value"), text(property, "description"));
        if (properties.put(text(property, "name"), found) != null) {
          throw new AssertionError("twice in sedna-default.xml: " + text(property, "name"));
        }
      }
    }
    return properties;
  }

  private static String text(Element property, String tag) {
    return property.getElementsByTagName(tag).item(0).getTextContent().trim();
  }
}
