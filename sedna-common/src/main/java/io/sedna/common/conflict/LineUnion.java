// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conflict;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Takes values for sets of lines and answers their union: every line that any source has, once, in
 * order of the bytes, with a newline between two. Empty lines are none.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class LineUnion implements ValueMerger {
  @Override
  public byte[] merge(byte[] key, List<SourceValue> values) {
    var lines = new TreeSet<byte[]>(Arrays::compareUnsigned);
    for (SourceValue each : values) {
      addLines(each.value(), lines);
    }
    var union = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      if (union.size() > 0) {
        union.write('\n');
      }
      union.writeBytes(line);
    }
    return union.toByteArray();
  }

  private static void addLines(byte[] value, TreeSet<byte[]> lines) {
    int start = 0;
    for (int at = 0; at <= value.length; at++) {
      if (at == value.length || value[at] == '\n') {
        if (at > start) {
          lines.add(Arrays.copyOfRange(value, start, at));
        }
        start = at + 1;
      }
    }
  }
}
