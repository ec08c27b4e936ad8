// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.Test;

/**
 * What each package of the daemon may use. The main package wires the others together and may use
 * all of them; nothing may use it.
 */
public class DaemonLayeringTest {
  private static final String ROOT = "io.sedna.daemon";

  /** Audience and stability, and what Error Prone wants said. They mean nothing at run time. */
  private static final List<String> ANNOTATIONS =
      List.of("org.apache.hadoop.classification..", "com.google.errorprone.annotations..");

  private static final List<String> EVERYWHERE = List.of("java..", "io.sedna.common..");
  private static final String CURATOR = "org.apache.curator..";
  private static final String ZOOKEEPER = "org.apache.zookeeper..";
  private static final String JACKSON = "com.fasterxml.jackson..";
  private static final String LOG = "org.slf4j..";
  private static final String NETTY = "io.netty..";
  private static final String THRIFT = "org.apache.thrift..";
  private static final String WIRE_TYPES = "io.sedna.thrift..";
  private static final String RPC = "io.sedna.client.rpc..";
  private static final String WIRE = "io.sedna.client.wire..";
  private static final String JDK_HTTP = "com.sun.net.httpserver..";
  private static final String PROMETHEUS = "io.prometheus..";
  private static final String CONFIGURATION = "org.apache.hadoop.conf..";
  private static final String HADOOP = "org.apache.hadoop..";

  /** What each package may use besides itself, the JDK and {@code io.sedna.common}. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("engine", List.of("sun.misc..", LOG)),
          Map.entry("placement", List.of()),
          Map.entry("metrics", List.of()),
          Map.entry("cluster", List.of(CURATOR, ZOOKEEPER, JACKSON, LOG, CONFIGURATION)),
          Map.entry(
              "replication",
              List.of(
                  inner("engine"),
                  inner("cluster"),
                  inner("metrics"),
                  WIRE_TYPES,
                  THRIFT,
                  RPC,
                  LOG)),
          Map.entry(
              "peer",
              List.of(inner("replication"), inner("engine"), WIRE_TYPES, THRIFT, RPC, WIRE, NETTY)),
          Map.entry(
              "persistence",
              List.of(inner("engine"), inner("cluster"), WIRE_TYPES, THRIFT, HADOOP, LOG)),
          Map.entry(
              "controller",
              List.of(
                  inner("cluster"),
                  inner("placement"),
                  inner("persistence"),
                  WIRE_TYPES,
                  THRIFT,
                  RPC,
                  CURATOR,
                  ZOOKEEPER,
                  LOG)),
          Map.entry(
              "admin",
              List.of(
                  inner("controller"),
                  inner("server"),
                  inner("persistence"),
                  inner("engine"),
                  inner("cluster"),
                  inner("metrics"),
                  WIRE_TYPES,
                  THRIFT,
                  RPC)),
          Map.entry(
              "server",
              List.of(
                  inner("replication"),
                  inner("engine"),
                  inner("cluster"),
                  inner("metrics"),
                  WIRE_TYPES,
                  THRIFT,
                  RPC,
                  NETTY,
                  LOG)),
          Map.entry(
              "http",
              List.of(
                  inner("engine"), inner("cluster"), inner("metrics"), JDK_HTTP, PROMETHEUS, LOG)),
          Map.entry(
              "memcached",
              List.of(
                  inner("server"),
                  inner("replication"),
                  inner("engine"),
                  inner("metrics"),
                  WIRE_TYPES,
                  NETTY,
                  LOG)));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  public void shouldUseInEachPackageOnlyWhatItMay() {
    MAY_USE.forEach(
        (name, others) -> {
          var allowed = new ArrayList<>(EVERYWHERE);
          allowed.addAll(ANNOTATIONS);
          allowed.addAll(others);
          allowed.add(inner(name));
          classes()
              .that()
              .resideInAPackage(inner(name))
              .should()
              .onlyDependOnClassesThat()
              .resideInAnyPackage(allowed.toArray(String[]::new))
              .allowEmptyShould(true)
              .check(CLASSES);
        });
  }

  @Test
  public void shouldHaveARuleForEveryPackage() {
    Set<String> packages = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      if (!type.getPackageName().equals(ROOT)) {
        // The rule of a package is that of those inside it.
        packages.add(type.getPackageName().substring(ROOT.length() + 1).split("\\.", 2)[0]);
      }
    }

    assertThat(MAY_USE.keySet()).containsAll(packages);
  }

  @Test
  public void shouldLetNothingUseTheMainPackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT)
        .check(CLASSES);
  }

  @Test
  public void shouldHaveNoCyclesBetweenPackages() {
    slices()
        .matching(ROOT + ".(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static String inner(String name) {
    return ROOT + "." + name + "..";
  }
}
