// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.io.DataInputBuffer;
import org.apache.hadoop.io.DataOutputBuffer;
import org.apache.hadoop.io.Writable;
import org.junit.Test;

public class WritablesTest {
  @Test
  public void shouldReadBackARecord() throws IOException {
    var record = new SednaRecord("value".getBytes(UTF_8), Long.MAX_VALUE, -7, 1_234_567_890_123L);

    assertThat(copy(record, new SednaRecord())).isEqualTo(record);
  }

  @Test
  public void shouldReadBackAnEmptyRecordIntoAUsedOne() throws IOException {
    var used = new SednaRecord("old".getBytes(UTF_8), 1, 2, SednaRecord.NEVER_EXPIRES);

    assertThat(copy(new SednaRecord(), used)).isEqualTo(new SednaRecord(new byte[0]));
  }

  @Test
  public void shouldRefuseNegativeTimes() {
    assertThatThrownBy(() -> new SednaRecord(new byte[0], -1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timestamp=-1");
    assertThatThrownBy(() -> new SednaRecord(new byte[0], 1, 0, -2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expiresAtMs=-2");
  }

  @Test
  public void shouldReadBackASplit() throws IOException {
    var ranges = List.of(new HashRange(0, 9), new HashRange(1L << 63, -1L));
    var split = new SednaInputSplit("daemon-1", "host.example", ranges, 4711);

    var copy = copy(split, new SednaInputSplit());

    assertThat(copy.nodeId()).isEqualTo("daemon-1");
    assertThat(copy.getLocations()).containsExactly("host.example");
    assertThat(copy.ranges()).isEqualTo(ranges);
    assertThat(copy.getLength()).isEqualTo(4711);
  }

  @Test
  public void shouldRefuseACorruptSplit() throws IOException {
    var out = new DataOutputBuffer();
    new SednaInputSplit("n", "h", List.of(), 0).write(out);
    var in = new DataInputBuffer();
    in.reset(out.getData(), out.getLength());

    assertThatThrownBy(() -> new SednaInputSplit().readFields(in))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ranges=0");
  }

  private static <T extends Writable> T copy(T from, T into) throws IOException {
    var out = new DataOutputBuffer();
    from.write(out);
    var in = new DataInputBuffer();
    in.reset(out.getData(), out.getLength());
    into.readFields(in);
    assertThat(in.read()).as("bytes left over").isEqualTo(-1);
    return into;
  }
}
