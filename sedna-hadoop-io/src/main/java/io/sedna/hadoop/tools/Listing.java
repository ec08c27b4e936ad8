// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;

/**
 * Lists the input files of a job. As Hadoop does, but for the local file system: there Hadoop asks
 * for each file's permissions, by a process of its own each where it has no native library, which
 * takes minutes for ten thousand files.
 */
final class Listing {
  private Listing() {}

  /** How Hadoop lists. */
  interface Usual {
    List<FileStatus> list(JobContext context) throws IOException;
  }

  static List<FileStatus> of(JobContext context, Usual usual) throws IOException {
    var paths = FileInputFormat.getInputPaths(context);
    for (var path : paths) {
      if (!(path.getFileSystem(context.getConfiguration()) instanceof LocalFileSystem)) {
        return usual.list(context);
      }
    }
    var files = new ArrayList<FileStatus>();
    for (var path : paths) {
      var fs = path.getFileSystem(context.getConfiguration());
      var matches = fs.globStatus(path, Listing::isVisible);
      if (matches == null || matches.length == 0) {
        throw new FileNotFoundException("Input path does not exist: " + path);
      }
      for (var match : matches) {
        add(fs, match, files);
      }
    }
    return files;
  }

  private static void add(FileSystem fs, FileStatus status, List<FileStatus> files)
      throws IOException {
    if (!status.isDirectory()) {
      files.add(status);
      return;
    }
    for (var child : fs.listStatus(status.getPath(), Listing::isVisible)) {
      add(fs, child, files);
    }
  }

  /** As FileInputFormat: what begins so is for the file system or another program. */
  private static boolean isVisible(Path path) {
    return !path.getName().startsWith("_") && !path.getName().startsWith(".");
  }
}
