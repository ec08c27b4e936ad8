// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Reads settings; whatever is wrong with one is told with its key and value. */
final class ConfReader {
  private final Configuration conf;

  ConfReader(Configuration conf) {
    this.conf = conf;
  }

  String string(String key, String defaultValue) {
    return optional(key, defaultValue)
        .orElseThrow(() -> new SednaException(ErrorCode.INVALID_ARGUMENT, key + " is empty"));
  }

  /** A setting that may be left empty. */
  Optional<String> optional(String key, String defaultValue) {
    String value = conf.getTrimmed(key, defaultValue);
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  int integer(String key, int defaultValue, int min, int max) {
    return (int) number(key, defaultValue, min, max);
  }

  long number(String key, long defaultValue, long min, long max) {
    String value = optional(key, "").orElse(Long.toString(defaultValue));
    long number;
    try {
      number = Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw refused(key, value, "a whole number");
    }
    if (number < min || number > max) {
      throw refused(key, value, max == Long.MAX_VALUE ? "at least " + min : min + " to " + max);
    }
    return number;
  }

  boolean bool(String key, boolean defaultValue) {
    String value = optional(key, "").orElse(Boolean.toString(defaultValue));
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw refused(key, value, "true or false");
    }
    return Boolean.parseBoolean(value);
  }

  /** A part of a whole: above 0, at most 1. */
  double fraction(String key, double defaultValue) {
    String value = optional(key, "").orElse(Double.toString(defaultValue));
    try {
      double fraction = Double.parseDouble(value);
      if (fraction > 0 && fraction <= 1) {
        return fraction;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw refused(key, value, "a number above 0, up to 1");
  }

  static SednaException refused(String key, Object value, String expected) {
    return new SednaException(
        ErrorCode.INVALID_ARGUMENT, key + "=" + value + " is not " + expected);
  }
}
