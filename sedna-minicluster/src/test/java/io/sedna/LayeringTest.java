// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.junit.Test;

/** What each module may use of the others, and which libraries stay where. */
public class LayeringTest {
  private static final String[] COMMON = {"io.sedna.common.."};
  private static final String[] THRIFT = {"io.sedna.thrift..", "io.sedna.client.."};
  private static final String[] DAEMON = {"io.sedna.daemon.."};
  private static final String[] HADOOP_IO = {"io.sedna.hadoop.."};
  private static final String[] YARN_AM = {"io.sedna.yarn..", "io.sedna.cli.."};
  private static final String[] MINICLUSTER = {
    "io.sedna.minicluster..", "io.sedna.standalone..", "io.sedna.quickstart..", "io.sedna.chaos.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.sedna");

  @Test
  public void shouldUseNothingOfOursInCommon() {
    onlyUses(COMMON);
  }

  @Test
  public void shouldUseOnlyCommonInThrift() {
    onlyUses(THRIFT, COMMON);
  }

  @Test
  public void shouldUseOnlyCommonAndThriftInTheDaemon() {
    onlyUses(DAEMON, COMMON, THRIFT);
  }

  @Test
  public void shouldUseOnlyCommonAndThriftInHadoopIo() {
    onlyUses(HADOOP_IO, COMMON, THRIFT);
  }

  @Test
  public void shouldUseOnlyCommonAndThriftInYarnAm() {
    onlyUses(YARN_AM, COMMON, THRIFT);
  }

  @Test
  public void shouldKnowTheModuleOfEveryClass() {
    classes()
        .should()
        .resideInAnyPackage(join(COMMON, THRIFT, DAEMON, HADOOP_IO, YARN_AM, MINICLUSTER))
        .check(CLASSES);
  }

  @Test
  public void shouldKeepNetworkAndCoordinationOutOfCommon() {
    noClasses()
        .that()
        .resideInAnyPackage(COMMON)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..", "org.apache.thrift..", "org.apache.curator..", "org.apache.zookeeper..")
        .check(CLASSES);
  }

  @Test
  public void shouldKeepAvroInTheSnapshotFormat() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.sedna.common.snapshot..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.avro..")
        .check(CLASSES);
  }

  @Test
  public void shouldKeepYarnInItsModuleAndMapReduceInHadoopIo() {
    noClasses()
        .that()
        .resideOutsideOfPackages(join(YARN_AM, MINICLUSTER))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.hadoop.yarn..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackages(join(HADOOP_IO, MINICLUSTER))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.hadoop.mapreduce..", "org.apache.hadoop.mapred..")
        .check(CLASSES);
  }

  @Test
  public void shouldSayForWhomEveryPublicTypeIs() {
    classes()
        .that()
        .arePublic()
        .and()
        .areTopLevelClasses()
        .and()
        .resideOutsideOfPackages("io.sedna.thrift.generated..", "io.sedna.thrift.peer..")
        .should()
        .beAnnotatedWith(InterfaceAudience.Public.class)
        .orShould()
        .beAnnotatedWith(InterfaceAudience.LimitedPrivate.class)
        .orShould()
        .beAnnotatedWith(InterfaceAudience.Private.class)
        .check(CLASSES);
  }

  /** Jobs put these classes beside the cluster's own versions of the libraries. */
  @Test
  public void shouldNameNoRelocatedLibraryInSignaturesThatUsersOfHadoopSee() {
    var leaks = new ArrayList<String>();
    for (JavaClass type : CLASSES) {
      boolean seen =
          type.getPackageName().startsWith("io.sedna.common")
              || type.getPackageName().startsWith("io.sedna.hadoop");
      if (seen && type.getModifiers().contains(JavaModifier.PUBLIC)) {
        for (JavaMethod method : type.getMethods()) {
          if (method.getModifiers().contains(JavaModifier.PUBLIC)
              && method.getAllInvolvedRawTypes().stream().anyMatch(LayeringTest::isRelocated)) {
            leaks.add(method.getFullName());
          }
        }
      }
    }

    assertThat(leaks).isEmpty();
  }

  private static boolean isRelocated(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith("org.apache.avro")
        || name.startsWith("com.fasterxml.jackson")
        || name.startsWith("com.google.common")
        || name.startsWith("io.netty");
  }

  /** Of what is ours, a module uses only itself and what it may. */
  private static void onlyUses(String[] module, String[]... mayUse) {
    String[] allowed = join(module, join(mayUse));
    classes()
        .that()
        .resideInAnyPackage(module)
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.or(
                    JavaClass.Predicates.resideOutsideOfPackage("io.sedna.."),
                    JavaClass.Predicates.resideInAnyPackage(allowed))
                .as("are not Sedna's, or reside in " + List.of(allowed)))
        .check(CLASSES);
  }

  private static String[] join(String[]... parts) {
    return Arrays.stream(parts).flatMap(Arrays::stream).toArray(String[]::new);
  }
}
