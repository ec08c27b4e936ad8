// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Counts how many poms depend on each artifact, {@code groupId:artifactId}: dependencies of the
 * project itself, each once a pom, with the pom's own properties filled in. Reads a pom into a
 * document, where the MapReduce program streams it, so that the two do not share their mistakes. A
 * pom that cannot be read is left out.
 */
final class PomCounter implements InputCount.Counter {
  private static final int MAX_INTERPOLATIONS = 8;
  private static final Pattern UNDECLARED_ENTITY =
      Pattern.compile("&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]*;");

  private final DocumentBuilder builder;

  PomCounter() {
    try {
      var factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
      factory.setExpandEntityReferences(false);
      builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler());
      builder.setEntityResolver((publicId, systemId) -> new InputSource(new StringReader("")));
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's XML parser lacks a feature", e);
    }
  }

  @Override
  public boolean accepts(Path file) {
    return file.getFileName().toString().endsWith(".pom");
  }

  @Override
  public void count(byte[] content, Map<String, Long> counts) {
    try {
      var project =
          builder.parse(new ByteArrayInputStream(withoutEntities(content))).getDocumentElement();
      if (project.getNodeName().equals("project")) {
        artifacts(project).forEach(artifact -> counts.merge(artifact, 1L, Long::sum));
      }
    } catch (SAXException | IOException e) {
      // No pom; the program under test leaves it out too, and counts it.
      return;
    }
  }

  /**
   * Old poms use HTML's entities in names of people, without declaring them, which a document
   * cannot have.
   */
  private static byte[] withoutEntities(byte[] content) {
    // Latin 1 keeps every byte as it is, whatever the file's encoding.
    var text = new String(content, StandardCharsets.ISO_8859_1);
    return UNDECLARED_ENTITY.matcher(text).replaceAll("").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Set<String> artifacts(Element project) {
    var properties = properties(project);
    var artifacts = new LinkedHashSet<String>();
    for (var list : children(project, "dependencies")) {
      for (var dependency : children(list, "dependency")) {
        var group = text(dependency, "groupId");
        var artifact = text(dependency, "artifactId");
        if (group.isEmpty() || artifact.isEmpty()) {
          return Set.of();
        }
        artifacts.add(fill(group.get(), properties) + ":" + fill(artifact.get(), properties));
      }
    }
    return artifacts;
  }

  private static Map<String, String> properties(Element project) {
    var properties = new HashMap<String, String>();
    for (var list : children(project, "properties")) {
      for (var property : children(list, "*")) {
        properties.putIfAbsent(property.getNodeName(), property.getTextContent().strip());
      }
    }
    text(project, "artifactId").ifPresent(id -> properties.put("project.artifactId", id));
    var parentGroup =
        children(project, "parent").stream().findFirst().flatMap(p -> text(p, "groupId"));
    text(project, "groupId")
        .or(() -> parentGroup)
        .ifPresent(
            group ->
                List.of("project.groupId", "pom.groupId", "groupId")
                    .forEach(name -> properties.put(name, group)));
    parentGroup.ifPresent(group -> properties.put("project.parent.groupId", group));
    return properties;
  }

  private static Optional<String> text(Element parent, String name) {
    return children(parent, name).stream()
        .reduce((first, last) -> last)
        .map(element -> element.getTextContent().strip())
        .filter(text -> !text.isEmpty());
  }

  private static List<Element> children(Element parent, String name) {
    var nodes = parent.getChildNodes();
    return IntStream.range(0, nodes.getLength())
        .mapToObj(nodes::item)
        .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
        .filter(node -> name.equals("*") || node.getNodeName().equals(name))
        .map(Element.class::cast)
        .toList();
  }

  private static String fill(String text, Map<String, String> properties) {
    var result = text;
    for (int i = 0; i < MAX_INTERPOLATIONS; i++) {
      var before = result;
      for (var property : properties.entrySet()) {
        result = result.replace("${" + property.getKey() + "}", property.getValue());
      }
      if (result.equals(before)) {
        break;
      }
    }
    return result;
  }
}
