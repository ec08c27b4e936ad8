// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The inputs that may be the cause when somebody notices harm: those under way, and the last that
 * were. Thread-safe.
 */
final class RecentInputs {
  private static final int KEPT = 64;
  private static final String SUFFIX = ".bin";

  /** A number of the run, and what it was. */
  record Input(FuzzProtocol protocol, long number, byte[] bytes) {}

  private final Map<Long, Input> underWay = new ConcurrentHashMap<>();
  private final ArrayDeque<Input> done = new ArrayDeque<>();

  void begin(Input input) {
    underWay.put(input.number(), input);
  }

  void end(Input input) {
    synchronized (done) {
      done.addLast(input);
      if (done.size() > KEPT) {
        done.removeFirst();
      }
    }
    underWay.remove(input.number());
  }

  /** There has been no input yet. */
  boolean none() {
    synchronized (done) {
      return done.isEmpty() && underWay.isEmpty();
    }
  }

  List<Input> all() {
    synchronized (done) {
      var all = new ArrayList<>(done);
      all.addAll(underWay.values());
      return all;
    }
  }

  /** Writes inputs, each a file that {@link #read} finds; returns their paths. */
  static List<Path> write(Path folder, long seed, List<Input> inputs) throws IOException {
    Files.createDirectories(folder);
    var paths = new ArrayList<Path>();
    for (Input input : inputs) {
      Path file =
          folder.resolve(input.protocol().id() + "-" + seed + "-" + input.number() + SUFFIX);
      paths.add(Files.write(file, input.bytes()));
    }
    return paths;
  }

  /** The inputs of a protocol that are kept in a folder, by their names; none if there is none. */
  static List<byte[]> read(Path folder, FuzzProtocol protocol) throws IOException {
    var inputs = new ArrayList<byte[]>();
    if (Files.isDirectory(folder)) {
      try (var files = Files.newDirectoryStream(folder, protocol.id() + "-*" + SUFFIX)) {
        var sorted = new ArrayList<Path>();
        files.forEach(sorted::add);
        sorted.sort(null);
        for (Path file : sorted) {
          inputs.add(Files.readAllBytes(file));
        }
      }
    }
    return inputs;
  }
}
