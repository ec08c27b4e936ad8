// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The count to compare with, made by plain Java that shares nothing with the MapReduce programs.
 *
 * @param files that were counted
 * @param bytes of them
 * @param counts by name
 */
record InputCount(long files, long bytes, SortedMap<String, Long> counts) {

  /** What is counted in a file. */
  interface Counter {
    /** A file to look into. */
    boolean accepts(Path file);

    /** Adds what is in a file. */
    void count(byte[] content, Map<String, Long> counts);
  }

  static InputCount of(Path input, Counter counter) throws IOException {
    var counts = new TreeMap<String, Long>();
    long bytes = 0;
    var files = files(input, counter);
    for (var file : files) {
      var content = Files.readAllBytes(file);
      bytes += content.length;
      counter.count(content, counts);
    }
    return new InputCount(files.size(), bytes, counts);
  }

  /** MapReduce leaves out files and directories whose names begin with a dot or an underscore. */
  private static List<Path> files(Path input, Counter counter) throws IOException {
    var files = new ArrayList<Path>();
    Files.walkFileTree(
        input,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return !dir.equals(input) && isHidden(dir)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if ((file.equals(input) || !isHidden(file)) && counter.accepts(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static boolean isHidden(Path path) {
    var name = path.getFileName().toString();
    return name.startsWith(".") || name.startsWith("_");
  }

  /** The names counted most often, those of equal count by name. */
  List<Map.Entry<String, Long>> top(int limit) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(InputCount::byBytes))
        .limit(limit)
        .toList();
  }

  /** As MapReduce sorts: by unsigned bytes of UTF-8, which is not Java's order of Strings. */
  private static int byBytes(Map.Entry<String, Long> a, Map.Entry<String, Long> b) {
    return Arrays.compareUnsigned(
        a.getKey().getBytes(StandardCharsets.UTF_8), b.getKey().getBytes(StandardCharsets.UTF_8));
  }
}
