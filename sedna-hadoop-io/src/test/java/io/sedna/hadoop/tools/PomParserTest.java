// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.hadoop.tools.PomParser.MalformedPomException;
import java.nio.file.Files;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class PomParserTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final PomParser parser = new PomParser();

  @Test
  public void shouldReadDependenciesInOrderAndOnce() throws Exception {
    var pom =
        project(
            "<dependencies>"
                + dependency("org.b", "two")
                + dependency("org.a", " one\n")
                + dependency("org.b", "two")
                + "</dependencies>");

    assertThat(parser.dependencies(pom)).containsExactly("org.b:two", "org.a:one");
  }

  @Test
  public void shouldLeaveOutWhatTheArtifactDoesNotDependOn() throws Exception {
    var listed = "<dependencies>" + dependency("org.x", "x") + "</dependencies>";
    var pom =
        project(
            "<dependencyManagement>"
                + listed
                + "</dependencyManagement><build><plugins><plugin>"
                + listed
                + "</plugin></plugins></build><profiles><profile>"
                + listed
                + "</profile></profiles><dependencies><dependency><groupId>org.a</groupId>"
                + "<artifactId>a</artifactId><exclusions><exclusion><groupId>org.y</groupId>"
                + "<artifactId>y</artifactId></exclusion></exclusions></dependency></dependencies>");

    assertThat(parser.dependencies(pom)).containsExactly("org.a:a");
  }

  @Test
  public void shouldFillInWhatThePomItselfSays() throws Exception {
    var pom =
        project(
            "<dependencies>"
                + dependency("${project.groupId}", "own")
                + dependency("${other}.deep", "x_${suffix}")
                + dependency("${unknown}", "kept")
                + dependency("${circle}", "round")
                + "</dependencies><parent><groupId>org.parent</groupId></parent><properties>"
                + "<other>${suffix}.org</other><suffix>2.13</suffix><circle>${circle}</circle>"
                + "</properties>");

    assertThat(parser.dependencies(pom))
        .containsExactly(
            "org.parent:own", "2.13.org.deep:x_2.13", "${unknown}:kept", "${circle}:round");
  }

  @Test
  public void shouldKeepToTheEncodingOfTheFileAndPassOverUndeclaredEntities() throws Exception {
    var pom =
        ("<?xml version='1.0' encoding='ISO-8859-1'?><project><name>J&oslash;rn \u00e9</name>"
                + "<dependencies>"
                + dependency("org.a", "a")
                + "</dependencies></project>")
            .getBytes(ISO_8859_1);

    assertThat(parser.dependencies(pom)).containsExactly("org.a:a");
  }

  @Test
  public void shouldNeverFollowExternalEntities() throws Exception {
    var secret = folder.newFile("secret.txt").toPath();
    Files.writeString(secret, "secret");
    var pom =
        ("<!DOCTYPE project [<!ENTITY leak SYSTEM '"
                + secret.toUri()
                + "'>]><project><dependencies>"
                + dependency("org.a", "a&leak;")
                + "</dependencies></project>")
            .getBytes(UTF_8);

    assertThat(parser.dependencies(pom)).noneMatch(artifact -> artifact.contains("secret"));
  }

  @Test
  public void shouldRefuseWhatIsNoPom() {
    for (var text :
        new String[] {
          "",
          "not xml",
          "<project><dependencies>",
          "<settings/>",
          "<project><dependencies><dependency><groupId>g</groupId></dependency></dependencies>"
              + "</project>",
          "\u0000\u0001"
        }) {
      assertThatThrownBy(() -> parser.dependencies(text.getBytes(UTF_8)))
          .as(text)
          .isInstanceOf(MalformedPomException.class);
    }
  }

  private static byte[] project(String content) {
    return ("<?xml version='1.0' encoding='UTF-8'?><project"
            + " xmlns='http://maven.apache.org/POM/4.0.0'>"
            + content
            + "</project>")
        .getBytes(UTF_8);
  }

  private static String dependency(String groupId, String artifactId) {
    return "<dependency><groupId>"
        + groupId
        + "</groupId><artifactId>"
        + artifactId
        + "</artifactId></dependency>";
  }
}
