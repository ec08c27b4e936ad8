// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sedna.bench.fuzz.FuzzProtocol.Answers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the errors of memcached's text protocol. Which answers belong to mutated lines nobody
 * knows, so no more than the canaries' secret is looked for.
 */
final class MemcachedAnswerCheck {
  private static final Pattern ERROR =
      Pattern.compile("^(?:CLIENT_|SERVER_)?ERROR\\b", Pattern.MULTILINE);

  private MemcachedAnswerCheck() {}

  static Answers look(byte[] answered) {
    String text = new String(answered, ISO_8859_1);
    int errors = 0;
    for (Matcher matcher = ERROR.matcher(text); matcher.find(); ) {
      errors++;
    }
    return new Answers(
        errors, text.contains(Canary.SECRET) ? "it holds a value of a canary" : null);
  }
}
