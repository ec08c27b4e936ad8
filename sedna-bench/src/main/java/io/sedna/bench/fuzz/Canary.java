// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import java.io.IOException;

/**
 * A client that behaves and knows each answer. For one thread.
 *
 * <p>The beginning of its values is {@link #SECRET}, which stands nowhere else: where another
 * connection is answered it, the server has mixed up buffers.
 */
interface Canary extends AutoCloseable {
  String SECRET = "of-a-canary:";

  /** Keys that a canary writes again and again. */
  int KEYS = 20;

  int LARGE_EVERY = 50;
  int SMALL_PADDING = 200;
  int LARGE_PADDING = 100_000;

  /**
   * Writes and reads, and compares with what must be answered.
   *
   * @return operations done
   * @throws WrongAnswerException if another answer came
   * @throws IOException if the connection broke, or nothing came in time
   */
  int look() throws IOException, WrongAnswerException;

  @Override
  void close();

  /** A canary was answered what it must not be. */
  final class WrongAnswerException extends Exception {
    private static final long serialVersionUID = 1;

    WrongAnswerException(String message) {
      super(message);
    }
  }

  /** A value that tells whose it is, of which step and, in each part, where it is. */
  static String value(String key, int step) {
    int padding = step % LARGE_EVERY == LARGE_EVERY - 1 ? LARGE_PADDING : step * 7 % SMALL_PADDING;
    var value = new StringBuilder(SECRET).append(key).append(':').append(step).append(':');
    int end = value.length() + padding;
    while (value.length() < end) {
      value.append(value.length()).append(',');
    }
    return value.toString();
  }

  /** What is shown of an answer. */
  static String shortened(String text) {
    int shown = 200;
    return text.length() <= shown
        ? text
        : text.substring(0, shown) + "… (" + text.length() + " characters)";
  }
}
