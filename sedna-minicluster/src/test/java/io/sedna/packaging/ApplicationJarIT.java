// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.Assume.assumeTrue;

import io.sedna.cli.SednaCli;
import io.sedna.client.rpc.NettyTransport;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** The jar that "yarn jar" takes, as the build left it. */
public class ApplicationJarIT {
  /** Twice what it is; a jump means that something crept in. */
  private static final long LARGEST_BYTES = 40L << 20;

  private static JarFile jar;

  @BeforeClass
  public static void openJar() throws IOException {
    jar = new JarFile(new File(System.getProperty("sedna.application.jar")));
  }

  @AfterClass
  public static void closeJar() throws IOException {
    jar.close();
  }

  @Test
  public void shouldHoldOnlyOwnAndRelocatedClasses() {
    var foreign =
        names().stream()
            .filter(name -> name.endsWith(".class"))
            .filter(name -> !name.startsWith("io/sedna/"))
            // Bound to its native code by class name, so it cannot move.
            .filter(name -> !name.startsWith("com/github/luben/zstd/"));

    assertThat(foreign).isEmpty();
  }

  @Test
  public void shouldHoldNoServicesOfForeignClasses() throws IOException {
    for (var name : names()) {
      if (name.matches("META-INF/services/[^/]+")) {
        try (var in = jar.getInputStream(jar.getEntry(name))) {
          var providers =
              new String(in.readAllBytes(), StandardCharsets.UTF_8)
                  .lines()
                  .map(String::strip)
                  .filter(line -> !line.isEmpty() && !line.startsWith("#"));

          assertThat(providers).as(name).allMatch(line -> line.startsWith("io.sedna."));
        }
      }
    }
  }

  @Test
  public void shouldHoldWhatRunsIt() throws IOException {
    assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
        .isEqualTo(SednaCli.class.getName());
    assertThat(names())
        .contains(
            "sedna-default.xml",
            "META-INF/LICENSE",
            "META-INF/services/org/jline/terminal/provider/exec",
            "io/sedna/shaded/org/jline/terminal/impl/exec/ExecTerminalProvider.class");
  }

  /** Netty finds its native libraries by names made of the package that it has been moved to. */
  @Test
  public void shouldLoadTheNativeTransportsOfRelocatedNetty() throws Exception {
    assumeTrue("Linux".equals(System.getProperty("os.name")));
    assertThat(names())
        .filteredOn(name -> name.startsWith("META-INF/native/") && !name.endsWith("/"))
        .allMatch(name -> name.startsWith("META-INF/native/libio_sedna_shaded_netty_"))
        .hasSizeGreaterThanOrEqualTo(4);

    try (var loader = new URLClassLoader(jarAndWhatTheClusterHas(), platform())) {
      Class<?> transports = loader.loadClass(NettyTransport.class.getName());
      Object epoll =
          transports.getMethod("choose", String.class, String.class).invoke(null, "key", "epoll");

      assertThat(transports.getClassLoader()).isSameAs(loader);
      assertThat(epoll).hasToString("EPOLL");
      assertThat(
              loader
                  .loadClass("io.sedna.shaded.io.netty.channel.uring.IoUring")
                  .getMethod("unavailabilityCause")
                  .invoke(null))
          .satisfiesAnyOf(
              cause -> assertThat(cause).isNull(),
              // The kernel's refusal, not a library that was not found.
              cause -> assertThat((Throwable) cause).isNotInstanceOf(UnsatisfiedLinkError.class));
    }
  }

  private static ClassLoader platform() {
    return ClassLoader.getPlatformClassLoader();
  }

  private static URL[] jarAndWhatTheClusterHas() throws IOException {
    var urls = new ArrayList<URL>();
    urls.add(new File(jar.getName()).toURI().toURL());
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (entry.matches(".*/(hadoop-client-(api|runtime)|slf4j-.*|reload4j)-[^/]*\\.jar")) {
        urls.add(new File(entry).toURI().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  @Test
  public void shouldHoldNoSignatures() {
    assertThat(names()).noneMatch(name -> name.matches("META-INF/.*\\.(SF|DSA|RSA)"));
  }

  @Test
  public void shouldBeOfReasonableSize() {
    assertThat(new File(jar.getName()))
        .satisfies(f -> assertThat(f.length()).isLessThan(LARGEST_BYTES));
  }

  private static List<String> names() {
    return jar.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
  }
}
