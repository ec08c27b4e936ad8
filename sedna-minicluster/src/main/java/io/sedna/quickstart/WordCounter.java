// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.quickstart;

import io.sedna.common.schema.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** Counts words: what stands between white space. */
final class WordCounter implements InputCount.Counter {
  private static final Pattern WHITE_SPACE = Pattern.compile("[ \\t\\n\\r\\f]+");

  @Override
  public boolean accepts(Path file) {
    return true;
  }

  @Override
  public void count(byte[] content, Map<String, Long> counts) {
    for (var word : WHITE_SPACE.split(new String(content, StandardCharsets.UTF_8))) {
      if (!word.isEmpty() && word.getBytes(StandardCharsets.UTF_8).length <= Limits.MAX_KEY_BYTES) {
        counts.merge(word, 1L, Long::sum);
      }
    }
  }
}
