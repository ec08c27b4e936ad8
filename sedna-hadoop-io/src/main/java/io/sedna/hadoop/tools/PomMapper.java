// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

import io.sedna.hadoop.tools.PomParser.MalformedPomException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Mapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives 1 for every artifact that a pom depends on. */
final class PomMapper extends Mapper<Text, BytesWritable, Text, LongWritable> {
  private static final Logger LOG = LoggerFactory.getLogger(PomMapper.class);
  private static final LongWritable ONE = new LongWritable(1);

  private final PomParser parser = new PomParser();
  private final Text artifact = new Text();

  public PomMapper() {}

  @Override
  protected void map(Text path, BytesWritable content, Context context)
      throws IOException, InterruptedException {
    context.getCounter(ToolCounter.POMS).increment(1);
    var stream = new ByteArrayInputStream(content.getBytes(), 0, content.getLength());
    try {
      for (var name : parser.dependencies(stream)) {
        artifact.set(name);
        context.write(artifact, ONE);
      }
    } catch (MalformedPomException e) {
      context.getCounter(ToolCounter.MALFORMED_POMS).increment(1);
      LOG.warn("left out, because it is no pom: {}: {}", path, e.getMessage());
    }
  }
}
