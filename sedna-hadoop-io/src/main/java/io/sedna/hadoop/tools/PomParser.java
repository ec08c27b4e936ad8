// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Reads from Maven poms which artifacts they depend on.
 *
 * <p>A dependency is a {@code <dependency>} of {@code <project><dependencies>}, named {@code
 * groupId:artifactId}; one that a pom names twice, say with two classifiers, counts once. Those of
 * {@code <dependencyManagement>} are not: they say which version would be taken, not that anything
 * is. Nor are those of plugins and profiles, which the artifact's users never get. {@code
 * ${project.groupId}} and the pom's own {@code <properties>} are filled in; properties of parents
 * are not known here and stay as they are written.
 *
 * <p>Document type declarations and external entities are never followed. Thread-safe.
 *
 * @see <a href="https://maven.apache.org/pom.html">POM reference</a>
 */
@InterfaceAudience.Private
@InterfaceStability.Evolving
public final class PomParser {
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)\\}");

  /** Properties may stand for properties; deeper than this is a circle. */
  private static final int MAX_INTERPOLATIONS = 8;

  private final XMLInputFactory factory;

  public PomParser() {
    // The JDK's own parser: a cluster's class path may bring any other, with other settings.
    factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    // Old poms use HTML's entities, in names of people, without declaring them.
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
  }

  /**
   * The artifacts that a pom depends on, as {@code groupId:artifactId}, in the order of the pom.
   *
   * @param pom the whole file; its encoding is what the XML declaration says
   * @throws MalformedPomException if it is not well-formed XML, is not a {@code <project>}, or
   *     holds a dependency without groupId or artifactId
   */
  public Set<String> dependencies(byte[] pom) throws MalformedPomException {
    return dependencies(new ByteArrayInputStream(pom));
  }

  /** As {@link #dependencies(byte[])}; the stream is read to its end and not closed. */
  public Set<String> dependencies(InputStream pom) throws MalformedPomException {
    try {
      var reader = reader(pom);
      try {
        return read(reader).resolve();
      } finally {
        reader.close();
      }
    } catch (XMLStreamException | RuntimeException e) {
      // The JDK's parser answers some broken input with runtime exceptions.
      throw new MalformedPomException("not well-formed: " + e.getMessage(), e);
    }
  }

  private XMLStreamReader reader(InputStream pom) throws XMLStreamException {
    // The factory is not safe for use by many threads.
    synchronized (factory) {
      return factory.createXMLStreamReader(pom);
    }
  }

  private static Project read(XMLStreamReader reader)
      throws XMLStreamException, MalformedPomException {
    var project = new Project();
    Deque<String> path = new ArrayDeque<>();
    var text = new StringBuilder();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          path.addLast(reader.getLocalName());
          if (path.size() == 1 && !path.getLast().equals("project")) {
            throw new MalformedPomException(
                "root element is <" + path.getLast() + ">, not <project>", null);
          }
          text.setLength(0);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          project.endOf(String.join("/", path), text.toString().strip());
          path.removeLast();
          text.setLength(0);
        }
        default -> {}
      }
    }
    return project;
  }

  /** What has been read of one pom. */
  private static final class Project {
    private static final String PROPERTIES = "project/properties/";

    private final Map<String, String> properties = new HashMap<>();
    private final List<String[]> dependencies = new ArrayList<>();
    private String groupId;
    private String parentGroupId;
    private String dependencyGroupId;
    private String dependencyArtifactId;

    void endOf(String path, String text) {
      switch (path) {
        case "project/groupId" -> groupId = text;
        case "project/artifactId" -> properties.put("project.artifactId", text);
        case "project/parent/groupId" -> parentGroupId = text;
        case "project/dependencies/dependency/groupId" -> dependencyGroupId = text;
        case "project/dependencies/dependency/artifactId" -> dependencyArtifactId = text;
        case "project/dependencies/dependency" -> {
          dependencies.add(new String[] {dependencyGroupId, dependencyArtifactId});
          dependencyGroupId = null;
          dependencyArtifactId = null;
        }
        default -> {
          if (path.startsWith(PROPERTIES)) {
            properties.putIfAbsent(path.substring(PROPERTIES.length()), text);
          }
        }
      }
    }

    Set<String> resolve() throws MalformedPomException {
      var own = groupId == null ? parentGroupId : groupId;
      if (own != null) {
        // The last two are what Maven 1 and 2 called it; many old poms still do.
        for (var name : List.of("project.groupId", "pom.groupId", "groupId")) {
          properties.put(name, own);
        }
      }
      if (parentGroupId != null) {
        properties.put("project.parent.groupId", parentGroupId);
      }
      var artifacts = new LinkedHashSet<String>();
      for (var dependency : dependencies) {
        if (isBlank(dependency[0]) || isBlank(dependency[1])) {
          throw new MalformedPomException(
              "dependency without name: groupId=" + dependency[0] + ", artifactId=" + dependency[1],
              null);
        }
        artifacts.add(interpolate(dependency[0]) + ":" + interpolate(dependency[1]));
      }
      return artifacts;
    }

    private String interpolate(String text) {
      var result = text;
      for (int i = 0; i < MAX_INTERPOLATIONS && result.contains("${"); i++) {
        var next =
            PROPERTY
                .matcher(result)
                .replaceAll(
                    match ->
                        Matcher.quoteReplacement(
                            properties.getOrDefault(match.group(1), match.group())));
        if (next.equals(result)) {
          break;
        }
        result = next;
      }
      return result;
    }

    private static boolean isBlank(String text) {
      return text == null || text.isBlank();
    }
  }

  /** A file that is no pom. */
  public static final class MalformedPomException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedPomException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
