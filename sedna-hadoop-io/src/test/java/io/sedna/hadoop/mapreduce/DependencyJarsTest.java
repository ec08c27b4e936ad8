// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.Text;
import org.apache.thrift.TBase;
import org.junit.Test;

public class DependencyJarsTest {
  private final Configuration conf = new Configuration(false);

  @Test
  public void shouldShipTheJarOfAClassOnce() throws Exception {
    DependencyJars.add(conf, null, List.of(TBase.class, org.apache.thrift.TException.class));
    DependencyJars.add(conf, null, List.of(TBase.class));

    assertThat(conf.getStrings("tmpjars"))
        .singleElement()
        .asString()
        .startsWith("file:/")
        .contains("libthrift");
  }

  @Test
  public void shouldKeepTheJarsOfTheUser() throws Exception {
    conf.set("tmpjars", "file:/mine.jar");

    DependencyJars.add(conf, null, List.of(TBase.class));

    assertThat(conf.getStrings("tmpjars")).hasSize(2).contains("file:/mine.jar");
  }

  @Test
  public void shouldPackClassesThatComeFromADirectory() throws Exception {
    DependencyJars.add(conf, null, List.of(DependencyJarsTest.class));

    var jar = Path.of(java.net.URI.create(conf.getStrings("tmpjars")[0]));
    try (var file = new JarFile(jar.toFile())) {
      var name = DependencyJarsTest.class.getName().replace('.', '/') + ".class";
      assertThat(file.getEntry(name)).isNotNull();
    }
  }

  @Test
  public void shouldPassOverTheJdkAndHadoopAndTheJobsOwnJar() throws Exception {
    var thrift = Path.of(TBase.class.getProtectionDomain().getCodeSource().getLocation().toURI());

    DependencyJars.add(
        conf, thrift.toString(), Arrays.asList(String.class, Text.class, TBase.class, null));

    assertThat(conf.get("tmpjars")).isNull();
  }

  @Test
  public void shouldShipEverythingThatTasksNeed() throws Exception {
    SednaMapReduceUtil.addDependencyJars(conf);

    var names =
        conf.getStringCollection("tmpjars").stream()
            .map(jar -> jar.substring(jar.lastIndexOf('/') + 1))
            .collect(Collectors.joining(" "));
    assertThat(names)
        .contains(
            "libthrift",
            "netty-common",
            "netty-buffer",
            "netty-transport",
            "netty-handler",
            "netty-codec",
            "netty-resolver",
            "avro",
            "zstd-jni",
            "jackson-databind",
            "jackson-core",
            "jackson-annotations",
            "zero-allocation-hashing");
  }
}
