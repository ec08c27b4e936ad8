// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;

/**
 * Keeps the tables of the documentation's configuration page equal to sedna-default.xml. Run with
 * {@code -Dsedna.docs.write=true} to bring the page up to date.
 */
public class ConfigurationPageTest {
  private static final Path PAGE = Path.of("../src/site/markdown/configuration.md");
  private static final Pattern TABLE =
      Pattern.compile("(<!-- table (\\w+) -->\n)(.*?)(<!-- end -->)", Pattern.DOTALL);

  @Test
  public void shouldDocumentEveryKeyAsTheDefaultsSay() throws Exception {
    String page = Files.readString(PAGE);

    String expected = render(page);

    if (Boolean.getBoolean("sedna.docs.write")) {
      Files.writeString(PAGE, expected);
    } else {
      assertThat(page)
          .as(
              "bring it up to date: mvn -pl sedna-common test -Dtest=ConfigurationPageTest"
                  + " -Dsedna.docs.write=true")
          .isEqualTo(expected);
    }
  }

  @Test
  public void shouldHaveATableForEveryArea() throws Exception {
    var areas = TABLE.matcher(Files.readString(PAGE)).results().map(result -> result.group(2));

    assertThat(areas)
        .containsExactlyInAnyOrderElementsOf(
            ConfigKeys.AREAS.stream().map(Class::getSimpleName).toList());
  }

  private static String render(String page) throws Exception {
    Map<String, ConfigKeys.XmlProperty> xml = ConfigKeys.xml();
    var rendered = new StringBuilder();
    Matcher matcher = TABLE.matcher(page);
    while (matcher.find()) {
      String table = matcher.group(1) + table(matcher.group(2), xml) + matcher.group(4);
      matcher.appendReplacement(rendered, Matcher.quoteReplacement(table));
    }
    return matcher.appendTail(rendered).toString();
  }

  private static String table(String area, Map<String, ConfigKeys.XmlProperty> xml)
      throws ReflectiveOperationException {
    Class<?> type = Class.forName(ConfigKeys.class.getPackageName() + "." + area);
    var table = new StringBuilder("\n| Key | Default | Meaning |\n|---|---|---|\n");
    for (String key : ConfigKeys.constantsOf(type).keySet()) {
      ConfigKeys.XmlProperty property = xml.get(key);
      String value = property.value().isEmpty() ? "(empty)" : "`" + property.value() + "`";
      table.append("| `").append(key).append("` | ").append(value);
      table.append(" | ").append(property.description()).append(" |\n");
    }
    return table.append("\n").toString();
  }
}
