// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.Writable;
import org.apache.hadoop.io.WritableUtils;
import org.apache.hadoop.mapreduce.InputSplit;

/**
 * Ranges of a table's hashes that had the same primary when the job was submitted. What to read
 * there (table, key prefix) stands in the job's configuration. Should the primary move or die, the
 * same ranges are read elsewhere. Not thread-safe while {@link #readFields} runs.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SednaInputSplit extends InputSplit implements Writable {
  private static final int MAX_RANGES = 1 << 20;

  private String nodeId = "";
  private String host = "";
  private List<HashRange> ranges = List.of();
  private long length;

  /** For deserialization. */
  public SednaInputSplit() {}

  SednaInputSplit(String nodeId, String host, List<HashRange> ranges, long length) {
    this.nodeId = nodeId;
    this.host = host;
    this.ranges = List.copyOf(ranges);
    this.length = length;
  }

  /** Node id of the daemon that was the primary; empty: there was none. */
  public String nodeId() {
    return nodeId;
  }

  /** In ascending order, none touching another; at least one. */
  List<HashRange> ranges() {
    return ranges;
  }

  /** Estimate of the bytes of keys and values; 0 where the instance gave no statistics. */
  @Override
  public long getLength() {
    return length;
  }

  /** The primary's host. */
  @Override
  public String[] getLocations() {
    return host.isEmpty() ? new String[0] : new String[] {host};
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Text.writeString(out, nodeId);
    Text.writeString(out, host);
    WritableUtils.writeVLong(out, length);
    WritableUtils.writeVInt(out, ranges.size());
    for (var range : ranges) {
      out.writeLong(range.first());
      out.writeLong(range.last());
    }
  }

  @Override
  public void readFields(DataInput in) throws IOException {
    nodeId = Text.readString(in);
    host = Text.readString(in);
    length = WritableUtils.readVLong(in);
    int count = WritableUtils.readVInt(in);
    if (count < 1 || count > MAX_RANGES) {
      throw new IOException("corrupt split: ranges=" + count + " of 1 to " + MAX_RANGES);
    }
    var read = new ArrayList<HashRange>(count);
    for (int i = 0; i < count; i++) {
      read.add(new HashRange(in.readLong(), in.readLong()));
    }
    ranges = List.copyOf(read);
  }

  @Override
  public String toString() {
    var hashes =
        ranges.stream()
            .limit(3)
            .map(range -> Long.toHexString(range.first()) + "-" + Long.toHexString(range.last()))
            .collect(Collectors.joining(","));
    return "SednaInputSplit{node="
        + nodeId
        + ", host="
        + host
        + ", ranges="
        + ranges.size()
        + " ("
        + hashes
        + (ranges.size() > 3 ? ",…" : "")
        + "), length="
        + length
        + "}";
  }
}
