// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.snapshot;

import io.sedna.common.schema.TableName;
import io.sedna.common.snapshot.SnapshotFile;
import io.sedna.common.snapshot.SnapshotPart;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.io.WritableUtils;
import org.apache.hadoop.mapreduce.InputSplit;

/** Some files of a snapshot, with what its manifest says of them. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SednaSnapshotSplit extends InputSplit implements Writable {
  private static final int MAX_FILES = 1 << 20;

  private List<SnapshotFile> files = List.of();
  private List<String> hosts = List.of();

  /** For deserialization. */
  public SednaSnapshotSplit() {}

  SednaSnapshotSplit(List<SnapshotFile> files, List<String> hosts) {
    this.files = List.copyOf(files);
    this.hosts = List.copyOf(hosts);
  }

  List<SnapshotFile> files() {
    return files;
  }

  /** Bytes of the files. */
  @Override
  public long getLength() {
    return files.stream().mapToLong(SnapshotFile::bytes).sum();
  }

  /** Hosts that hold blocks of the files. */
  @Override
  public String[] getLocations() {
    return hosts.toArray(String[]::new);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    WritableUtils.writeVInt(out, files.size());
    for (var file : files) {
      Text.writeString(out, file.path());
      Text.writeString(out, file.table().toString());
      WritableUtils.writeVInt(out, file.partition());
      out.writeLong(file.firstHash());
      out.writeLong(file.lastHash());
      WritableUtils.writeVLong(out, file.records());
      WritableUtils.writeVLong(out, file.bytes());
      Text.writeString(out, file.checksum());
    }
    WritableUtils.writeStringArray(out, getLocations());
  }

  @Override
  public void readFields(DataInput in) throws IOException {
    int count = WritableUtils.readVInt(in);
    if (count < 1 || count > MAX_FILES) {
      throw new IOException("corrupt split: files=" + count + " of 1 to " + MAX_FILES);
    }
    var read = new ArrayList<SnapshotFile>(count);
    for (int i = 0; i < count; i++) {
      var part =
          new SnapshotPart(
              Text.readString(in),
              TableName.parse(Text.readString(in)),
              WritableUtils.readVInt(in),
              in.readLong(),
              in.readLong());
      read.add(
          new SnapshotFile(
              part, WritableUtils.readVLong(in), WritableUtils.readVLong(in), Text.readString(in)));
    }
    files = List.copyOf(read);
    hosts = List.of(WritableUtils.readStringArray(in));
  }

  @Override
  public String toString() {
    return "SednaSnapshotSplit{files=" + files.size() + ", bytes=" + getLength() + "}";
  }
}
