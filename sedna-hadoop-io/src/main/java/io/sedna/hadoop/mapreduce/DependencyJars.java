// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Finds the jars that classes come from and has a job carry them to its tasks. A class that comes
 * from a directory, as in a build, is packed into a jar first. Thread-safe.
 */
final class DependencyJars {
  /** Comma-separated jars that the job's submission uploads and puts on the tasks' class path. */
  private static final String TMP_JARS = "tmpjars";

  /** Directory of classes to the jar made of it, so that a JVM packs each once. */
  private static final Map<Path, Path> PACKED = new ConcurrentHashMap<>();

  private DependencyJars() {}

  /**
   * Adds the jars of the classes to those that the job carries. Classes of the JDK and of Hadoop,
   * which every task has, are passed over; so is {@code jobJar}, which the job carries anyway.
   *
   * @param jobJar path of the job's own jar, or null
   * @throws SednaException with {@link ErrorCode#INTERNAL} if a class comes from neither jar nor
   *     directory
   */
  static void add(Configuration conf, String jobJar, Collection<Class<?>> classes)
      throws IOException {
    var local = FileSystem.getLocal(conf);
    Set<String> jars = new LinkedHashSet<>(conf.getStringCollection(TMP_JARS));
    for (var type : classes) {
      var source = type == null ? null : sourceOf(type);
      if (source == null) {
        continue;
      }
      var jar = Files.isDirectory(source) ? pack(source) : source;
      if (!isJobJar(jar, jobJar)) {
        var path = new org.apache.hadoop.fs.Path(jar.toUri());
        jars.add(local.makeQualified(path).toString());
      }
    }
    if (!jars.isEmpty()) {
      conf.setStrings(TMP_JARS, jars.toArray(new String[0]));
    }
  }

  /** The jar or directory that a class was loaded from; null: the JDK's or Hadoop's. */
  private static Path sourceOf(Class<?> type) {
    if (type.getName().startsWith("org.apache.hadoop.")) {
      return null;
    }
    var resource = type.getName().replace('.', '/') + ".class";
    var loader = type.getClassLoader();
    var url = loader == null ? null : loader.getResource(resource);
    return url == null ? null : root(type, url, resource);
  }

  private static Path root(Class<?> type, URL url, String resource) {
    var text = url.toString();
    try {
      switch (url.getProtocol()) {
        case "jrt" -> {
          return null;
        }
        case "jar" -> {
          // jar:file:/some/where.jar!/io/sedna/Some.class
          int bang = text.indexOf("!/");
          return Path.of(new URI(text.substring("jar:".length(), bang)));
        }
        case "file" -> {
          return Path.of(new URI(text.substring(0, text.length() - resource.length())));
        }
        default -> throw unfit(type, text, null);
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw unfit(type, text, e);
    }
  }

  private static SednaException unfit(Class<?> type, String url, Exception cause) {
    return new SednaException(
        ErrorCode.INTERNAL,
        "cannot ship "
            + type.getName()
            + " to the job's tasks: it comes from neither a jar nor a directory but "
            + url,
        cause);
  }

  private static boolean isJobJar(Path jar, String jobJar) throws IOException {
    if (jobJar == null) {
      return false;
    }
    var path = Path.of(new org.apache.hadoop.fs.Path(jobJar).toUri().getPath());
    return Files.exists(path) && Files.isSameFile(path, jar);
  }

  private static Path pack(Path directory) throws IOException {
    try {
      return PACKED.computeIfAbsent(
          directory,
          from -> {
            try {
              return writeJar(from);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw new IOException("cannot make a jar of " + directory, e.getCause());
    }
  }

  private static Path writeJar(Path directory) throws IOException {
    var jar = Files.createTempFile("sedna-classes-", ".jar");
    jar.toFile().deleteOnExit();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      walk.filter(Files::isRegularFile).sorted().forEach(files::add);
    }
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (var file : files) {
        var name = directory.relativize(file).toString().replace('\\', '/');
        out.putNextEntry(new JarEntry(name));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return jar;
  }
}
