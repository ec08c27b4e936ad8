// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.classification.InterfaceAudience;

/** Memory as people write it: {@code 1g}, {@code 1536m}, {@code 2048} (MiB). */
@InterfaceAudience.Private
public final class MemorySize {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,9})\\s*(m|mb|mib|g|gb|gib|t|tb|tib)?");

  private MemorySize() {}

  /**
   * @return MiB
   * @throws SednaException INVALID_ARGUMENT naming the text
   */
  public static int parseMb(String text) {
    var matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (matcher.matches()) {
      var unit = matcher.group(2) == null ? 'm' : matcher.group(2).charAt(0);
      var shift = unit == 'm' ? 0 : unit == 'g' ? 10 : 20;
      var megabytes = Long.parseLong(matcher.group(1)) << shift;
      if (megabytes > 0 && megabytes <= Integer.MAX_VALUE) {
        return (int) megabytes;
      }
    }
    throw new SednaException(
        ErrorCode.INVALID_ARGUMENT, "'" + text + "' is no size of memory, such as 1g or 1536m");
  }
}
