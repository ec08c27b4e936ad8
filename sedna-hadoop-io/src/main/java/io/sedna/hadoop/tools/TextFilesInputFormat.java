// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.lib.input.CombineTextInputFormat;

/** Lines of text, many files in a split, quick to list on any file system. */
final class TextFilesInputFormat extends CombineTextInputFormat {
  public TextFilesInputFormat() {}

  @Override
  protected List<FileStatus> listStatus(JobContext context) throws IOException {
    return Listing.of(context, super::listStatus);
  }
}
