// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;

/** Checks the files of a job before it is submitted. */
final class InputPaths {
  private InputPaths() {}

  /**
   * Makes paths, globs included, the job's input, with all directories below them.
   *
   * @throws SednaException with {@link ErrorCode#PATH_NOT_FOUND} if one of them names nothing
   */
  static void setInput(Job job, List<Path> paths) throws IOException {
    var conf = job.getConfiguration();
    for (var path : paths) {
      var found = path.getFileSystem(conf).globStatus(path);
      if (found == null || found.length == 0) {
        throw new SednaException(
            ErrorCode.PATH_NOT_FOUND, "input path does not exist: " + qualified(path, conf));
      }
    }
    FileInputFormat.setInputPaths(job, paths.toArray(new Path[0]));
    FileInputFormat.setInputDirRecursive(job, true);
  }

  /**
   * Makes a directory the job's output.
   *
   * @throws SednaException with {@link ErrorCode#PATH_NOT_WRITABLE} if there is something already
   */
  static void setOutput(Job job, Path path) throws IOException {
    var conf = job.getConfiguration();
    if (path.getFileSystem(conf).exists(path)) {
      throw new SednaException(
          ErrorCode.PATH_NOT_WRITABLE,
          "output path exists already: "
              + qualified(path, conf)
              + "; remove it or name another, jobs do not overwrite");
    }
    FileOutputFormat.setOutputPath(job, path);
  }

  private static Path qualified(Path path, Configuration conf) throws IOException {
    return path.getFileSystem(conf).makeQualified(path);
  }
}
